//! Profit and return reckoned anew: whatever changes what an account is worth and is neither a fill
//! nor a new mark came in or went out.

use std::collections::BTreeMap;

use store::{History, Range};
use types::{AccountId, Date, Timestamp};
use venue::{AccountEvent, Event, Events, Fact, Genesis, PublicEvent, Stamped};
use view::{Earned, GROWTH_ONE, Views};

const MINUTE_NS: u64 = 60_000_000_000;
/// Growth is reckoned so much finer here.
const FINER: u128 = 1_000;
/// What roundings may come to.
const GROWTH_OFF_MAX: u128 = 1_000;

/// How accounts stood at the end of each minute and of each business date.
pub struct Reference {
    views: Views,
    at: Timestamp,
    own: BTreeMap<AccountId, Own>,
    minutes: BTreeMap<(AccountId, u64), Earned>,
    days: BTreeMap<(Date, AccountId), Earned>,
}

#[derive(Clone, Copy)]
struct Own {
    paid_in: i128,
    base: i128,
    growth: u128,
}

impl Reference {
    pub fn of(genesis: &Genesis, commands: &[Events]) -> Reference {
        let (views, at) = (Views::new(genesis), Timestamp(0));
        let (own, minutes, days) = Default::default();
        let mut reference = Reference { views, at, own, minutes, days };
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
        let before: BTreeMap<AccountId, i128> = match stamped.event {
            Event::Account(AccountEvent { fact: Fact::Filled(_), .. }) => BTreeMap::new(),
            Event::Account(AccountEvent { account, .. }) => {
                let found = self.views.account(*account);
                BTreeMap::from([(*account, found.map_or(0, |it| self.views.equity(it)))])
            }
            Event::Public(PublicEvent::Trade(trade))
                if self
                    .views
                    .instrument(trade.instrument)
                    .is_some_and(|it| it.mark().is_none()) =>
            {
                self.all().map(|(account, earned)| (account, earned.equity)).collect()
            }
            Event::Public(PublicEvent::DateChanged { .. }) => {
                let date = self.views.business_date();
                let ended: Vec<_> = self.all().map(|(id, it)| ((date, id), it)).collect();
                self.days.extend(ended);
                BTreeMap::new()
            }
            Event::Public(_) | Event::Refused { .. } => BTreeMap::new(),
        };
        self.views.absorb_one(stamped);
        for (account, before) in before {
            let found = self.views.account(account).expect("it is open");
            let after = self.views.equity(found);
            let one = Own { paid_in: 0, base: 0, growth: GROWTH_ONE * FINER };
            let own = self.own.entry(account).or_insert(one);
            if after != before {
                own.growth = own.grown(before);
                own.paid_in += after - before;
                own.base = after;
            }
        }
        self.at = stamped.at;
    }

    fn all(&self) -> std::vec::IntoIter<(AccountId, Earned)> {
        let of = |account: &view::Account| {
            let (equity, own) = (self.views.equity(account), self.own[&account.id]);
            let growth = own.grown(equity) / FINER;
            (account.id, Earned { equity, profit: equity - own.paid_in, growth })
        };
        self.views.accounts_after(AccountId(0)).map(of).collect::<Vec<_>>().into_iter()
    }

    /// Compares what is written, minute by minute and date by date.
    pub async fn agrees(&self, history: &History) {
        let mut flows = 0;
        for account in self.views.accounts_after(AccountId(0)) {
            let rows = history.equity(account.id, Range::default(), usize::MAX >> 1).await;
            let mut rows = rows.expect("equity").into_iter().peekable();
            let mut last = Earned::NOTHING;
            let own = self.minutes.range((account.id, 0)..=(account.id, u64::MAX));
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
            let (_, closing) = history.day(*account, *date).await.expect("a day");
            assert_near(closing.expect("it is over"), *wanted);
        }
        assert!(self.days.len() > 3, "dates passed");
    }
}

impl Own {
    fn grown(&self, equity: i128) -> u128 {
        match self.base {
            0 => self.growth,
            base => self.growth * equity.unsigned_abs() / base.unsigned_abs(),
        }
    }
}

fn assert_near(found: Earned, wanted: Earned) {
    assert_eq!((found.equity, found.profit), (wanted.equity, wanted.profit));
    let off = found.growth.abs_diff(wanted.growth);
    assert!(off <= GROWTH_OFF_MAX * wanted.growth.max(GROWTH_ONE) / GROWTH_ONE, "{found:?}");
}
