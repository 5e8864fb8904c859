//! The binary forms: decode undoes encode, and any bytes give a value or a typed error.

mod common;

use common::messages::envelope;
use common::{command, genesis};
use common::{rejects, samples};
use proptest::prelude::*;
use types::{
    AccountId, NewOrder, OrderId, OrderType, Qty, RequestId, ShardId, Symbol, TimeInForce,
    Timestamp,
};
use venue::{
    Action, Cause, Command, Definition, Envelope, Execution, Genesis, Message, NewEntry, Place,
    Report, Shard,
};
use wire::DecodeError;
use wire::command::COMMAND_BYTES_MAX;
use wire::message::MESSAGE_BYTES_MAX;

fn command_bytes(command: &Command) -> Vec<u8> {
    let mut out = Vec::new();
    wire::command::encode(command, &mut out);
    out
}

fn genesis_bytes(genesis: &Genesis) -> Vec<u8> {
    let mut out = Vec::new();
    wire::genesis::encode(genesis, &mut out);
    out
}

fn message_bytes(envelope: &Envelope) -> Vec<u8> {
    let mut out = Vec::new();
    wire::message::encode(envelope, &mut out);
    out
}

/// Decodes by each decoder in turn; what decodes must encode to the same bytes.
fn check_any(bytes: &[u8]) {
    check_error(wire::command::decode(bytes).map(|command| command_bytes(&command)), bytes);
    check_error(wire::genesis::decode(bytes).map(|genesis| genesis_bytes(&genesis)), bytes);
    check_error(wire::message::decode(bytes).map(|envelope| message_bytes(&envelope)), bytes);
}

fn check_error(encoded: Result<Vec<u8>, DecodeError>, bytes: &[u8]) {
    match encoded {
        Ok(encoded) => assert_eq!(encoded, bytes, "one value, one form"),
        Err(error) => {
            assert!(error.offset <= bytes.len(), "{error} lies past the end");
            assert!(!error.to_string().is_empty());
        }
    }
}

