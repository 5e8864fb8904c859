//! A clearing shard's state as canonical words, and back.

use ledger::{Asset, Charge, Costs, House, Line};
use types::{AccountId, InstrumentId, OrderId, PrincipalId, Qty, TickValue};

use super::Clearing;
use super::accounts::{Account, Status};
use super::open::{Pending, Row, Terms};
use crate::canonical::{Canonical, ORDER_LOCAL_MAX, RestoreError, Sink, Words};
use crate::event::Balance;
use crate::matching::OpenOrder;
use crate::terms;

/// What a clearing shard has of one asset. Its lines sum to zero; over all shards, and with the
/// messages on their way, so do `clearing` and `in_transit` each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetLines {
    /// Currency code or symbol.
    pub name: String,
    /// All accounts together.
    pub customers: i128,
    /// Between the buyers and sellers of matches.
    pub clearing: i128,
    /// Fees earned.
    pub fees: i128,
    /// What rounding left.
    pub rounding: i128,
    /// Transfers sent or taken.
    pub in_transit: i128,
    /// Minus all that came from outside.
    pub outside: i128,
}

impl Canonical for Clearing {
    /// Everything that a command's effect can depend on. Holds are left out: the open orders
    /// imply them.
    fn write(&self, sink: &mut impl Sink) {
        self.rules.write(sink);
        self.date.0.write(sink);
        self.orders.next.write(sink);
        self.write_instruments(sink);
        sink.word(self.accounts.len() as u64);
        for local in 1..=self.accounts.len() as u32 {
            self.write_account(local, sink);
        }
        self.write_kill(sink);
        self.write_cancel_after(sink);
        self.write_house(sink);
        let open = self.orders.sorted();
        sink.word(open.len() as u64);
        for slot in &open {
            write_order(self.orders.row(*slot), self.orders.terms(*slot), sink);
        }
        for local in 0..=self.accounts.len() as u32 {
            self.requests.write_scope(local, |order| self.orders.find(order).is_some(), sink);
        }
        let keeps = |slot: &&usize| self.orders.row(**slot).keeps_request;
        let kept = open.iter().filter(keeps).map(|slot| self.orders.terms(*slot).request);
        self.requests.write_kept(&kept.collect::<Vec<_>>(), sink);
    }
}

impl Clearing {
    /// Takes the state over from words, into an empty shard.
    pub(crate) fn read(&mut self, words: &mut Words<'_>) -> Result<(), RestoreError> {
        self.rules = words.u32()?;
        self.date = types::Date(words.u32()?);
        self.orders.next = words.map("an order number below 2^40", |word| {
            (1..ORDER_LOCAL_MAX).contains(&word).then_some(word)
        })?;
        self.read_instruments(words)?;
        let max = self.limits.accounts_max as usize;
        let accounts = words.count(6)?;
        if accounts > max {
            return Err(words.wrong("no more accounts than genesis allows"));
        }
        for local in 1..=accounts as u32 {
            self.read_account(local, words)?;
        }
        self.read_kill(words)?;
        self.read_cancel_after(words)?;
        self.read_house(words)?;
        for _ in 0..words.count(18)? {
            self.read_order(words)?;
        }
        for local in 0..=accounts as u32 {
            for (order, slot) in self.requests.read_scope(local, words)? {
                self.tie(order, slot, words)?;
            }
        }
        for (order, slot) in self.requests.read_kept(words)? {
            self.tie(order, slot, words)?;
            self.orders.keep_request(order);
        }
        Ok(())
    }

    /// What every asset's lines add up to.
    pub(crate) fn trial_balance(&self) -> Vec<(String, i128)> {
        let all = 1..=self.accounts.len() as u32;
        let mut totals = Vec::new();
        for (index, rule) in self.currencies.iter().enumerate() {
            let currency = index as u8;
            let customers = all.clone().filter(|local| self.account(*local).currency == currency);
            let total = self.ledger.total(Asset::Cash(currency), customers);
            totals.push((rule.code.to_string(), total));
        }
        for (id, known) in self.instruments.iter().enumerate() {
            if let Some(terms) = known {
                let asset = Asset::Lots(InstrumentId(id as u32));
                let total = self.ledger.total(asset, all.clone());
                totals.push((terms.definition.symbol.to_string(), total));
            }
        }
        totals
    }

    /// All lines of every asset.
    pub(crate) fn lines(&self) -> Vec<AssetLines> {
        let names = self.trial_balance().into_iter();
        let house = |asset, house| i128::from(self.ledger.house(asset, house));
        let lines = |(asset, (name, total))| {
            let of_house: i128 = House::ALL.iter().map(|it| house(asset, *it)).sum();
            AssetLines {
                name,
                customers: total - of_house,
                clearing: house(asset, House::Clearing),
                fees: house(asset, House::Fees),
                rounding: house(asset, House::Rounding),
                in_transit: house(asset, House::InTransit),
                outside: house(asset, House::Outside),
            }
        };
        self.house_assets().into_iter().zip(names).map(lines).collect()
    }

