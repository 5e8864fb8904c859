//! Profit and return reckoned anew from what was told, without views or the store's code: whatever
//! changes what an account is worth and is neither a fill nor a new mark came in or went out.

use std::collections::BTreeMap;

use store::{History, Range};
use types::{AccountId, Date, InstrumentId, Price, TickValue, Timestamp};
use venue::{AccountEvent, Balance, Event, Events, Fact, Genesis, PublicEvent, Stamped};
use view::{Earned, GROWTH_ONE};

const MINUTE_NS: u64 = 60_000_000_000;
/// Growth is reckoned so much finer here.
const FINER: u128 = 1_000;
/// What roundings may come to.
const GROWTH_OFF_MAX: u128 = 1_000;

/// How accounts stood at the end of each minute and of each business date.
pub struct Reference {
    at: Timestamp,
    date: Date,
    accounts: BTreeMap<AccountId, Own>,
    /// Last price, where there was a trade, and what a lot is worth at a tick.
    instruments: BTreeMap<InstrumentId, (Option<Price>, TickValue)>,
    minutes: BTreeMap<(AccountId, u64), Earned>,
    days: BTreeMap<(Date, AccountId), Earned>,
}

#[derive(Clone, Default)]
struct Own {
    cash: i128,
    lots: BTreeMap<InstrumentId, i128>,
    paid_in: i128,
    base: i128,
    growth: u128,
    ruins: u32,
}

impl Reference {
    pub fn of(genesis: &Genesis, commands: &[Events]) -> Reference {
        let (accounts, instruments, minutes, days) = Default::default();
        let (at, date) = (Timestamp(0), genesis.business_date);
        let mut reference = Reference { at, date, accounts, instruments, minutes, days };
        let all = commands.iter().flat_map(Events::iter);
        all.for_each(|stamped| reference.take(&stamped));
        reference
    }

    fn take(&mut self, stamped: &Stamped<'_>) {
        let minute = self.at.0 / MINUTE_NS;
        if minute != stamped.at.0 / MINUTE_NS {
            for (account, earned) in self.all() {
                self.minutes.insert((account, minute), earned);
            }
        }
        self.at = stamped.at;
        match stamped.event {
            Event::Account(event) => self.own(event),
            Event::Public(PublicEvent::Listed { instrument, definition }) => {
                self.instruments.insert(*instrument, (None, definition.tick_value));
            }
            Event::Public(PublicEvent::Trade(trade)) => self.mark(trade.instrument, trade.price),
            Event::Public(PublicEvent::DateChanged { date }) => {
                let ended = self.date;
                let all = self.all().into_iter().map(|(id, it)| ((ended, id), it));
                self.days.extend(all);
                self.date = *date;
            }
            Event::Public(_) | Event::Refused { .. } => {}
        }
    }

    /// Takes in what changes cash or lots; what is no fill came in or went out.
    fn own(&mut self, event: &AccountEvent) {
        let one = Own { growth: GROWTH_ONE * FINER, ..Own::default() };
        let mut own = self.accounts.remove(&event.account).unwrap_or(one);
        let before = self.worth(&own);
        own.cash = i128::from(event.cash.free) + i128::from(event.cash.held);
        let lots = |position: Balance| i128::from(position.free + position.held);
        let mut is_fill = false;
        if let Fact::Filled(fill) = &event.fact {
            is_fill = true;
            own.lots.insert(fill.instrument, lots(fill.position));
        }
        if let Fact::Issued { instrument, position, .. } = &event.fact {
            own.lots.insert(*instrument, lots(*position));
        }
        let after = self.worth(&own);
        if !is_fill {
            own.cut(before, after);
        }
        self.accounts.insert(event.account, own);
    }

