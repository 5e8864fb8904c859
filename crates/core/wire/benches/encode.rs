//! Nanoseconds to encode and decode a place command: it is on the hot path.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "a bench reads the clock")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use types::{
    AccountId, ConnectionId, InstrumentId, NewOrder, OrderType, Price, PrincipalId, Qty, RequestId,
    Side, TimeInForce,
};
use venue::{Action, Command};
use wire::command;

const COMMANDS: usize = 1024;
const ROUNDS: u32 = 2_000;
const REPEATS: usize = 7;

fn main() {
    report("place", None);
    report("place, 16-byte request", RequestId::new("0123456789abcdef"));
}

fn report(name: &str, request: Option<RequestId>) {
    let commands: Vec<Command> = (0..COMMANDS as u64).map(|i| place(i, request)).collect();
    let mut records: Vec<Vec<u8>> = vec![Vec::new(); COMMANDS];
    for (command, record) in commands.iter().zip(&mut records) {
        command::encode(command, record);
    }
    let mut out = [0; command::COMMAND_BYTES_MAX];
    let encode = fastest(|| {
        for command in &commands {
            black_box(command::encode_in_place(black_box(command), &mut out));
            black_box(&out);
        }
    });
    let decode = fastest(|| {
        for record in &records {
            let decoded = command::decode(black_box(record)).expect("it was encoded");
            assert!(matches!(black_box(&decoded).action, Action::Place { .. }));
        }
    });
    let bytes = records[0].len();
    println!("{name}: {bytes} bytes, encode {encode} ns, decode {decode} ns");
}

/// Runs `pass` over all commands in rounds; tenths of a nanosecond each, of the fastest repeat.
fn fastest(mut pass: impl FnMut()) -> String {
    let best = (0..REPEATS).map(|_| time(&mut pass)).min().expect("there are repeats");
    let tenths = best.as_nanos() * 10 / (COMMANDS as u128 * u128::from(ROUNDS));
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn time(pass: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..ROUNDS {
        pass();
    }
    start.elapsed()
}

fn place(index: u64, request: Option<RequestId>) -> Command {
    let side = if index.is_multiple_of(3) { Side::Buy } else { Side::Sell };
    let price = Price::new(3_000 + index).expect("above zero");
    let order = NewOrder {
        instrument: InstrumentId(index as u32 % 7),
        side,
        order_type: OrderType::Limit { price },
        qty: Qty(100 + index),
        time_in_force: TimeInForce::Day,
        post_only: false,
        display: None,
    };
    Command {
        principal: PrincipalId(index),
        connection: ConnectionId(index / 2),
        request,
        action: Action::Place { account: AccountId(index as u32), order },
    }
}