    /// An account's cash, free and held.
    pub(crate) fn cash(&self, account: AccountId) -> Option<Balance> {
        let line = self.ledger.cash(self.local(account).ok()?);
        Some(Balance { free: line.free(), held: line.held })
    }

    /// An account's lots of a known instrument, free and held.
    pub(crate) fn position(&self, account: AccountId, of: InstrumentId) -> Option<Balance> {
        self.terms(of).ok()?;
        let line = self.ledger.lots(self.ledger.position(self.local(account).ok()?, of));
        Some(Balance { free: line.free(), held: line.held })
    }

    fn tie(&mut self, order: OrderId, slot: u32, words: &Words<'_>) -> Result<(), RestoreError> {
        if self.orders.find(order).is_none() {
            return Err(words.wrong("the request of an open order"));
        }
        self.orders.placed_by(order, slot);
        Ok(())
    }

    fn write_instruments(&self, sink: &mut impl Sink) {
        let known = self.instruments.iter().enumerate();
        let known: Vec<_> = known.filter_map(|(id, it)| it.as_ref().map(|it| (id, it))).collect();
        sink.word(known.len() as u64);
        for (id, terms) in known {
            sink.word(id as u64);
            terms.write(sink);
        }
    }

    fn read_instruments(&mut self, words: &mut Words<'_>) -> Result<(), RestoreError> {
        for _ in 0..words.count(4)? {
            let max = self.instruments.len();
            let id = words.map("an instrument that genesis allows", |word| {
                usize::try_from(word).ok().filter(|id| *id < max)
            })?;
            self.instruments[id] = Some(words.terms(&self.currencies)?);
        }
        Ok(())
    }

    fn write_account(&self, local: u32, sink: &mut impl Sink) {
        let account = self.account(local);
        sink.word(account.owner.0);
        account.events.write(sink);
        sink.word(u64::from(account.currency));
        sink.word(account.self_trade as u64);
        sink.word(account.status as u64);
        self.ledger.cash(local).settled.write(sink);
        let lots = |id: u32| {
            let position = self.ledger.position(local, InstrumentId(id));
            self.ledger.lots(position).settled
        };
        let known = 0..self.instruments.len() as u32;
        let owned: Vec<u32> = known.filter(|id| lots(*id) != 0).collect();
        sink.word(owned.len() as u64);
        for id in owned {
            id.write(sink);
            lots(id).write(sink);
        }
    }

    fn read_account(&mut self, local: u32, words: &mut Words<'_>) -> Result<(), RestoreError> {
        let currencies = self.currencies.len();
        let statuses = [Status::Active, Status::Suspended, Status::Closed];
        let account = Account {
            owner: PrincipalId(words.word()?),
            events: words.word()?,
            open_orders: 0,
            currency: words.map("a currency of genesis", |word| {
                u8::try_from(word).ok().filter(|index| usize::from(*index) < currencies)
            })?,
            self_trade: words.self_trade()?,
            status: words.map("an account status", |word| {
                statuses.get(usize::try_from(word).ok()?).copied()
            })?,
        };
        self.accounts.push(account);
        let settled = words.map("a balance", balance)?;
        self.ledger.restore_cash(local, Line { settled, held: 0 });
        for _ in 0..words.count(2)? {
            let instrument = self.known_instrument(words)?;
            let settled = words.map("a balance", balance)?;
            let position = self.ledger.position(local, instrument);
            self.ledger.restore_lots(position, Line { settled, held: 0 });
        }
        Ok(())
    }

    pub(super) fn known_local(&self, words: &mut Words<'_>) -> Result<u32, RestoreError> {
        let accounts = self.accounts.len() as u64;
        words.map("a known account", |word| (word >= 1 && word <= accounts).then_some(word as u32))
    }

    pub(super) fn known_instrument(
        &self,
        words: &mut Words<'_>,
    ) -> Result<InstrumentId, RestoreError> {
        words.map("a known instrument", |word| {
            let known = self.instruments.get(usize::try_from(word).ok()?)?;
            known.map(|_| InstrumentId(word as u32))
        })
    }

    fn house_assets(&self) -> Vec<Asset> {
        let cash = (0..self.currencies.len()).map(|index| Asset::Cash(index as u8));
        let known = self.instruments.iter().enumerate().filter(|(_, known)| known.is_some());
        cash.chain(known.map(|(id, _)| Asset::Lots(InstrumentId(id as u32)))).collect()
    }

    fn write_house(&self, sink: &mut impl Sink) {
        for asset in self.house_assets() {
            for house in House::ALL {
                self.ledger.house(asset, house).write(sink);
            }
        }
    }

