//! A record as names and values, in order: the same for text and for JSON.
//!
//! Quantities stay in lots, prices in ticks and money in minor units, as the journal has them: a
//! single record does not know its instrument's decimals.

use serde_json::{Value, json};
use types::{NewOrder, OrderType, Phase, SelfTrade, Side, TimeInForce, Timestamp};
use venue::{Action, Command, Definition, Genesis, KillScope, PaymentKind};
use wire::command::{KINDS, kind_index};
use wire::json::{DateText, PhaseName, PolicyName, Rfc3339, SelfTradeName, SideName};

/// Names and values, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    pub(super) fn add(&mut self, name: &'static str, value: impl Into<Value>) {
        self.0.push((name, value.into()));
    }

    fn add_some(&mut self, name: &'static str, value: Option<impl Into<Value>>) {
        self.0.extend(value.map(|value| (name, value.into())));
    }

    /// One line of JSON.
    pub(super) fn json(&self) -> String {
        // Not a map: it would sort the names.
        let members = self.0.iter().map(|(name, value)| format!("{:?}:{value}", name));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    /// One line for people.
    pub(super) fn text(&self) -> String {
        let shown = self.0.iter().map(|(name, value)| match (*name, value) {
            ("seq", seq) => format!("{:>8}", seq.to_string()),
            ("at" | "kind", Value::String(text)) => text.clone(),
            (name, Value::String(text)) => format!("{name}={text}"),
            (name, value) => format!("{name}={value}"),
        });
        shown.collect::<Vec<_>>().join("  ")
    }

    pub(super) fn add_genesis(&mut self, genesis: &Genesis) {
        self.add("kind", "genesis");
        self.add("venue", format!("{:032x}", genesis.venue));
        self.add("rules", genesis.rules);
        self.add("clearing_shards", genesis.clearing_shards);
        self.add("matching_shards", genesis.matching_shards);
        let currency = |rule: &venue::CurrencyRule| format!("{}:{}", rule.code, rule.decimals);
        self.add("currencies", genesis.currencies.iter().map(currency).collect::<Vec<_>>());
        self.add("business_date", DateText(genesis.business_date).to_string());
        let limits = &genesis.limits;
        self.add("accounts_max", limits.accounts_max);
        self.add("instruments_max", limits.instruments_max);
        self.add("orders_max", limits.orders_max);
        self.add("orders_per_account_max", limits.orders_per_account_max);
        self.add("requests_remembered", limits.requests_remembered);
        self.add("level_pages_max", limits.level_pages_max);
        self.add("step_events_max", limits.step_events_max);
        // The hash keys stay out: whoever knows them can fill one slot of the request table.
        self.add_some("parent", genesis.parent.map(|parent| format!("{:032x}", parent.venue)));
        self.add_some("parent_seq", genesis.parent.map(|parent| parent.seq));
    }

    pub(super) fn add_command(&mut self, command: &Command) {
        self.add("kind", KINDS[kind_index(&command.action)]);
        self.add("principal", command.principal.0);
        if command.connection.0 != 0 {
            self.add("connection", command.connection.0);
        }
        self.add_some("request", command.request.map(|request| request.to_string()));
        self.add_action(&command.action);
    }

    fn add_action(&mut self, action: &Action) {
        match *action {
            Action::OpenAccount { owner, currency, self_trade } => {
                self.add("owner", owner.0);
                self.add("currency", currency.to_string());
                self.add("self_trade", self_trade_name(self_trade));
            }
            Action::SetAccountStatus { account, suspended } => {
                self.add("account", account.0);
                self.add("suspended", suspended);
            }
            Action::CloseAccount { account } => self.add("account", account.0),
            Action::Deposit { account, amount } | Action::Withdraw { account, amount } => {
                self.add("account", account.0);
                self.add("amount", amount.0);
            }
            Action::RequestPayment { account, kind, amount } => {
                self.add("account", account.0);
                self.add("way", way_name(kind));
                self.add("amount", amount.0);
            }
            Action::Transfer { account, to, amount } => {
                self.add("account", account.0);
                self.add("to", to.0);
                self.add("amount", amount.0);
            }
            Action::Issue { account, instrument, qty } => {
                self.add("account", account.0);
                self.add("instrument", instrument.0);
                self.add("lots", qty.lots());
            }
            Action::Place { .. }
            | Action::Replace { .. }
            | Action::Cancel { .. }
            | Action::MassCancel { .. }
            | Action::SetCancelAfter { .. } => self.add_order_action(action),
            Action::ListInstrument { .. }
            | Action::SetPhase { .. }
            | Action::SetBand { .. }
            | Action::SetFees { .. }
            | Action::SetBusinessDate { .. }
            | Action::SetRules { .. }
            | Action::SetKillSwitch { .. }
            | Action::ConfirmPayment { .. }
            | Action::FailPayment { .. }
            | Action::Tick
            | Action::TellTime => self.add_venue_action(action),
        }
    }

    fn add_order_action(&mut self, action: &Action) {
        match *action {
            Action::Place { account, order } => {
                self.add("account", account.0);
                self.add_order(&order);
            }
            Action::Replace { account, order, change } => {
                self.add("account", account.0);
                self.add("order", order.0);
                self.add_some("lots", change.qty.map(|qty| qty.lots()));
                self.add_some("price_ticks", change.price.map(|price| price.ticks()));
                self.add_some("trigger_ticks", change.trigger.map(|price| price.ticks()));
            }
            Action::Cancel { account, order } => {
                self.add("account", account.0);
                self.add("order", order.0);
            }
            Action::SetCancelAfter { account, after_s } => {
                self.add("account", account.0);
                self.add("after_s", after_s);
            }
            Action::MassCancel { account, instrument, side } => {
                self.add("account", account.0);
                self.add_some("instrument", instrument.map(|instrument| instrument.0));
                self.add_some("side", side.map(side_name));
            }
            Action::OpenAccount { .. }
            | Action::SetAccountStatus { .. }
            | Action::CloseAccount { .. }
            | Action::Deposit { .. }
            | Action::Withdraw { .. }
            | Action::Transfer { .. }
            | Action::RequestPayment { .. }
            | Action::ConfirmPayment { .. }
            | Action::FailPayment { .. }
            | Action::Issue { .. }
            | Action::ListInstrument { .. }
            | Action::SetPhase { .. }
            | Action::SetBand { .. }
            | Action::SetFees { .. }
            | Action::SetBusinessDate { .. }
            | Action::SetRules { .. }
            | Action::SetKillSwitch { .. }
            | Action::Tick
            | Action::TellTime => unreachable!("{action:?} is shown elsewhere"),
        }
    }

    fn add_venue_action(&mut self, action: &Action) {
        match action {
            Action::ListInstrument { definition } => self.add_definition(definition),
            Action::SetPhase { instrument, phase } => {
                self.add("instrument", instrument.0);
                self.add("phase", phase_name(*phase));
            }
            Action::SetBand { instrument, band } => {
                self.add("instrument", instrument.0);
                self.add("band_low_ticks", band.low.ticks());
                self.add("band_high_ticks", band.high.ticks());
            }
            Action::SetFees { instrument, fees } => {
                self.add("instrument", instrument.0);
                self.add("maker_ppm", fees.maker_ppm);
                self.add("taker_ppm", fees.taker_ppm);
            }
            Action::SetBusinessDate { date } => self.add("date", DateText(*date).to_string()),
            Action::SetRules { version } => self.add("version", *version),
            Action::Tick | Action::TellTime => {}
            Action::ConfirmPayment { payment } => self.add("payment", payment.0),
            Action::FailPayment { payment, reason } => {
                self.add("payment", payment.0);
                self.add_some("reason", reason.as_ref().map(|reason| reason.as_str()));
            }
            Action::SetKillSwitch { scope, engaged } => {
                match scope {
                    KillScope::All => {}
                    KillScope::Account(account) => self.add("account", account.0),
                    KillScope::Instrument(instrument) => self.add("instrument", instrument.0),
                }
                self.add("engaged", *engaged);
            }
            Action::OpenAccount { .. }
            | Action::SetAccountStatus { .. }
            | Action::CloseAccount { .. }
            | Action::Deposit { .. }
            | Action::Withdraw { .. }
            | Action::Transfer { .. }
            | Action::RequestPayment { .. }
            | Action::Issue { .. }
            | Action::Place { .. }
            | Action::Replace { .. }
            | Action::Cancel { .. }
            | Action::MassCancel { .. }
            | Action::SetCancelAfter { .. } => unreachable!("{action:?} is shown elsewhere"),
        }
    }

    fn add_order(&mut self, order: &NewOrder) {
        self.add("instrument", order.instrument.0);
        self.add("side", side_name(order.side));
        let (name, price, trigger, collar) = match order.order_type {
            OrderType::Limit { price } => ("limit", Some(price), None, None),
            OrderType::Market { collar } => ("market", None, None, collar),
            OrderType::Stop { trigger, collar } => ("stop", None, Some(trigger), collar),
            OrderType::StopLimit { trigger, price } => {
                ("stop_limit", Some(price), Some(trigger), None)
            }
        };
        self.add("type", name);
        self.add("lots", order.qty.lots());
        self.add_some("price_ticks", price.map(|price| price.ticks()));
        self.add_some("trigger_ticks", trigger.map(|price| price.ticks()));
        self.add_some("collar_ticks", collar.map(|price| price.ticks()));
        let (name, expires) = time_in_force(order.time_in_force);
        self.add("time_in_force", name);
        self.add_some("expire_at", expires.map(|at| Rfc3339(at).to_string()));
        if order.post_only {
            self.add("post_only", true);
        }
        self.add_some("display_lots", order.display.map(|qty| qty.lots()));
    }

    fn add_definition(&mut self, definition: &Definition) {
        self.add("symbol", definition.symbol.to_string());
        self.add_some("isin", definition.isin.map(|isin| isin.to_string()));
        self.add("currency", definition.currency.to_string());
        self.add("price_decimals", definition.price_decimals);
        self.add("qty_decimals", definition.qty_decimals);
        self.add("tick_step", definition.tick_step);
        self.add("lot_step", definition.lot_step);
        self.add("order_lots_max", definition.order_qty_max.lots());
        let value = definition.tick_value;
        self.add("tick_value", format!("{}/{}", value.numerator(), value.denominator()));
        self.add("price_limit_ticks", definition.price_limit.ticks());
        self.add("band_low_ticks", definition.band.low.ticks());
        self.add("band_high_ticks", definition.band.high.ticks());
        self.add("maker_ppm", definition.fees.maker_ppm);
        self.add("taker_ppm", definition.fees.taker_ppm);
        self.add("policy", json!(PolicyName::from(definition.policy)));
    }
}

fn way_name(kind: PaymentKind) -> &'static str {
    match kind {
        PaymentKind::Deposit => "deposit",
        PaymentKind::Withdrawal => "withdrawal",
    }
}

fn time_in_force(time_in_force: TimeInForce) -> (&'static str, Option<Timestamp>) {
    match time_in_force {
        TimeInForce::Day => ("day", None),
        TimeInForce::Gtc => ("gtc", None),
        TimeInForce::Gtd(at) => ("gtd", Some(at)),
        TimeInForce::Ioc => ("ioc", None),
        TimeInForce::Fok => ("fok", None),
    }
}

fn side_name(side: Side) -> Value {
    json!(SideName::from(side))
}

fn phase_name(phase: Phase) -> Value {
    json!(PhaseName::from(phase))
}

fn self_trade_name(self_trade: SelfTrade) -> Value {
    json!(SelfTradeName::from(self_trade))
}