/// One change to a record.
#[derive(Clone, Debug)]
enum Damage {
    Set(usize, u8),
    Flip(usize, u8),
    Insert(usize, u8),
    Remove(usize),
    Cut(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let (at, byte) = (0..200_usize, any::<u8>());
    prop_oneof![
        (at.clone(), byte).prop_map(|(at, byte)| Damage::Set(at, byte)),
        (at.clone(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        (at.clone(), byte).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        at.clone().prop_map(Damage::Remove),
        at.prop_map(Damage::Cut),
    ]
}

fn apply(damages: &[Damage], bytes: &mut Vec<u8>) {
    for damage in damages {
        let length = bytes.len().max(1);
        match *damage {
            Damage::Insert(at, byte) => bytes.insert(at % length, byte),
            Damage::Cut(at) => bytes.truncate(at % length),
            Damage::Set(..) | Damage::Flip(..) | Damage::Remove(_) if bytes.is_empty() => {}
            Damage::Set(at, byte) => bytes[at % length] = byte,
            Damage::Flip(at, bit) => bytes[at % length] ^= 1 << bit,
            Damage::Remove(at) => _ = bytes.remove(at % length),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_command_decodes_to_itself(command in command()) {
        let bytes = command_bytes(&command);
        prop_assert!(bytes.len() <= COMMAND_BYTES_MAX);
        prop_assert_eq!(wire::command::decode(&bytes), Ok(command));
    }

    #[test]
    fn a_genesis_decodes_to_itself(genesis in genesis()) {
        prop_assert_eq!(wire::genesis::decode(&genesis_bytes(&genesis)), Ok(genesis));
    }

    #[test]
    fn a_message_decodes_to_itself(envelope in envelope()) {
        let bytes = message_bytes(&envelope);
        prop_assert!(bytes.len() <= MESSAGE_BYTES_MAX);
        prop_assert_eq!(wire::message::decode(&bytes), Ok(envelope));
    }

    #[test]
    fn any_bytes_give_a_value_or_an_error(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        kind in 0..32_u8,
    ) {
        check_any(&bytes);
        // Random bytes seldom get past the first two.
        check_any(&[&[1, kind], bytes.as_slice()].concat());
    }

    #[test]
    fn a_damaged_record_gives_a_value_or_an_error(
        command in command(),
        genesis in genesis(),
        envelope in envelope(),
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        let records =
            [command_bytes(&command), genesis_bytes(&genesis), message_bytes(&envelope)];
        for mut bytes in records {
            apply(&damages, &mut bytes);
            check_any(&bytes);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn each_proper_start_of_a_record_is_too_short(command in command(), envelope in envelope()) {
        let bytes = command_bytes(&command);
        for end in 0..bytes.len() {
            prop_assert!(wire::command::decode(&bytes[..end]).is_err());
        }
        let bytes = message_bytes(&envelope);
        for end in 0..bytes.len() {
            prop_assert!(wire::message::decode(&bytes[..end]).is_err());
        }
    }
}

#[test]
fn the_longest_records_fit_their_limits_and_are_written_in_place() {
    let request = RequestId::new(&"r".repeat(36));
    let definition = Definition {
        symbol: Symbol::new(&"s".repeat(16)).expect("16 characters"),
        ..samples::definition()
    };
    let command =
        Command { request, action: Action::ListInstrument { definition }, ..samples::place() };
    let mut out = Vec::with_capacity(COMMAND_BYTES_MAX);
    let room = out.capacity();
    wire::command::encode(&command, &mut out);
    assert_eq!((out.len(), out.capacity()), (COMMAND_BYTES_MAX, room), "nothing was allocated");

    let price = samples::price(1);
    let terms = NewOrder {
        order_type: OrderType::Stop { trigger: price, collar: Some(price) },
        time_in_force: TimeInForce::Gtd(samples::TIME),
        display: Some(Qty(1)),
        ..samples::limit_order()
    };
    let entry = NewEntry { terms, request, ..samples::new_entry() };
    let place = Place { ahead: Qty(1), best_bid: Some(price), best_ask: Some(price) };
    let report = Report::Accepted { entry, place };
    let execution = Execution { order: OrderId(1), account: AccountId(1), report };
    let envelope = Envelope { message: Message::Execution(execution), ..samples::messages()[0] };
    assert_eq!(message_bytes(&envelope).len(), MESSAGE_BYTES_MAX);
}

#[test]
fn every_refusal_decodes_to_itself() {
    for reject in rejects::every() {
        let cause = Cause { shard: Shard::Clearing(ShardId(0)), seq: 1 };
        let report = Report::Refused { reject, request: None };
        let account = AccountId(1);
        let message = Message::Execution(Execution { order: OrderId(1), account, report });
        let (source, destination) = (Shard::Matching(ShardId(0)), Shard::Clearing(ShardId(0)));
        let envelope = Envelope { source, destination, seq: 1, at: Timestamp(1), cause, message };
        assert_eq!(wire::message::decode(&message_bytes(&envelope)), Ok(envelope));
    }
}

#[test]
fn errors_name_the_place_the_field_the_value_and_what_would_pass() {
    let shown = |bytes: &[u8]| wire::command::decode(bytes).expect_err("damaged").to_string();
    let place = command_bytes(&samples::place());
    assert_eq!(shown(&[]), "byte 0, version: 0 bytes left, 1 needed");
    assert_eq!(shown(&[2]), "byte 0, version: 2 is out of range, 1 to 1 expected");
    assert_eq!(shown(&[1, 0]), "byte 1, kind: 0 is out of range, 1 to 24 expected");
    assert_eq!(shown(&place[..8]), "byte 2, principal: 6 bytes left, 8 needed");
    let with = |at: usize, byte: u8| {
        let mut bytes = place.to_vec();
        bytes[at] = byte;
        shown(&bytes)
    };
    assert_eq!(with(18, 2), "byte 18, side: 2 is out of range, 0 to 1 expected");
    assert_eq!(with(44, 2), "byte 44, request: 2 is out of range, 0 to 1 expected");
    assert_eq!(
        with(32, 0xff),
        "byte 29, price: 4278193775 is out of range, 1 to 1073741824 expected"
    );
    assert_eq!(with(44, 1), "byte 45, request: 0 bytes left, 1 needed");
    let long = [place.as_slice(), &[0, 0]].concat();
    assert_eq!(shown(&long), "byte 45, end: 2 bytes too many, 0 expected");
    // No connection has one form.
    let none = [&[1, 18], [0; 8].as_slice(), &[1], &[0; 9]].concat();
    assert_eq!(
        shown(&none),
        "byte 11, connection: 0 is out of range, 1 to 18446744073709551615 expected"
    );
    // A request of three bytes whose second is a blank.
    let blank = [&[1, 18], [0; 8].as_slice(), &[0, 1, 3, b'a', b' ', b'c']].concat();
    assert_eq!(
        shown(&blank),
        "byte 14, request: 0x20 is not printable ASCII, 0x21 to 0x7e expected"
    );
}

#[test]
fn a_genesis_out_of_range_is_refused_at_its_field() {
    let genesis = genesis_bytes(&samples::geneses()[0]);
    let zeroed = |at: usize, width: usize| {
        let mut bytes = genesis.clone();
        bytes[at..at + width].fill(0);
        wire::genesis::decode(&bytes).expect_err("out of range").to_string()
    };
    for (field, at, width, max) in [
        ("rules", 17, 4, 1),
        ("clearing_shards", 21, 2, 256),
        ("matching_shards", 23, 2, 256),
        ("accounts_max", 25, 4, (1 << 24) - 1),
        ("instruments_max", 29, 4, 1 << 16),
        ("orders_max", 33, 4, (1 << 26) - 1),
        ("orders_per_account_max", 37, 4, 1 << 28),
        ("requests_remembered", 41, 4, 1 << 20),
        ("level_pages_max", 45, 4, 1 << 24),
        ("currencies", 73, 1, 8),
    ] {
        let expected = format!("byte {at}, {field}: 0 is out of range, 1 to {max} expected");
        assert_eq!(zeroed(at, width), expected);
    }
    let expected = "byte 49, step_events_max: 0 is out of range, 16 to 1048576 expected";
    assert_eq!(zeroed(49, 4), expected);
}

#[test]
fn every_kind_of_command_has_the_name_that_the_code_has() {
    let mut seen = std::collections::BTreeSet::new();
    for command in samples::commands() {
        let told = format!("{:?}", command.action);
        let told = told.split([' ', '{']).next().expect("a name");
        let mut name = String::new();
        for letter in told.chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.extend(letter.to_lowercase());
        }
        let index = wire::command::kind_index(&command.action);
        assert_eq!(wire::command::KINDS[index], name);
        seen.insert(index);
    }
    assert_eq!(seen.len(), wire::command::KINDS.len(), "one of each");
}
