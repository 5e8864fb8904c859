//! Accounts, money and shares: bodies in, states out.

use serde::{Deserialize, Serialize};
use types::{AccountId, Amount, Currency, Date, PrincipalId, Qty, SelfTrade, Seq, Symbol};
use venue::{Action, Balance, Done};

use super::decimal::{Decimal, DecimalText};
use super::field::{self, FieldError, Quoted, parse_account_id};
use super::names::SelfTradeName;
use super::scale::{self, Scale};
#[cfg(feature = "schema")]
use super::schema;
use super::time::parse_date;

/// Opens an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenAccount {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// Whose it is; by default the caller's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::Id>))]
    pub owner: Option<String>,
    /// ISO 4217 code.
    #[cfg_attr(feature = "schema", schema(value_type = schema::CurrencyCode))]
    pub currency: String,
    /// By default `cancel_newest`: nobody trades with oneself by mistake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_trade: Option<SelfTradeName>,
}

impl OpenAccount {
    /// The action, for an account of `caller` unless the body names an owner.
    ///
    /// # Errors
    /// [`FieldError`] of `owner` or `currency`.
    pub fn action(&self, caller: PrincipalId) -> Result<Action, FieldError> {
        let owner = match &self.owner {
            Some(owner) => PrincipalId(field::id("owner", owner, u64::MAX)?),
            None => caller,
        };
        let currency = field::text("currency", &self.currency)?;
        let self_trade = self.self_trade.map_or(SelfTrade::CancelNewest, SelfTrade::from);
        Ok(Action::OpenAccount { owner, currency, self_trade })
    }
}

/// Deposits or withdraws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CashAmount {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// How much, in the account's currency.
    pub amount: DecimalText,
}

impl CashAmount {
    /// The amount, in a currency of `money_decimals`.
    ///
    /// # Errors
    /// [`FieldError`] of `amount`.
    pub fn amount(&self, money_decimals: u8) -> Result<Amount, FieldError> {
        scale::parse_amount("amount", &self.amount, money_decimals)
    }
}

/// Moves money to another account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// The account that receives it.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub to: String,
    /// How much, in the account's currency.
    pub amount: DecimalText,
}

impl Transfer {
    /// The action, from `account` in a currency of `money_decimals`.
    ///
    /// # Errors
    /// [`FieldError`] of `to` or `amount`.
    pub fn action(&self, account: AccountId, money_decimals: u8) -> Result<Action, FieldError> {
        let to = parse_account_id("to", &self.to)?;
        let amount = scale::parse_amount("amount", &self.amount, money_decimals)?;
        Ok(Action::Transfer { account, to, amount })
    }
}

/// Creates shares in an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IssueShares {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// The instrument's symbol.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub instrument: String,
    /// How many.
    pub qty: DecimalText,
}

impl IssueShares {
    /// The symbol to look up for the next step.
    ///
    /// # Errors
    /// [`FieldError`] of `instrument`.
    pub fn symbol(&self) -> Result<Symbol, FieldError> {
        field::text("instrument", &self.instrument)
    }

    /// The quantity, given the symbol's scale.
    ///
    /// # Errors
    /// [`FieldError`] of `qty`.
    pub fn qty(&self, scale: &Scale) -> Result<Qty, FieldError> {
        scale::parse_qty("qty", &self.qty, scale.qty_decimals)
    }
}

/// Suspends an account or lets it act again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetAccountStatus {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// Whether it is suspended from now on.
    pub suspended: bool,
}

/// Engages or releases a kill switch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetKillSwitch {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// Whether entry is refused from now on.
    pub engaged: bool,
}

/// A request with nothing but its name: closes an account, cancels an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestOnly {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
}

/// Moves the business date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetBusinessDate {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// The new date, such as 2026-01-31.
    #[cfg_attr(feature = "schema", schema(value_type = super::time::DateText))]
    pub business_date: String,
}

impl SetBusinessDate {
    /// The date.
    ///
    /// # Errors
    /// [`FieldError`] of `business_date`.
    pub fn date(&self) -> Result<Date, FieldError> {
        parse_date("business_date", &self.business_date)
    }
}

/// Arms an account's dead-man switch, or disarms it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetCancelAfter {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// In how many seconds all open orders are cancelled unless it is armed anew; 0 disarms it.
    #[cfg_attr(feature = "schema", schema(maximum = 86_400))]
    pub seconds: u32,
}

impl SetCancelAfter {
    /// Longest time: a day.
    pub const SECONDS_MAX: u32 = 86_400;

