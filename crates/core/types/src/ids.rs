//! Numbers that name things. Those the venue gives are dense within their shard.

/// A position in the sequence of commands or events of one shard; gap-free.
pub type Seq = u64;

/// One clearing or matching shard. Clearing shards count from 0, and so do matching shards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardId(pub u16);

/// An account: the clearing shard in the upper 8 bits, a dense number from 1 in the lower 24.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u32);

impl AccountId {
    const LOCAL_BITS: u32 = 24;
    /// Accounts that one shard can number.
    pub const LOCAL_MAX: u32 = (1 << Self::LOCAL_BITS) - 1;

    /// The account numbered `local` in `shard`.
    ///
    /// # Panics
    /// If either does not fit its bits: genesis limits both.
    pub fn new(shard: ShardId, local: u32) -> AccountId {
        assert!(shard.0 < 1 << 8, "clearing shards fit 8 bits");
        assert!(local <= Self::LOCAL_MAX, "local account numbers fit 24 bits");
        Self::within(shard, local)
    }

    /// Like [`AccountId::new`], for a shard and an account that exist.
    #[inline(always)]
    pub const fn within(shard: ShardId, local: u32) -> AccountId {
        AccountId((shard.0 as u32) << Self::LOCAL_BITS | local)
    }

    /// The clearing shard that owns the account.
    pub const fn shard(self) -> ShardId {
        ShardId((self.0 >> Self::LOCAL_BITS) as u16)
    }

    /// The account's dense number within its shard.
    pub const fn local(self) -> u32 {
        self.0 & Self::LOCAL_MAX
    }
}

/// An instrument: `local number × matching shards + shard`, so that it names its shard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstrumentId(pub u32);

/// An order: the clearing shard in the upper 16 bits, a dense number from 1 in the lower 48.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(pub u64);

impl OrderId {
    const LOCAL_BITS: u32 = 48;
    /// Orders that one shard can number.
    pub const LOCAL_MAX: u64 = (1 << Self::LOCAL_BITS) - 1;

    /// The order numbered `local` in `shard`.
    pub const fn new(shard: ShardId, local: u64) -> OrderId {
        OrderId((shard.0 as u64) << Self::LOCAL_BITS | local & Self::LOCAL_MAX)
    }

    /// The clearing shard that numbered the order.
    pub const fn shard(self) -> ShardId {
        ShardId((self.0 >> Self::LOCAL_BITS) as u16)
    }

    /// The order's dense number within its shard.
    pub const fn local(self) -> u64 {
        self.0 & Self::LOCAL_MAX
    }
}

/// A match: the matching shard in the upper 16 bits, a dense number from 1 in the lower 48.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TradeId(pub u64);

/// A payment: the clearing shard that numbered it in the upper 16 bits, a dense number from 1 in
/// the lower 48.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaymentId(pub u64);

impl PaymentId {
    const LOCAL_BITS: u32 = 48;

    /// The payment numbered `local` in `shard`.
    pub const fn new(shard: ShardId, local: u64) -> PaymentId {
        PaymentId((shard.0 as u64) << Self::LOCAL_BITS | local)
    }

    /// The clearing shard that numbered the payment.
    pub const fn shard(self) -> ShardId {
        ShardId((self.0 >> Self::LOCAL_BITS) as u16)
    }
}

/// Whoever sent a command; opaque to the core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrincipalId(pub u64);

/// One client's link; zero is none. A restart ends every connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_name_their_shard() {
        let account = AccountId::new(ShardId(3), 77);
        assert_eq!((account.shard(), account.local()), (ShardId(3), 77));
        let order = OrderId::new(ShardId(9), 1 << 40);
        assert_eq!((order.shard(), order.local()), (ShardId(9), 1 << 40));
    }
}
