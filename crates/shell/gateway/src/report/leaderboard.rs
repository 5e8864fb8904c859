//! Who did best over a period: accounts of one currency, by time-weighted return.
//!
//! Everybody who is let in sees names and returns; what an account has, won or lost, its owner and
//! operators only.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use identity::OPERATOR;
use serde::Serialize;
use store::Range;
use types::{AccountId, Currency, PrincipalId, Seq, Timestamp};
use utoipa::ToSchema;
use view::{AccountStatus, Earned};
use wire::json::schema::{CurrencyCode, Id};
use wire::json::{Decimal, Quoted, Rfc3339};

use super::{Now, PART, Period, Source, minutes, returned, rounded, source};
use crate::gateway::Gateway;
use crate::history::Past;
use crate::page::LEADERS;
use crate::principal::{Principal, Reader};
use crate::problem::Problem;
use crate::query::Params;
use crate::reply::{Answer, Seqs};

/// Accounts asked of the store at a time.
const ACCOUNTS_AT_ONCE: usize = 2_000;
/// Accounts looked at while the publisher waits.
const READ_AT_ONCE: usize = 200;
/// How long a board is as good as a new one.
const KEPT: Duration = Duration::from_secs(1);
const YES_OR_NO: [(&str, bool); 2] = [("true", true), ("false", false)];

/// The best, and whoever asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct LeaderboardAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    #[schema(value_type = CurrencyCode)]
    currency: Quoted<Currency>,
    /// Rounded down to its minute; `null`: since each account opened.
    from: Option<Rfc3339>,
    /// Rounded down to its minute; `null`: until now.
    to: Option<Rfc3339>,
    /// Accounts that take part: all that ever had something and are not closed.
    participants: usize,
    /// The best first; who did equally well shares a rank.
    leaders: Vec<LeaderBody>,
    /// The accounts of whoever asks, wherever they stand.
    yours: Vec<LeaderBody>,
}

/// One account on the leaderboard.
#[derive(Clone, Serialize, ToSchema)]
struct LeaderBody {
    rank: usize,
    /// What the owner is shown as; `null` where they are no longer there.
    display_name: Option<String>,
    is_guest: bool,
    /// Time-weighted: 0.01 is one percent.
    r#return: Decimal,
    /// For its owner and operators.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    account_id: Option<Quoted<u32>>,
    /// For its owner and operators.
    #[serde(skip_serializing_if = "Option::is_none")]
    profit: Option<Decimal>,
}

/// An account that takes part.
#[derive(Debug)]
struct Entrant {
    account: AccountId,
    owner: PrincipalId,
    period: Period,
}

/// What is ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    currency: Currency,
    range: Range,
    with_operator: bool,
}

/// Accounts by rank, the best first, as of one moment.
#[derive(Debug)]
pub(crate) struct Board {
    asked: Asked,
    seqs: Seqs,
    made: Instant,
    ranked: Vec<(usize, Entrant)>,
}

/// The board that was made last. Whoever wants another waits until nobody else makes one.
pub(crate) type LastBoard = tokio::sync::Mutex<Option<Arc<Board>>>;

/// Ranks accounts by their time-weighted return; made at most once a second.
#[utoipa::path(get, path = "/v1/leaderboard", tag = "reports",
    params(
        ("currency" = Option<CurrencyCode>, Query, example = "BRL",
            description = "Accounts in this; the venue's first unless told"),
        ("from" = Option<Rfc3339>, Query, description = "From the minute of this time on"),
        ("to" = Option<Rfc3339>, Query, description = "Up to the minute of this time"),
        ("operator" = Option<bool>, Query, description = "Rank the operator's accounts as well"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500),
    ),
    responses((status = 200, body = LeaderboardAnswer)))]
pub(crate) async fn leaderboard(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    mut params: Params,
) -> Result<Answer<LeaderboardAnswer>, Problem> {
    let currency = gateway.first_currency(params.take("currency")?.as_deref())?;
    let range = minutes(&mut params)?;
    let with_operator = params.word("operator", &YES_OR_NO)?.unwrap_or(false);
    let rows = params.rows("limit", LEADERS)?;
    let min_seq = params.min_seq();
    params.finish()?;
    let asked = Asked { currency, range, with_operator };
    let board = board(&gateway, asked, min_seq).await?;
    let (ranked, owner) = (&board.ranked, principal.id);
    let yours = ranked.iter().filter(|(_, it)| it.owner == owner).take(LEADERS.max);
    let listed = ranked.iter().take(rows).chain(yours.clone());
    let shown = Shown::of(&gateway, currency, principal, listed).await?;
    Ok(Answer::ok(LeaderboardAnswer {
        seqs: board.seqs,
        currency: Quoted(currency),
        from: range.from.map(Rfc3339),
        to: range.to.map(Rfc3339),
        participants: ranked.len(),
        leaders: ranked.iter().take(rows).map(|it| shown.leader(it)).collect(),
        yours: yours.map(|it| shown.leader(it)).collect(),
    }))
}

/// The last board, if it is what is asked and of now, else a new one.
async fn board(
    gateway: &Gateway,
    asked: Asked,
    min_seq: Option<Seq>,
) -> Result<Arc<Board>, Problem> {
    let mut last = gateway.last_board().lock().await;
    let is_good = |board: &&Arc<Board>| {
        let is_new = board.seqs.seq >= min_seq.unwrap_or(0) && board.made.elapsed() < KEPT;
        board.asked == asked && is_new
    };
    if let Some(board) = last.as_ref().filter(is_good) {
        return Ok(Arc::clone(board));
    }
    let board = Arc::new(Board::make(gateway, asked, min_seq).await?);
    Ok(Arc::clone(last.insert(board)))
}