    /// The action.
    ///
    /// # Errors
    /// [`FieldError`] of `seconds`.
    pub fn action(&self, account: AccountId) -> Result<Action, FieldError> {
        if self.seconds > SetCancelAfter::SECONDS_MAX {
            let expected = "0 to 86400, 0 disarms";
            return Err(FieldError::new("seconds", &self.seconds.to_string(), expected));
        }
        Ok(Action::SetCancelAfter { account, after_s: self.seconds })
    }
}

/// Puts newer rules in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetRules {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// Their version.
    pub version: u32,
}

/// Cash or a position: what is free, what is held, and both together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BalanceOut {
    /// May be spent, sold or withdrawn.
    pub free: Decimal,
    /// Set aside for open orders.
    pub held: Decimal,
    /// Free and held.
    pub total: Decimal,
}

impl BalanceOut {
    /// A balance in units of `10^-decimals`: minor units, or lots.
    ///
    /// # Panics
    /// If the total passes what a balance can be: the ledger's limit forbids it.
    pub fn new(balance: Balance, decimals: u8) -> BalanceOut {
        let total = balance.free.checked_add(balance.held).expect("at most BALANCE_MAX");
        BalanceOut {
            free: Decimal::signed(balance.free, decimals),
            held: Decimal::signed(balance.held, decimals),
            total: Decimal::signed(total, decimals),
        }
    }
}

/// Whether an account may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// It may.
    Active,
    /// It may only cancel and receive.
    Suspended,
    /// Never again.
    Closed,
}

/// An account as the gateway knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// Its number.
    pub account: AccountId,
    /// Whose it is.
    pub owner: PrincipalId,
    /// What its cash is in.
    pub currency: Currency,
    /// Decimal places of that currency.
    pub money_decimals: u8,
    /// Its self-trade mode.
    pub self_trade: SelfTrade,
    /// Whether it may act.
    pub status: AccountStatus,
    /// Its cash.
    pub cash: Balance,
}

/// An account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AccountOut {
    /// Its number.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub account_id: Quoted<u32>,
    /// Whose it is.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub owner: Quoted<u64>,
    /// What its cash is in.
    #[cfg_attr(feature = "schema", schema(value_type = schema::CurrencyCode))]
    pub currency: Quoted<Currency>,
    /// Its self-trade mode.
    pub self_trade: SelfTradeName,
    /// Whether it may act.
    pub status: AccountStatus,
    /// Its cash.
    pub cash: BalanceOut,
}

impl AccountOut {
    /// Shows `state`.
    pub fn new(state: &AccountState) -> AccountOut {
        AccountOut {
            account_id: Quoted(state.account.0),
            owner: Quoted(state.owner.0),
            currency: Quoted(state.currency),
            self_trade: state.self_trade.into(),
            status: state.status,
            cash: BalanceOut::new(state.cash, state.money_decimals),
        }
    }
}

/// What an account has of one instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PositionOut {
    /// The instrument.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// How many.
    #[serde(flatten)]
    pub qty: BalanceOut,
}

impl PositionOut {
    /// Shows `balance` in lots.
    pub fn new(balance: Balance, scale: &Scale) -> PositionOut {
        let qty = BalanceOut::new(balance, scale.qty_decimals);
        PositionOut { symbol: Quoted(scale.symbol), qty }
    }
}

/// The answer to an accepted command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AnswerOut {
    /// The command's seq; for a repeated request the first one's.
    pub seq: Seq,
    /// Whether the request id was known, so that nothing was done now.
    pub repeated: bool,
    /// The account opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::Id>))]
    pub account_id: Option<Quoted<u32>>,
    /// The order placed, changed or cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::Id>))]
    pub order_id: Option<Quoted<u64>>,
    /// The instrument listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::Id>))]
    pub instrument_id: Option<Quoted<u32>>,
    /// The payment booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::Id>))]
    pub payment_id: Option<Quoted<u64>>,
}

impl AnswerOut {
    /// Shows what command `seq` did.
    pub fn new(seq: Seq, repeated: bool, done: Done) -> AnswerOut {
        let nothing = AnswerOut {
            seq,
            repeated,
            account_id: None,
            order_id: None,
            instrument_id: None,
            payment_id: None,
        };
        match done {
            Done::Nothing => nothing,
            Done::Account(id) => AnswerOut { account_id: Some(Quoted(id.0)), ..nothing },
            Done::Order(id) => AnswerOut { order_id: Some(Quoted(id.0)), ..nothing },
            Done::Payment(id) => AnswerOut { payment_id: Some(Quoted(id.0)), ..nothing },
            Done::Instrument(id) => AnswerOut { instrument_id: Some(Quoted(id.0)), ..nothing },
        }
    }
}