    fn read_house(&mut self, words: &mut Words<'_>) -> Result<(), RestoreError> {
        for asset in self.house_assets() {
            for house in House::ALL {
                let amount = words.i64()?;
                self.ledger.restore_house(asset, house, amount);
            }
        }
        Ok(())
    }

    fn read_order(&mut self, words: &mut Words<'_>) -> Result<(), RestoreError> {
        let next = self.orders.next;
        let shard = self.shard;
        let order = words.map("an order of this shard", |word| {
            let order = OrderId(word);
            (order.shard() == shard && order.local() < next && order.local() > 0).then_some(order)
        })?;
        if self.orders.find(order).is_some() || self.orders.is_full() {
            return Err(words.wrong("an order once, and no more than genesis allows"));
        }
        let accounts = self.accounts.len() as u64;
        let account = words.map("a known account", |word| {
            (word >= 1 && word <= accounts).then_some(word as u32)
        })?;
        let instrument = self.known_instrument(words)?;
        let side = words.side()?;
        let limit = words.price()?;
        let leaves = Qty(words.word()?);
        let filled = Qty(words.word()?);
        let charge = Charge {
            ticks_lots: words.map_u128("a sum of fills", |sum| sum < 1 << 92)?,
            ticks_lots_ppm: words.map_u128("a sum of fees", |sum| sum < 1 << 100)?,
            cash: words.i64()?,
            fee: words.i64()?,
        };
        let tick_value =
            words.map("a tick value", |word| TickValue::new(word as u32, (word >> 32) as u32))?;
        let costs = Costs { tick_value, maker_ppm: words.u32()?, taker_ppm: words.u32()? };
        let pending = match words.optional_price()? {
            None => None,
            Some(limit) => Some(Pending { limit, total: Qty(words.word()?) }),
        };
        let terms = Terms { limit, leaves, filled, charge, costs, request: 0, pending };
        let row = Row {
            order,
            held: 0,
            account,
            instrument: instrument.0 as u16,
            side,
            keeps_request: false,
        };
        let held = terms.checked_hold(side).ok_or_else(|| words.wrong("an order that was held"))?;
        if held > self.free(&row) {
            return Err(words.wrong("no more held than there is"));
        }
        self.set_hold(&row, held);
        self.account_mut(account).open_orders += 1;
        self.orders.insert(Row { held, ..row }, terms);
        Ok(())
    }

    /// What the account of an order has free of what the order holds.
    fn free(&self, row: &Row) -> i64 {
        match row.side {
            types::Side::Buy => self.ledger.cash(row.account).free(),
            types::Side::Sell => {
                let instrument = InstrumentId(u32::from(row.instrument));
                self.ledger.lots(self.ledger.position(row.account, instrument)).free()
            }
        }
    }
}

impl Clearing {
    /// Whether matching's record of an open order is this shard's too.
    pub(crate) fn agrees(&self, open: &OpenOrder) -> bool {
        let Some(slot) = self.orders.find(open.order) else { return false };
        let (row, terms) = (self.orders.row(slot), self.orders.terms(slot));
        let account = AccountId::within(self.shard, row.account);
        let instrument = InstrumentId(u32::from(row.instrument));
        account == open.account
            && (instrument, row.side, terms.leaves) == (open.instrument, open.side, open.open)
    }

    /// Open orders of this shard.
    pub(crate) fn open_orders(&self) -> u32 {
        self.orders.len()
    }

    /// The version of an instrument's terms that this shard knows.
    pub(crate) fn known_version(&self, instrument: InstrumentId) -> Option<u32> {
        self.terms(instrument).ok().map(|terms| terms.version)
    }
}

/// A customer's balance is never negative.
fn balance(word: u64) -> Option<i64> {
    i64::try_from(word).ok().filter(|amount| *amount <= types::BALANCE_MAX)
}

fn write_order(row: &Row, order: &Terms, sink: &mut impl Sink) {
    row.order.write(sink);
    row.account.write(sink);
    sink.word(u64::from(row.instrument));
    sink.word(row.side as u64);
    order.limit.write(sink);
    order.leaves.write(sink);
    order.filled.write(sink);
    order.charge.ticks_lots.write(sink);
    order.charge.ticks_lots_ppm.write(sink);
    order.charge.cash.write(sink);
    order.charge.fee.write(sink);
    let value = order.costs.tick_value;
    sink.word(u64::from(value.numerator()) | u64::from(value.denominator()) << 32);
    order.costs.maker_ppm.write(sink);
    order.costs.taker_ppm.write(sink);
    order.pending.map(|pending| pending.limit).write(sink);
    if let Some(pending) = order.pending {
        pending.total.write(sink);
    }
}

impl Canonical for terms::Terms {
    fn write(&self, sink: &mut impl Sink) {
        self.definition.write(sink);
        sink.word(self.phase as u64);
        self.version.write(sink);
    }
}
