//! Genesis, record 0 of a journal, version 1.
//!
//! | offset | bytes | field | unit |
//! |---|---|---|---|
//! | 0 | 1 | version | 1 |
//! | 1 | 16 | venue | id |
//! | 17 | 4 | rules | version |
//! | 21 | 2 | clearing_shards | count |
//! | 23 | 2 | matching_shards | count |
//! | 25 | 7 x 4 | limits, in the order of `Limits` | count |
//! | 53 | 4 | business_date | days since 1970-01-01 |
//! | 57 | 2 x 8 | hash_key | |
//! | 73 | 1 | currencies | count, 1..=8 |
//! | 74 | 1 + n, 1 each | code (length, text), decimals | |
//! | | 1 or 1 + 16 + 8 + 8 | parent: 0, or 1 and venue, seq, event_hash | |
//!
//! **Invariant:** what decodes passed [`Genesis::check`] and encodes to the same bytes again.

use venue::{BadGenesis, CURRENCIES_MAX, CurrencyRule, Genesis, Limits, Parent};

use crate::binary::{self, DecodeError, Fault, Field, Reader, Writer};

/// The layout that [`encode`] writes and [`decode`] reads.
pub const VERSION: u8 = 1;
/// The longest a genesis can be.
pub const GENESIS_BYTES_MAX: usize = 147;

/// Appends `genesis` to `out`.
///
/// # Panics
/// If `genesis` fails its check: the caller has checked it.
pub fn encode(genesis: &Genesis, out: &mut Vec<u8>) {
    assert_eq!(genesis.check(), Ok(()), "only a checked genesis is written");
    binary::append(out, GENESIS_BYTES_MAX, |out| put(genesis, out));
}

fn put(genesis: &Genesis, out: &mut Writer<'_>) {
    out.array([VERSION]);
    genesis.venue.put(out);
    genesis.rules.put(out);
    genesis.clearing_shards.put(out);
    genesis.matching_shards.put(out);
    genesis.limits.put(out);
    genesis.business_date.put(out);
    genesis.hash_key[0].put(out);
    genesis.hash_key[1].put(out);
    let currencies = u8::try_from(genesis.currencies.len());
    out.array([currencies.expect("checked against CURRENCIES_MAX")]);
    for currency in &genesis.currencies {
        currency.put(out);
    }
    genesis.parent.put(out);
}

/// Reads back what [`encode`] wrote.
///
/// # Errors
/// [`DecodeError`] names the first byte that no genesis has there, or the first field that fails
/// [`Genesis::check`].
pub fn decode(bytes: &[u8]) -> Result<Genesis, DecodeError> {
    let mut input = Reader::new(bytes);
    binary::version(&mut input, VERSION)?;
    let genesis = Genesis {
        venue: input.field("venue")?,
        rules: input.field("rules")?,
        clearing_shards: input.field("clearing_shards")?,
        matching_shards: input.field("matching_shards")?,
        limits: input.field("limits")?,
        business_date: input.field("business_date")?,
        hash_key: [input.field("hash_key.0")?, input.field("hash_key.1")?],
        currencies: get_currencies(&mut input)?,
        parent: input.field("parent")?,
    };
    input.finish()?;
    genesis.check().map_err(out_of_range)?;
    Ok(genesis)
}

fn get_currencies(input: &mut Reader<'_>) -> Result<Vec<CurrencyRule>, DecodeError> {
    let max = u8::try_from(CURRENCIES_MAX).expect("currencies are counted in one byte");
    let count = input.up_to("currencies", max)?;
    (0..count).map(|_| CurrencyRule::get(input)).collect()
}

fn out_of_range(bad: BadGenesis) -> DecodeError {
    let BadGenesis { field, value, min, max } = bad;
    let fault = Fault::OutOfRange { value, min, max };
    DecodeError { offset: offset_of(field), field, fault }
}

/// Where a checked field begins; all of them lie before the first field of variable length.
fn offset_of(field: &str) -> usize {
    match field {
        "rules" => 17,
        "clearing_shards" => 21,
        "matching_shards" => 23,
        "accounts_max"
        | "accounts_max x instruments_max"
        | "accounts_max x requests_remembered + orders_max" => 25,
        "instruments_max" => 29,
        "orders_max" => 33,
        "orders_per_account_max" => 37,
        "requests_remembered" => 41,
        "level_pages_max" | "64 x level_pages_max + orders_max" => 45,
        "step_events_max" => 49,
        "currencies" => 73,
        _ => 0,
    }
}

impl Field for Limits {
    fn put(&self, out: &mut Writer<'_>) {
        self.accounts_max.put(out);
        self.instruments_max.put(out);
        self.orders_max.put(out);
        self.orders_per_account_max.put(out);
        self.requests_remembered.put(out);
        self.level_pages_max.put(out);
        self.step_events_max.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Limits, DecodeError> {
        Ok(Limits {
            accounts_max: input.field("accounts_max")?,
            instruments_max: input.field("instruments_max")?,
            orders_max: input.field("orders_max")?,
            orders_per_account_max: input.field("orders_per_account_max")?,
            requests_remembered: input.field("requests_remembered")?,
            level_pages_max: input.field("level_pages_max")?,
            step_events_max: input.field("step_events_max")?,
        })
    }
}

impl Field for CurrencyRule {
    fn put(&self, out: &mut Writer<'_>) {
        self.code.put(out);
        self.decimals.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<CurrencyRule, DecodeError> {
        Ok(CurrencyRule {
            code: input.field("currency.code")?,
            decimals: input.field("currency.decimals")?,
        })
    }
}

impl Field for Parent {
    fn put(&self, out: &mut Writer<'_>) {
        self.venue.put(out);
        self.seq.put(out);
        self.event_hash.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Parent, DecodeError> {
        Ok(Parent {
            venue: input.field("parent.venue")?,
            seq: input.field("parent.seq")?,
            event_hash: input.field("parent.event_hash")?,
        })
    }
}
