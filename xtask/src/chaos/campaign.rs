//! A venue under test over several starts: its clients, all they were told, and the comparison
//! after each restart.

use super::audit;
use super::client::{self, Diary, Floor, Retried};
use super::expected::Expected;
use super::history::{Answer, Entry, check_retry};
use super::http::Door;
use super::observed::{self, Account, Market, Order};
use super::orders::Desk;
use super::random::Random;
use super::server::Server;
use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::thread::ScopedJoinHandle;

/// Accounts of earlier loads that each comparison also looks at.
const OLDER_ACCOUNTS: usize = 8;

/// Answers of earlier loads that are kept to be asked for again, and how many each comparison asks.
const OLD_ANSWERS_KEPT: usize = 2_000;
const OLD_ANSWERS_ASKED: usize = 50;

/// The clients and what they know.
pub struct Campaign {
    pub market: Market,
    desks: Vec<Desk>,
    expected: Expected,
    random: Random,
    /// Opened by nobody: the demo's and the scout's.
    strangers: BTreeSet<u32>,
    /// Touched in the last load but one.
    recent: BTreeSet<u32>,
    old: Vec<Entry>,
}

/// What one load brought.
pub struct Load {
    diaries: Vec<Diary>,
}

/// A comparison's numbers, and what it found wrong.
#[derive(Default)]
pub struct Verdict {
    pub answered: u64,
    /// Of those, how many were told no.
    pub refused: u64,
    pub unanswered: u64,
    pub retried: Retried,
    pub accounts: usize,
    pub orders: usize,
    pub complaints: Vec<String>,
}

impl Load {
    /// Answers that said nobody knows what happened.
    pub fn unknown_answers(&self) -> u64 {
        self.diaries.iter().map(|diary| diary.unknown_answers).sum()
    }

    /// Every seq that an answer carried.
    pub fn seqs(&self) -> BTreeSet<u64> {
        let entries = self.diaries.iter().flat_map(|diary| &diary.entries);
        let answers = entries.filter_map(|entry| entry.answer.as_ref());
        answers.filter_map(|answer| answer.seq()).collect()
    }
}

impl Campaign {
    /// Looks at a venue. Each campaign on it needs a name of its own.
    pub fn new(server: &Server, name: &str, clients: u64, random: &Random) -> Result<Campaign> {
        let mut connection = server.connect();
        let market = Market::learn(&mut connection)?;
        let strangers = observed::account_ids(&mut connection)?.into_iter().collect();
        let desk = |number: u64| Desk::new(&format!("{name}{number}"), random.part(number));
        Ok(Campaign {
            market,
            desks: (1..=clients).map(desk).collect(),
            expected: Expected::default(),
            random: random.part(0),
            strangers,
            recent: BTreeSet::new(),
            old: Vec::new(),
        })
    }

    /// What a stream is asked for: every symbol, and the account of one client if there is one.
    pub fn channels(&self) -> String {
        let symbols = self.market.instruments.iter().map(|one| &one.symbol);
        let markets = symbols.map(|symbol| format!("depth:{symbol},trades:{symbol}"));
        let account = self.followed().map(|id| format!("account:{id}"));
        let channels: Vec<String> = markets.chain(account).collect();
        format!("channels={}", channels.join(","))
    }

    /// The account whose own events are streamed.
    pub fn followed(&self) -> Option<u32> {
        self.desks.first().and_then(Desk::account)
    }

    /// Has all clients send commands while `disturb` runs; each goes on until the server ends or
    /// the floor says stop.
    pub fn load<T>(
        &mut self,
        door: Door,
        disturb: impl FnOnce(&Floor) -> Result<T>,
    ) -> Result<(Load, T)> {
        let floor = Floor::new(self.expected.seq_max);
        let (market, shared) = (&self.market, &floor);
        std::thread::scope(|scope| {
            let desks = self.desks.iter_mut();
            let clients: Vec<ScopedJoinHandle<Diary>> = desks
                .map(|desk| scope.spawn(move || client::load(door, market, desk, shared)))
                .collect();
            let disturbed = disturb(shared);
            // Whatever happened, the clients must end.
            shared.stop.store(true, Ordering::Relaxed);
            let diaries = clients.into_iter().map(|client| client.join());
            let diaries: Result<Vec<Diary>, _> = diaries.collect();
            let diaries = diaries.map_err(|_| anyhow!("a client panicked"))?;
            Ok((Load { diaries }, disturbed?))
        })
    }

    /// After a restart: retries everything of a load and compares the venue with all that was
    /// told.
    pub fn compare(&mut self, server: &Server, load: Load) -> Result<Verdict> {
        let mut verdict = Verdict::default();
        self.compare_seqs(server, &load, &mut verdict)?;
        let mut touched: BTreeSet<u32> = BTreeSet::new();
        let diaries = self.retry(server, load, &mut verdict)?;
        self.retry_older(server, &mut verdict)?;
        for entry in diaries.iter().flat_map(|diary| &diary.entries) {
            verdict.complaints.extend(self.expected.absorb(&self.market, entry));
            touched.extend(entry.request.account);
        }
        for body in diaries.iter().flat_map(|diary| &diary.seen) {
            verdict.complaints.extend(self.expected.see(body));
        }
        touched.extend(self.desks.iter().filter_map(Desk::account));
        let mut accounts = touched.clone();
        accounts.extend(&self.recent);
        let older: Vec<u32> = self.expected.accounts.keys().copied().collect();
        for _ in 0..OLDER_ACCOUNTS {
            accounts.extend(self.random.pick(&older));
        }
        self.compare_accounts(server, accounts, &mut verdict)?;
        self.recent = touched;
        self.keep(diaries);
        Ok(verdict)
    }

