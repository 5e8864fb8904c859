//! Values made of several fields, shared by commands and messages.

use types::{AccountId, InstrumentId, NewOrder, OrderType, TimeInForce};
use venue::{Band, Change, Definition, Fees, KillScope};

use super::{DecodeError, Field, Reader, Writer};

impl Field for NewOrder {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        self.instrument.put(out);
        self.side.put(out);
        self.qty.put(out);
        self.post_only.put(out);
        self.order_type.put(out);
        self.time_in_force.put(out);
        self.display.put(out);
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<NewOrder, DecodeError> {
        Ok(NewOrder {
            instrument: input.field("instrument")?,
            side: input.field("side")?,
            qty: input.field("qty")?,
            post_only: input.field("post_only")?,
            order_type: input.field("order_type")?,
            time_in_force: input.field("time_in_force")?,
            display: input.field("display")?,
        })
    }
}

impl Field for OrderType {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        match self {
            OrderType::Limit { price } => {
                out.array([0]);
                price.put(out);
            }
            OrderType::Market { collar } => {
                out.array([1]);
                collar.put(out);
            }
            OrderType::Stop { trigger, collar } => {
                out.array([2]);
                trigger.put(out);
                collar.put(out);
            }
            OrderType::StopLimit { trigger, price } => {
                out.array([3]);
                trigger.put(out);
                price.put(out);
            }
        }
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<OrderType, DecodeError> {
        Ok(match input.tag(0, 3)? {
            0 => OrderType::Limit { price: input.field("price")? },
            1 => OrderType::Market { collar: input.field("collar")? },
            2 => {
                OrderType::Stop { trigger: input.field("trigger")?, collar: input.field("collar")? }
            }
            _ => OrderType::StopLimit {
                trigger: input.field("trigger")?,
                price: input.field("price")?,
            },
        })
    }
}

impl Field for TimeInForce {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        match self {
            TimeInForce::Day => out.array([0]),
            TimeInForce::Gtc => out.array([1]),
            TimeInForce::Gtd(expires) => {
                out.array([2]);
                expires.put(out);
            }
            TimeInForce::Ioc => out.array([3]),
            TimeInForce::Fok => out.array([4]),
        }
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<TimeInForce, DecodeError> {
        Ok(match input.tag(0, 4)? {
            0 => TimeInForce::Day,
            1 => TimeInForce::Gtc,
            2 => TimeInForce::Gtd(input.field("expires")?),
            3 => TimeInForce::Ioc,
            _ => TimeInForce::Fok,
        })
    }
}

impl Field for Change {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        self.qty.put(out);
        self.price.put(out);
        self.trigger.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Change, DecodeError> {
        Ok(Change {
            qty: input.field("qty")?,
            price: input.field("price")?,
            trigger: input.field("trigger")?,
        })
    }
}

impl Field for Band {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        self.low.put(out);
        self.high.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Band, DecodeError> {
        Ok(Band { low: input.field("band.low")?, high: input.field("band.high")? })
    }
}

impl Field for Fees {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        self.maker_ppm.put(out);
        self.taker_ppm.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Fees, DecodeError> {
        Ok(Fees {
            maker_ppm: input.field("fees.maker_ppm")?,
            taker_ppm: input.field("fees.taker_ppm")?,
        })
    }
}

impl Field for KillScope {
    fn put(&self, out: &mut Writer<'_>) {
        match self {
            KillScope::All => out.array([0]),
            KillScope::Account(account) => {
                out.array([1]);
                account.put(out);
            }
            KillScope::Instrument(instrument) => {
                out.array([2]);
                instrument.put(out);
            }
        }
    }

    fn get(input: &mut Reader<'_>) -> Result<KillScope, DecodeError> {
        Ok(match input.tag(0, 2)? {
            0 => KillScope::All,
            1 => KillScope::Account(AccountId::get(input)?),
            _ => KillScope::Instrument(InstrumentId::get(input)?),
        })
    }
}

impl Field for Definition {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        self.symbol.put(out);
        self.isin.put(out);
        self.currency.put(out);
        self.price_decimals.put(out);
        self.qty_decimals.put(out);
        self.tick_step.put(out);
        self.lot_step.put(out);
        self.order_qty_max.put(out);
        self.tick_value.put(out);
        self.price_limit.put(out);
        self.band.put(out);
        self.fees.put(out);
        self.policy.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Definition, DecodeError> {
        Ok(Definition {
            symbol: input.field("symbol")?,
            isin: input.field("isin")?,
            currency: input.field("currency")?,
            price_decimals: input.field("price_decimals")?,
            qty_decimals: input.field("qty_decimals")?,
            tick_step: input.field("tick_step")?,
            lot_step: input.field("lot_step")?,
            order_qty_max: input.field("order_qty_max")?,
            tick_value: input.field("tick_value")?,
            price_limit: input.field("price_limit")?,
            band: input.field("band")?,
            fees: input.field("fees")?,
            policy: input.field("policy")?,
        })
    }
}