    /// A new price; the first one is what the lots came in at.
    fn mark(&mut self, instrument: InstrumentId, price: Price) {
        let before: Vec<i128> = self.accounts.values().map(|own| self.worth(own)).collect();
        let first = self.instruments.get_mut(&instrument).expect("it is listed").0.replace(price);
        if first.is_none() {
            let after: Vec<i128> = self.accounts.values().map(|own| self.worth(own)).collect();
            for (own, (before, after)) in
                self.accounts.values_mut().zip(before.into_iter().zip(after))
            {
                own.cut(before, after);
            }
        }
    }

    fn worth(&self, own: &Own) -> i128 {
        let value = |(instrument, lots): (&InstrumentId, &i128)| {
            let (price, tick_value) = self.instruments[instrument];
            let ticks = price.map_or(0, |price| i128::from(price.ticks()));
            lots * ticks * i128::from(tick_value.numerator()) / i128::from(tick_value.denominator())
        };
        own.cash + own.lots.iter().map(value).sum::<i128>()
    }

    fn all(&self) -> Vec<(AccountId, Earned)> {
        let of = |(id, own): (&AccountId, &Own)| {
            let equity = self.worth(own);
            let growth = own.grown(equity) / FINER;
            let (profit, ruins) = (equity - own.paid_in, own.ruins);
            (*id, Earned { equity, profit, growth, ruins })
        };
        self.accounts.iter().map(of).collect()
    }

    /// Compares what is written, minute by minute and date by date.
    pub async fn agrees(&self, history: &History) {
        let mut flows = 0;
        for id in self.accounts.keys().copied() {
            let rows = history.equity(id, Range::default(), usize::MAX >> 1).await;
            let mut rows = rows.expect("equity").into_iter().peekable();
            let mut last = Earned::NOTHING;
            let own = self.minutes.range((id, 0)..=(id, u64::MAX));
            for ((_, minute), wanted) in own {
                let end = Timestamp((minute + 1) * MINUTE_NS);
                while let Some(row) = rows.next_if(|row| row.at <= end) {
                    last = row.earned;
                }
                assert_near(last, *wanted);
            }
            assert!(rows.next().is_none(), "nothing is written of a minute that goes on");
            flows += usize::from(last.profit != last.equity && last.profit != 0);
        }
        assert!(flows > 3, "some earned and were paid");
        let minutes: Vec<u64> = self.minutes.keys().map(|(_, minute)| *minute).collect();
        let middle = Timestamp((minutes[minutes.len() / 2] + 1) * MINUTE_NS);
        let found = history.all_earned(middle, AccountId(0), usize::MAX >> 1).await;
        let found: BTreeMap<AccountId, Earned> = found.expect("equity").into_iter().collect();
        assert!(found.len() > 3);
        for (account, earned) in found {
            let earlier = (account, 0)..(account, middle.0 / MINUTE_NS);
            let (_, wanted) = self.minutes.range(earlier).next_back().expect("it was open");
            assert_near(earned, *wanted);
            assert_eq!(history.earned(account, middle).await.expect("equity"), earned);
        }
        for ((date, account), wanted) in &self.days {
            let [_, closing] = history.day(*account, *date).await.expect("a day");
            assert_near(closing, *wanted);
        }
        assert!(self.days.len() > 3, "dates passed");
    }
}

impl Own {
    fn cut(&mut self, before: i128, after: i128) {
        if after == before {
            return;
        }
        self.growth = self.grown(before);
        if before == 0 && self.base != 0 {
            (self.growth, self.ruins) = (GROWTH_ONE * FINER, self.ruins + 1);
        }
        self.paid_in += after - before;
        self.base = after;
    }

    fn grown(&self, equity: i128) -> u128 {
        match self.base {
            0 => self.growth,
            base => self.growth * equity.unsigned_abs() / base.unsigned_abs(),
        }
    }
}

fn assert_near(found: Earned, wanted: Earned) {
    assert_eq!((found.equity, found.profit), (wanted.equity, wanted.profit));
    assert_eq!(found.ruins, wanted.ruins);
    let off = found.growth.abs_diff(wanted.growth);
    assert!(off <= GROWTH_OFF_MAX * wanted.growth.max(GROWTH_ONE) / GROWTH_ONE, "{found:?}");
}