impl Board {
    async fn make(gateway: &Gateway, asked: Asked, min_seq: Option<Seq>) -> Result<Board, Problem> {
        let Asked { range, .. } = asked;
        let (now, seqs) = gateway.read(|published| (Now::of(published), Seqs::of(published)));
        let mut entrants = entrants(gateway, asked).await;
        if range.from.is_some() || range.to.is_some() {
            let past = Past::reached(gateway, PART, min_seq).await?;
            if let Some(from) = range.from {
                let opening = all_earned(&past, now, from, &entrants).await?;
                entrants.iter_mut().zip(opening).for_each(|(it, then)| it.period.opening = then);
            }
            if let Some(to) = range.to {
                let closing = all_earned(&past, now, to, &entrants).await?;
                entrants.iter_mut().zip(closing).for_each(|(it, then)| it.period.closing = then);
            }
        }
        Ok(Board { asked, seqs, made: Instant::now(), ranked: ranked(entrants) })
    }
}

/// All that take part, as they stand now. The venue's views are read for some accounts at a time:
/// nobody waits for all of them.
async fn entrants(gateway: &Gateway, asked: Asked) -> Vec<Entrant> {
    let takes_part = |account: &&view::Account| {
        account.currency == asked.currency
            && account.status != AccountStatus::Closed
            && (asked.with_operator || account.owner != OPERATOR)
            && account.had_something()
    };
    let mut entrants = Vec::new();
    let mut after = AccountId(0);
    loop {
        let last = gateway.read(|published| {
            let views = published.views();
            let mut last = None;
            for account in views.accounts_after(after).take(READ_AT_ONCE) {
                last = Some(account.id);
                if takes_part(&account) {
                    let period =
                        Period { opening: Earned::NOTHING, closing: views.earned(account) };
                    entrants.push(Entrant { account: account.id, owner: account.owner, period });
                }
            }
            last
        });
        match last {
            Some(last) => after = last,
            None => return entrants,
        }
        tokio::task::yield_now().await;
    }
}

/// How all of them stood at a moment, if what `entrants` closed with is how they stand now.
async fn all_earned(
    past: &Past<'_>,
    now: Now,
    moment: Timestamp,
    entrants: &[Entrant],
) -> Result<Vec<Earned>, Problem> {
    if source(past, now, moment).await? == Source::Live {
        return Ok(entrants.iter().map(|it| it.period.closing).collect());
    }
    let mut found = BTreeMap::new();
    let mut after = AccountId(0);
    loop {
        let rows = past.ask(|it| it.all_earned(moment, after, ACCOUNTS_AT_ONCE)).await?;
        let is_last = rows.len() < ACCOUNTS_AT_ONCE;
        found.extend(rows);
        match found.last_key_value() {
            Some((last, _)) if !is_last => after = *last,
            Some(_) | None => break,
        }
    }
    let of = |entrant: &Entrant| found.get(&entrant.account).copied().unwrap_or(Earned::NOTHING);
    Ok(entrants.iter().map(of).collect())
}

/// The best first, each with its rank: one more than the number of those who did better.
fn ranked(mut entrants: Vec<Entrant>) -> Vec<(usize, Entrant)> {
    let result = |entrant: &Entrant| rounded(entrant.period.growth());
    entrants.sort_by_key(|it| (std::cmp::Reverse(result(it)), it.account));
    let mut ranked: Vec<(usize, Entrant)> = Vec::with_capacity(entrants.len());
    for (place, entrant) in entrants.into_iter().enumerate() {
        let equal = ranked.last().filter(|(_, last)| result(last) == result(&entrant));
        let rank = equal.map_or(place + 1, |(rank, _)| *rank);
        ranked.push((rank, entrant));
    }
    ranked
}

/// Who the accounts belong to, and how their money reads.
struct Shown {
    people: BTreeMap<PrincipalId, (String, bool)>,
    decimals: u8,
    /// Who looks.
    principal: Principal,
}

impl Shown {
    async fn of(
        gateway: &Gateway,
        currency: Currency,
        principal: Principal,
        ranked: impl Iterator<Item = &(usize, Entrant)>,
    ) -> Result<Shown, Problem> {
        let owners: Vec<PrincipalId> = ranked.map(|(_, entrant)| entrant.owner).collect();
        let people = gateway.store(move |identity| identity.shown_as(&owners)).await?;
        Ok(Shown { people, decimals: gateway.decimals(currency), principal })
    }

    fn leader(&self, (rank, entrant): &(usize, Entrant)) -> LeaderBody {
        let person = self.people.get(&entrant.owner);
        let profit = Decimal::signed(entrant.period.profit(), self.decimals);
        let is_seen = self.principal.may_see(entrant.owner);
        LeaderBody {
            rank: *rank,
            display_name: person.map(|(name, _)| name.clone()),
            is_guest: person.is_some_and(|(_, is_guest)| *is_guest),
            r#return: returned(entrant.period.growth()),
            account_id: is_seen.then_some(Quoted(entrant.account.0)),
            profit: is_seen.then_some(profit),
        }
    }
}