    /// Compares every account, and sums over all of them.
    pub fn compare_all(&mut self, server: &Server) -> Result<Verdict> {
        let mut verdict = Verdict::default();
        let found: BTreeSet<u32> =
            observed::account_ids(&mut server.connect())?.into_iter().collect();
        for known in self.expected.accounts.keys().filter(|known| !found.contains(known)) {
            verdict.complaints.push(format!("account {known} was opened and is gone"));
        }
        let accounts = found.difference(&self.strangers).copied().collect();
        let orders = self.compare_accounts(server, accounts, &mut verdict)?;
        verdict.complaints.extend(audit::check_market(&orders));
        Ok(verdict)
    }

    fn compare_seqs(&self, server: &Server, load: &Load, verdict: &mut Verdict) -> Result<()> {
        let ready = observed::get(&mut server.connect(), "/ready")?;
        let (mut seq, mut event_seq) = (self.expected.seq_max, self.expected.event_seq_max);
        for diary in &load.diaries {
            let answers = diary.entries.iter().filter_map(|entry| entry.answer.as_ref());
            for answer in answers {
                verdict.answered += 1;
                verdict.refused += u64::from(!answer.is_accepted());
                seq = seq.max(answer.seq().unwrap_or(0));
                event_seq = event_seq.max(answer.event_seq().unwrap_or(0));
            }
            for body in &diary.seen {
                seq = seq.max(body["seq"].as_u64().unwrap_or(0));
                event_seq = event_seq.max(body["event_seq"].as_u64().unwrap_or(0));
            }
        }
        let now = (ready["seq"].as_u64(), ready["event_seq"].as_u64());
        if now.0 < Some(seq) || now.1 < Some(event_seq) {
            verdict.complaints.push(format!(
                "command {seq} and event {event_seq} had been told, the venue is at {ready}"
            ));
        }
        Ok(())
    }

    /// Each client retries its own requests, all clients at once.
    fn retry(&mut self, server: &Server, load: Load, verdict: &mut Verdict) -> Result<Vec<Diary>> {
        let door = server.door;
        let ask = |desk: &mut Desk, mut diary: Diary| {
            let (retried, complaints) = client::retry(door, &mut diary.entries, desk)?;
            Ok((diary, retried, complaints))
        };
        let results: Vec<Result<(Diary, Retried, Vec<String>)>> = std::thread::scope(|scope| {
            let pairs = self.desks.iter_mut().zip(load.diaries);
            let retries: Vec<_> =
                pairs.map(|(desk, diary)| scope.spawn(move || ask(desk, diary))).collect();
            let panicked = |_| Err(anyhow!("a client panicked"));
            retries.into_iter().map(|retry| retry.join().unwrap_or_else(panicked)).collect()
        });
        let mut diaries = Vec::new();
        for result in results {
            let (diary, retried, complaints) = result.context("retrying")?;
            verdict.retried.add(retried);
            verdict.complaints.extend(complaints);
            diaries.push(diary);
        }
        verdict.unanswered = verdict.retried.found + verdict.retried.applied;
        Ok(diaries)
    }

    /// A restart may come from a snapshot: that must remember too.
    fn retry_older(&mut self, server: &Server, verdict: &mut Verdict) -> Result<()> {
        let mut connection = server.connect();
        for _ in 0..OLD_ANSWERS_ASKED {
            let Some(Entry { request, answer: Some(first), .. }) = self.random.pick(&self.old)
            else {
                continue;
            };
            let again = client::send(&mut connection, request).context("retrying an old one")?;
            verdict.complaints.extend(check_retry(request, first, &again));
            verdict.retried.same += 1;
        }
        Ok(())
    }

    fn keep(&mut self, diaries: Vec<Diary>) {
        let entries = diaries.into_iter().flat_map(|diary| diary.entries);
        let on_record = |entry: &Entry| entry.answer.as_ref().is_some_and(Answer::is_on_record);
        for entry in entries.filter(on_record) {
            if self.old.len() < OLD_ANSWERS_KEPT {
                self.old.push(entry);
            } else if self.random.chance(20) {
                let place = self.random.within(0, OLD_ANSWERS_KEPT as u64 - 1);
                self.old[place as usize] = entry;
            }
        }
    }

    fn compare_accounts(
        &mut self,
        server: &Server,
        accounts: BTreeSet<u32>,
        verdict: &mut Verdict,
    ) -> Result<Vec<Order>> {
        let mut connection = server.connect();
        let mut all = Vec::new();
        for id in accounts {
            let account: Account = observed::account(&mut connection, &self.market, id)?;
            let mut orders = observed::orders(&mut connection, &self.market, id)?;
            let wrong = audit::check_account(&self.expected, id, &account, &orders);
            verdict.complaints.extend(wrong);
            verdict.accounts += 1;
            verdict.orders += orders.len();
            // Compared; kept without what was compared, for there are many.
            orders.iter_mut().for_each(|order| order.body = Value::Null);
            all.extend(orders);
        }
        Ok(all)
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "{} answered, {} not ({} had been applied, {} now), {} accounts, {} orders, {}",
            self.answered,
            self.unanswered,
            self.retried.found,
            self.retried.applied,
            self.accounts,
            self.orders,
            if self.complaints.is_empty() { "ok" } else { "WRONG" }
        )
    }
}
