//! What a client may follow, and how it names it.

use types::{AccountId, InstrumentId, Symbol};
use view::Interval;
use wire::json::parse_account_id;

use crate::gateway::{Gateway, Seen};
use crate::market_candles::INTERVALS;
use crate::principal::Principal;
use crate::problem::Problem;
use crate::query::{instrument_in_field, symbol_of};

/// Channels that one client may follow at a time.
pub(crate) const CHANNELS_MAX: usize = 256;
const EXPECTED: &str = "depth:SYMBOL, orders:SYMBOL, trades:SYMBOL, quote:SYMBOL, quote:*, \
    candles:INTERVAL:SYMBOL, account:ID or status";
/// Stands for every instrument.
const ALL: &str = "*";

/// One gap-free sequence of frames. Those that may never lose one come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Channel {
    /// Listings, phases, bands, fees, the business date.
    Status,
    /// The own events of an account.
    Account(AccountId),
    /// The matches of an instrument.
    Trades(InstrumentId),
    /// The quotes of all instruments.
    Quotes,
    /// The quote of an instrument.
    Quote(InstrumentId),
    /// The candles of an instrument.
    Candles(Interval, InstrumentId),
    /// A book by price.
    Depth(InstrumentId),
    /// A book by order.
    Orders(InstrumentId),
}

impl Channel {
    /// Reads a channel's name, as long as the principal may follow it.
    pub(crate) fn read(seen: &Seen<'_>, text: &str) -> Result<Channel, Problem> {
        let (kind, of) = text.split_once(':').unwrap_or((text, ""));
        let listed = |symbol: &str| {
            let symbol = symbol_of("channels", symbol)?;
            instrument_in_field(seen, "channels", symbol).map(|found| found.id)
        };
        let instrument = || listed(of);
        match kind {
            "depth" => Ok(Channel::Depth(instrument()?)),
            "orders" => Ok(Channel::Orders(instrument()?)),
            "trades" => Ok(Channel::Trades(instrument()?)),
            "account" => {
                let account = parse_account_id("channels", of)?;
                seen.account(account).map(|found| Channel::Account(found.id))
            }
            "quote" if of == ALL => Ok(Channel::Quotes),
            "quote" => Ok(Channel::Quote(instrument()?)),
            "candles" => {
                let (name, symbol) = of.split_once(':').unwrap_or((of, ""));
                let interval = INTERVALS.iter().find(|(known, _)| *known == name);
                let (_, interval) =
                    interval.ok_or_else(|| Problem::field("channels", text, EXPECTED))?;
                Ok(Channel::Candles(*interval, listed(symbol)?))
            }
            "status" if text == kind => Ok(Channel::Status),
            _ => Err(Problem::field("channels", text, EXPECTED)),
        }
    }

    /// The name as clients write it.
    pub(crate) fn name(self, symbol: impl Fn(InstrumentId) -> Symbol) -> String {
        match self {
            Channel::Status => "status".to_owned(),
            Channel::Account(account) => format!("account:{}", account.0),
            Channel::Trades(instrument) => format!("trades:{}", symbol(instrument).as_str()),
            Channel::Quotes => format!("quote:{ALL}"),
            Channel::Quote(instrument) => format!("quote:{}", symbol(instrument).as_str()),
            Channel::Candles(interval, instrument) => {
                let known = INTERVALS.iter().find(|(_, known)| *known == interval);
                let (name, _) = known.expect("every interval has a name");
                format!("candles:{name}:{}", symbol(instrument).as_str())
            }
            Channel::Depth(instrument) => format!("depth:{}", symbol(instrument).as_str()),
            Channel::Orders(instrument) => format!("orders:{}", symbol(instrument).as_str()),
        }
    }

    /// Whether a client that is slow may lose frames: a snapshot makes up for them.
    pub(crate) fn may_skip(self) -> bool {
        match self {
            Channel::Status | Channel::Account(_) | Channel::Trades(_) => false,
            Channel::Quotes | Channel::Quote(_) | Channel::Candles(..) => true,
            Channel::Depth(_) | Channel::Orders(_) => true,
        }
    }
}

/// Reads the channels a client asks for, each once, in the order asked.
///
/// # Errors
/// When one does not exist or is not the principal's, and when they are too many.
pub(crate) fn read_channels<'a>(
    gateway: &Gateway,
    principal: Principal,
    names: impl Iterator<Item = &'a str>,
) -> Result<Vec<Channel>, Problem> {
    gateway.read(|published| {
        let seen = Seen { published, principal };
        let mut channels = Vec::new();
        for name in names {
            let channel = Channel::read(&seen, name)?;
            if !channels.contains(&channel) {
                channels.push(channel);
            }
            if channels.len() > CHANNELS_MAX {
                let expected = format!("at most {CHANNELS_MAX} channels");
                return Err(Problem::field("channels", name, &expected));
            }
        }
        Ok(channels)
    })
}
