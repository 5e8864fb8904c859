//! The instruments of a profile, tried out on a copy of the venue before the real one hears of
//! them.

use std::collections::BTreeSet;
use std::path::Path;

use types::{ConnectionId, InstrumentId, MatchingPolicy, Price, PrincipalId, Qty, Timestamp};
use venue::{Action, Command, Definition, DefinitionField, Events, Genesis, Limits, Reject, Venue};
use wire::json::{DecimalText, ListInstrument, RejectOut, Scale, Units};

use super::faults::Faults;
use super::source::Source;

/// The venue that the instruments are for.
#[derive(Clone, Copy, Debug)]
pub(super) struct There<'a> {
    pub(super) genesis: &'a Genesis,
    /// What is listed in it.
    pub(super) listed: &'a [Definition],
    /// Where it is; nowhere yet where nothing is listed.
    pub(super) folder: &'a Path,
}

/// Tries instruments out.
pub(super) struct Trial<'a> {
    source: &'a Source,
    there: There<'a>,
    venue: Venue,
    events: Events,
    seq: u64,
    symbols: BTreeSet<String>,
    faults: &'a mut Faults,
}

/// Terms as they were read, and the fields that something else stands in for.
struct Read {
    definition: Definition,
    patched: Vec<&'static str>,
}

impl<'a> Trial<'a> {
    /// A copy of the venue with all that is listed in it, which has room for instruments and
    /// little else.
    pub(super) fn new(source: &'a Source, there: There<'a>, faults: &'a mut Faults) -> Trial<'a> {
        let limits = Limits {
            accounts_max: 1,
            orders_max: 1,
            orders_per_account_max: 1,
            requests_remembered: 1,
            level_pages_max: 1,
            ..there.genesis.limits
        };
        let events = Events::new(1, limits.step_events_max as usize);
        let venue = Venue::new(Genesis { limits, ..there.genesis.clone() });
        let venue = venue.expect("less than a genesis that passed");
        let symbols = BTreeSet::new();
        let mut trial = Trial { source, there, venue, events, seq: 0, symbols, faults };
        for definition in there.listed {
            trial.list(definition).expect("what is listed was taken once");
        }
        trial
    }

    /// Tries the instrument at a place in the file; its terms if it is to be listed.
    pub(super) fn add(&mut self, at: usize, body: &ListInstrument) -> Option<Definition> {
        if let Some(request) = &body.client_request_id {
            let field = format!("instruments[{at}].client_request_id");
            let expected = "none: requests are for the API";
            self.faults.push(self.source.fault(&field, request, expected));
        }
        let mut read = self.read(at, body)?;
        let symbol = read.definition.symbol;
        let is_said = !read.patched.contains(&"symbol");
        if is_said && !self.symbols.insert(symbol.to_string()) {
            let field = format!("instruments[{at}].symbol");
            self.faults.push(self.source.fault(&field, symbol, "a symbol that is free"));
            return None;
        }
        if let Some(theirs) = self.there.listed.iter().find(|it| it.symbol == symbol) {
            self.compare(at, &read, theirs);
            return None;
        }
        self.check_tick(at, &mut read);
        let mut mended = Vec::new();
        while let Err(reject) = self.list(&read.definition) {
            let field = self.note(at, &read, &reject);
            if mended.contains(&field) || !mend(&mut read.definition, &reject, self.there.genesis) {
                break;
            }
            mended.push(field);
        }
        Some(read.definition)
    }

    /// The terms of a body. What cannot be read is told, and something else stands in for it, so
    /// that the rest is looked at too.
    fn read(&mut self, at: usize, body: &ListInstrument) -> Option<Read> {
        let (mut body, mut patched) = (body.clone(), Vec::new());
        loop {
            let definition = body.currency().and_then(|code| {
                // Decimals of an unknown currency do not matter: the venue refuses it.
                body.definition(self.money_decimals(code))
            });
            let error = match definition {
                Ok(definition) => return Some(Read { definition, patched }),
                Err(error) => error,
            };
            let field = format!("instruments[{at}].{}", error.field);
            self.faults.push(self.source.fault(&field, error.value, error.expected));
            let is_new = !patched.contains(&error.field);
            if !is_new || !patch(&mut body, at, error.field, self.there.genesis) {
                return None;
            }
            patched.push(error.field);
        }
    }

    fn money_decimals(&self, code: types::Currency) -> u8 {
        let genesis = self.there.genesis;
        genesis.currency(code).map_or(0, |index| genesis.currencies[index].decimals)
    }

    fn scale(&self, definition: &Definition) -> Scale {
        // Its number is one that no refusal names: it has none yet.
        Scale::new(InstrumentId(u32::MAX), definition, self.money_decimals(definition.currency))
    }

    fn list(&mut self, definition: &Definition) -> Result<(), Reject> {
        self.seq += 1;
        self.events.clear();
        let action = Action::ListInstrument { definition: *definition };
        let (principal, connection) = (PrincipalId(0), ConnectionId(0));
        let command = Command { principal, connection, request: None, action };
        let outcome = self.venue.apply(self.seq, Timestamp(0), &command, &mut self.events);
        outcome.expect("nothing expires before it").result.map(drop)
    }

    /// A tick size that neither end of the band is a multiple of is what is wrong, not the ends.
    fn check_tick(&mut self, at: usize, read: &mut Read) {
        let Definition { tick_step, band, .. } = read.definition;
        let is_off = |price: Price| !price.ticks().is_multiple_of(u64::from(tick_step));
        let is_said = !read.patched.iter().any(|field| depends_on_tick(field));
        if tick_step == 0 || !is_said || !is_off(band.low) || !is_off(band.high) {
            return;
        }
        let scale = self.scale(&read.definition);
        let (low, high) = (scale.price(band.low), scale.price(band.high));
        let expected =
            format!("a size that the ends of the band, {low} and {high}, are multiples of");
        let (field, tick_size) =
            (format!("instruments[{at}].tick_size"), scale.ticks(i64::from(tick_step)));
        self.faults.push(self.source.fault(&field, tick_size, expected));
        read.definition.tick_step = 1;
    }

    /// Tells why the venue does not take it, and names the field.
    fn note(&mut self, at: usize, read: &Read, reject: &Reject) -> Option<&'static str> {
        let shown = RejectOut::new(reject, &Units::of(&self.scale(&read.definition)));
        let is_news = match shown.field {
            Some(field) if field == "currency" => !read.patched.contains(&field),
            Some(field) => read.patched.is_empty() || field.starts_with("fees."),
            None => true,
        };
        if is_news {
            let field = match shown.field {
                Some(field) => format!("instruments[{at}].{field}"),
                None => format!("instruments[{at}]"),
            };
            let value = shown.value.unwrap_or_else(|| read.definition.symbol.to_string());
            self.faults.push(self.source.fault(&field, value, shown.expected));
        }
        shown.field
    }

