//! Commands as journal records, version 1.
//!
//! | offset | bytes | field | unit |
//! |---|---|---|---|
//! | 0 | 1 | version | 1 |
//! | 1 | 1 | kind | 1..=24, see `encode` |
//! | 2 | 8 | principal | id |
//! | 10 | | the kind's own fields | api/wire.md |
//! | | 1 or 9 | connection | 0, or 1, id above 0 |
//! | | 1 or 2 + n | request | 0, or 1, length n, text |
//!
//! **Invariant:** what decodes encodes to the same bytes again.

use types::ConnectionId;
use venue::{Action, Command};

use crate::binary::{self, DecodeError, Field, Reader, Writer};

/// The layout that [`encode`] writes and [`decode`] reads.
pub const VERSION: u8 = 1;
/// The longest a command can be.
pub const COMMAND_BYTES_MAX: usize = 139;

const KIND_MAX: u8 = 24;

/// The names of all kinds, in the order of their numbers, of which the first is 1; snake_case.
#[rustfmt::skip]
pub const KINDS: [&str; KIND_MAX as usize] = [
    "open_account", "set_account_status", "close_account", "deposit", "withdraw", "transfer",
    "issue", "place", "replace", "cancel", "mass_cancel", "list_instrument", "set_phase",
    "set_band", "set_fees", "set_business_date", "set_rules", "tick", "set_kill_switch",
    "set_cancel_after", "request_payment", "confirm_payment", "fail_payment", "tell_time",
];

/// Which of [`KINDS`] a command is.
#[inline]
pub fn kind_index(action: &Action) -> usize {
    usize::from(kind(action)) - 1
}

/// Appends `command` to `out`; it does not allocate while `out` has [`COMMAND_BYTES_MAX`] to spare.
pub fn encode(command: &Command, out: &mut Vec<u8>) {
    binary::append(out, COMMAND_BYTES_MAX, |out| put(command, out));
}

/// Writes `command` to the start of `place`, and answers its length; what is behind it is anything.
#[inline(always)]
pub fn encode_in_place(command: &Command, place: &mut [u8; COMMAND_BYTES_MAX]) -> usize {
    let mut out = Writer::new(place);
    put(command, &mut out);
    out.length()
}

#[inline(always)]
fn put(command: &Command, out: &mut Writer<'_>) {
    out.array([VERSION, kind(&command.action)]);
    command.principal.put(out);
    // What is mostly absent, or of any length, is behind what has a place of its own.
    put_action(&command.action, out);
    (command.connection.0 != 0).then_some(command.connection).put(out);
    command.request.put(out);
}

/// Reads back what [`encode`] wrote.
///
/// # Errors
/// [`DecodeError`] names the first byte that no command has there.
#[inline]
pub fn decode(bytes: &[u8]) -> Result<Command, DecodeError> {
    let mut input = Reader::new(bytes);
    binary::version(&mut input, VERSION)?;
    let kind = input.up_to("kind", KIND_MAX)?;
    let principal = input.field("principal")?;
    let command = Command {
        action: match kind {
            1..=7 => get_account_action(kind, &mut input)?,
            21..=23 => get_payment_action(kind, &mut input)?,
            8..=11 => get_order_action(kind, &mut input)?,
            _ => get_venue_action(kind, &mut input)?,
        },
        principal,
        connection: get_connection(&mut input)?,
        request: input.field("request")?,
    };
    input.finish()?;
    Ok(command)
}

#[inline]
fn get_connection(input: &mut Reader<'_>) -> Result<ConnectionId, DecodeError> {
    match input.field("connection")? {
        // None has one form.
        Some(ConnectionId(0)) => Err(input.out_of_range(8, 0, 1, u64::MAX)),
        Some(connection) => Ok(connection),
        None => Ok(ConnectionId(0)),
    }
}

#[inline(always)]
fn kind(action: &Action) -> u8 {
    match action {
        Action::OpenAccount { .. } => 1,
        Action::SetAccountStatus { .. } => 2,
        Action::CloseAccount { .. } => 3,
        Action::Deposit { .. } => 4,
        Action::Withdraw { .. } => 5,
        Action::Transfer { .. } => 6,
        Action::Issue { .. } => 7,
        Action::Place { .. } => 8,
        Action::Replace { .. } => 9,
        Action::Cancel { .. } => 10,
        Action::MassCancel { .. } => 11,
        Action::ListInstrument { .. } => 12,
        Action::SetPhase { .. } => 13,
        Action::SetBand { .. } => 14,
        Action::SetFees { .. } => 15,
        Action::SetBusinessDate { .. } => 16,
        Action::SetRules { .. } => 17,
        Action::Tick => 18,
        Action::SetKillSwitch { .. } => 19,
        Action::SetCancelAfter { .. } => 20,
        Action::RequestPayment { .. } => 21,
        Action::ConfirmPayment { .. } => 22,
        Action::FailPayment { .. } => 23,
        Action::TellTime => 24,
    }
}

