//! The script language of the venue's tests: commands in, a readable transcript out.
//!
//! One statement a line, or several parted by `;`; `# ` begins a comment. Everything before a line
//! `---` is set-up: it must succeed and is not shown. An order is named after its account's first
//! letter and its number among the account's orders (`a1`), or by `as NAME`. `#7` is a raw number.
//!
//! ```text
//! venue LIMIT N …                       first, to change limits of genesis: accounts, instruments,
//!                                       orders, orders-each, remembered, pages, step
//! market [TERMS]                        ACME, continuous; ann, bob, cat, dan with cash and lots
//! list SYMBOL [TERMS]                   TERMS: in CURRENCY, tick P, lot N, max N, band P..P,
//!                                       limit P, fees MAKER/TAKER, value N/D, decimals N,
//!                                       qty-decimals N, policy price-time|pro-rata
//! PHASE SYMBOL                          pre-open, continuous, cancel-only, halted, closed
//! band SYMBOL P..P, fees SYMBOL M/T, date N, rules N, tick
//! kill all|NAME|SYMBOL, release all|NAME|SYMBOL
//! open NAME CURRENCY [CASH] [SYMBOL LOTS] [stp MODE]
//! NAME suspend|resume|close
//! NAME deposit|withdraw AMOUNT, NAME transfer NAME AMOUNT, NAME issue SYMBOL LOTS
//! NAME buy|sell [SYMBOL] LOTS [@ P] [market] [stop P] [to COLLAR] [day|gtc|gtd T|ioc|fok]
//!      [post-only] [show LOTS] [as NAME]
//! NAME cancel ORDER, NAME mass-cancel [SYMBOL] [bids|asks]
//! NAME replace ORDER [lots N] [@ P] [stop P]
//! … req ID                              any of them, with a request id
//! at T                                  the time of what follows
//! times N STATEMENT                     the same N times
//! show PART …                           of public, owner, money: what is shown from here on
//! restore                               go on with a venue restored from a snapshot
//! ```

mod names;
mod parse;
mod print;
mod world;

use expect_test::Expect;
use world::{Restores, World};

/// Runs a script and compares its transcript; runs it again with a venue that is restored from a
/// snapshot after every command, and demands the same transcript.
pub fn check(script: &str, expected: Expect) {
    let transcript = run(script, Restores::WhereAsked);
    expected.assert_eq(&transcript);
    assert_eq!(run(script, Restores::AfterEach), transcript, "a restored venue goes on the same");
}

/// Runs a script twice, with sweeps that never pause and with sweeps that pause after 4 matches,
/// and demands one transcript of both.
pub fn check_paused(script: &str, expected: Expect) {
    let whole = run(&format!("venue step 256\n{script}"), Restores::WhereAsked);
    expected.assert_eq(&whole);
    let paused = run(&format!("venue step 16\n{script}"), Restores::AfterEach);
    assert_eq!(paused, whole, "a pause changes nothing");
}

fn run(script: &str, restores: Restores) -> String {
    let lines: Vec<&str> = script.lines().map(str::trim).collect();
    let parts: Vec<&[&str]> = lines.split(|line| *line == "---").collect();
    let (before, shown): (&[&str], &[&str]) = match parts[..] {
        [shown] => (&[], shown),
        [before, shown] => (before, shown),
        _ => panic!("one line of --- at most"),
    };
    let mut world = World::new(restores);
    for statement in statements(before) {
        world.set_up(statement);
    }
    let shown = statements(shown);
    let echo = shown.iter().filter(|it| !it.starts_with("show ")).count() > 1;
    shown.into_iter().map(|statement| world.show(statement, echo)).collect()
}

fn statements<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let code = lines.iter().map(|line| line.split("# ").next().unwrap_or_default());
    code.flat_map(|line| line.split(';')).map(str::trim).filter(|it| !it.is_empty()).collect()
}