    /// That what is listed under the symbol is the same instrument. Bands and fees are not
    /// compared: operators change them.
    fn compare(&mut self, at: usize, read: &Read, theirs: &Definition) {
        let pairs = self.fixed(&read.definition).into_iter().zip(self.fixed(theirs));
        for ((field, ours), (_, listed)) in pairs {
            if ours != listed && !read.patched.contains(&field) {
                let (symbol, folder) = (theirs.symbol, self.there.folder.display());
                let expected = format!("{listed}: so {symbol} is listed in the venue in {folder}");
                let field = format!("instruments[{at}].{field}");
                self.faults.push(self.source.fault(&field, ours, expected));
            }
        }
    }

    /// What is fixed for an instrument's life.
    fn fixed(&self, definition: &Definition) -> [(&'static str, String); 9] {
        let scale = self.scale(definition);
        let policy = match definition.policy {
            MatchingPolicy::PriceTime => "price_time",
            MatchingPolicy::ProRata => "pro_rata",
        };
        [
            ("isin", definition.isin.map_or("none".to_owned(), |isin| isin.to_string())),
            ("currency", definition.currency.to_string()),
            ("price_decimals", definition.price_decimals.to_string()),
            ("qty_decimals", definition.qty_decimals.to_string()),
            ("tick_size", scale.ticks(i64::from(definition.tick_step)).to_string()),
            ("lot_size", scale.lots(i64::from(definition.lot_step)).to_string()),
            ("order_qty_max", scale.qty(definition.order_qty_max).to_string()),
            ("price_limit", scale.price(definition.price_limit).to_string()),
            ("policy", policy.to_owned()),
        ]
    }
}

fn depends_on_tick(field: &str) -> bool {
    ["tick_size", "band.low", "band.high"].contains(&field)
}

/// Puts something that can be read in a field's place; `false` where others depend on it.
fn patch(body: &mut ListInstrument, at: usize, field: &str, genesis: &Genesis) -> bool {
    let one = || DecimalText("1".to_owned());
    match field {
        // Hardly any other has it, and it is told of none.
        "symbol" => body.symbol = format!("0.-.{at}"),
        "isin" => body.isin = None,
        "currency" => body.currency = genesis.currencies[0].code.to_string(),
        "tick_size" => body.tick_size = one(),
        "lot_size" => body.lot_size = one(),
        "order_qty_max" => body.order_qty_max = one(),
        "price_limit" => body.price_limit = one(),
        "band.low" => body.band.low = one(),
        "band.high" => body.band.high = one(),
        _ => return false,
    }
    true
}

/// Puts what passes in the place of what was refused; `false` where that is not about one field.
fn mend(definition: &mut Definition, reject: &Reject, genesis: &Genesis) -> bool {
    if let Reject::UnknownCurrency { .. } = reject {
        definition.currency = genesis.currencies[0].code;
        return true;
    }
    let Reject::BadDefinition { field, .. } = reject else { return false };
    let step = u64::from(definition.tick_step.max(1));
    match field {
        DefinitionField::PriceDecimals => definition.price_decimals = 0,
        DefinitionField::QtyDecimals => definition.qty_decimals = 0,
        DefinitionField::TickStep => definition.tick_step = 1,
        DefinitionField::LotStep => definition.lot_step = 1,
        DefinitionField::OrderQtyMax => {
            definition.order_qty_max = Qty(u64::from(definition.lot_step))
        }
        DefinitionField::BandHigh => {
            let highest = definition.price_limit.ticks() / step * step;
            let Some(highest) = Price::new(highest) else { return false };
            definition.band.high = highest;
        }
        DefinitionField::BandLow => {
            let Some(lowest) = Price::new(step) else { return false };
            definition.band.low = lowest;
        }
        DefinitionField::MakerPpm => definition.fees.maker_ppm = 0,
        DefinitionField::TakerPpm => definition.fees.taker_ppm = 0,
    }
    true
}