#[inline(always)]
fn put_action(action: &Action, out: &mut Writer<'_>) {
    match action {
        Action::OpenAccount { owner, currency, self_trade } => {
            put3(out, owner, currency, self_trade);
        }
        Action::SetAccountStatus { account, suspended } => put2(out, account, suspended),
        Action::CloseAccount { account } => account.put(out),
        Action::Deposit { account, amount } | Action::Withdraw { account, amount } => {
            put2(out, account, amount);
        }
        Action::Transfer { account, to, amount } => put3(out, account, to, amount),
        Action::Issue { account, instrument, qty } => put3(out, account, instrument, qty),
        Action::Place { account, order } => put2(out, account, order),
        Action::Replace { account, order, change } => put3(out, account, order, change),
        Action::Cancel { account, order } => put2(out, account, order),
        Action::MassCancel { account, instrument, side } => put3(out, account, instrument, side),
        Action::ListInstrument { definition } => definition.put(out),
        Action::SetPhase { instrument, phase } => put2(out, instrument, phase),
        Action::SetBand { instrument, band } => put2(out, instrument, band),
        Action::SetFees { instrument, fees } => put2(out, instrument, fees),
        Action::SetBusinessDate { date } => date.put(out),
        Action::SetRules { version } => version.put(out),
        Action::Tick | Action::TellTime => {}
        Action::SetKillSwitch { scope, engaged } => put2(out, scope, engaged),
        Action::SetCancelAfter { account, after_s } => put2(out, account, after_s),
        Action::RequestPayment { account, kind, amount } => put3(out, account, kind, amount),
        Action::ConfirmPayment { payment } => payment.put(out),
        Action::FailPayment { payment, reason } => put2(out, payment, reason),
    }
}

#[inline(always)]
fn put2(out: &mut Writer<'_>, first: &impl Field, second: &impl Field) {
    first.put(out);
    second.put(out);
}

#[inline(always)]
fn put3(out: &mut Writer<'_>, first: &impl Field, second: &impl Field, third: &impl Field) {
    put2(out, first, second);
    third.put(out);
}

fn get_account_action(kind: u8, input: &mut Reader<'_>) -> Result<Action, DecodeError> {
    if kind == 1 {
        return Ok(Action::OpenAccount {
            owner: input.field("owner")?,
            currency: input.field("currency")?,
            self_trade: input.field("self_trade")?,
        });
    }
    let account = input.field("account")?;
    Ok(match kind {
        2 => Action::SetAccountStatus { account, suspended: input.field("suspended")? },
        3 => Action::CloseAccount { account },
        4 => Action::Deposit { account, amount: input.field("amount")? },
        5 => Action::Withdraw { account, amount: input.field("amount")? },
        6 => Action::Transfer { account, to: input.field("to")?, amount: input.field("amount")? },
        _ => Action::Issue {
            account,
            instrument: input.field("instrument")?,
            qty: input.field("qty")?,
        },
    })
}

fn get_payment_action(kind: u8, input: &mut Reader<'_>) -> Result<Action, DecodeError> {
    Ok(match kind {
        21 => Action::RequestPayment {
            account: input.field("account")?,
            kind: input.field("kind")?,
            amount: input.field("amount")?,
        },
        22 => Action::ConfirmPayment { payment: input.field("payment")? },
        _ => {
            Action::FailPayment { payment: input.field("payment")?, reason: input.field("reason")? }
        }
    })
}

#[inline]
fn get_order_action(kind: u8, input: &mut Reader<'_>) -> Result<Action, DecodeError> {
    let account = input.field("account")?;
    Ok(match kind {
        8 => Action::Place { account, order: input.field("order")? },
        9 => Action::Replace {
            account,
            order: input.field("order")?,
            change: input.field("change")?,
        },
        10 => Action::Cancel { account, order: input.field("order")? },
        _ => Action::MassCancel {
            account,
            instrument: input.field("instrument")?,
            side: input.field("side")?,
        },
    })
}

fn get_venue_action(kind: u8, input: &mut Reader<'_>) -> Result<Action, DecodeError> {
    Ok(match kind {
        12 => Action::ListInstrument { definition: input.field("definition")? },
        13 => Action::SetPhase {
            instrument: input.field("instrument")?,
            phase: input.field("phase")?,
        },
        14 => {
            Action::SetBand { instrument: input.field("instrument")?, band: input.field("band")? }
        }
        15 => {
            Action::SetFees { instrument: input.field("instrument")?, fees: input.field("fees")? }
        }
        16 => Action::SetBusinessDate { date: input.field("date")? },
        17 => Action::SetRules { version: input.field("version")? },
        18 => Action::Tick,
        20 => Action::SetCancelAfter {
            account: input.field("account")?,
            after_s: input.field("after_s")?,
        },
        19 => {
            Action::SetKillSwitch { scope: input.field("scope")?, engaged: input.field("engaged")? }
        }
        _ => Action::TellTime,
    })
}
