//! What a login or a key is good for.

use std::fmt;

/// One thing that may be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// See the market and own accounts.
    Read,
    /// Place, replace and cancel orders.
    Trade,
    /// Open and close accounts, move money.
    Funds,
    /// Run the venue, and use any account.
    Admin,
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scope {
    /// Every scope, in the order they are shown in.
    pub const ALL: [Scope; 4] = [Scope::Read, Scope::Trade, Scope::Funds, Scope::Admin];

    /// How the API calls it.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Trade => "trade",
            Scope::Funds => "funds",
            Scope::Admin => "admin",
        }
    }

    /// `None` for what is no scope's name.
    pub fn from_name(name: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.name() == name)
    }

    fn bit(self) -> u8 {
        match self {
            Scope::Read => 1,
            Scope::Trade => 2,
            Scope::Funds => 4,
            Scope::Admin => 8,
        }
    }
}

impl Scopes {
    /// No scope.
    pub const NONE: Scopes = Scopes(0);
    /// What everybody has on own accounts.
    pub const PERSON: Scopes = Scopes(7);
    /// All there are.
    pub const ALL: Scopes = Scopes(15);

    /// Whether `scope` is among them.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether all of `others` are among them.
    pub fn cover(self, others: Scopes) -> bool {
        self.0 & others.0 == others.0
    }

    /// These and `others`.
    pub fn with(self, others: Scopes) -> Scopes {
        Scopes(self.0 | others.0)
    }

    /// Those that are in both.
    pub fn within(self, others: Scopes) -> Scopes {
        Scopes(self.0 & others.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }

    pub(crate) fn to_bits(self) -> i64 {
        i64::from(self.0)
    }

    /// Reads what the store holds; bits of a later version are left out, so they allow nothing.
    pub(crate) fn from_bits(bits: i64) -> Scopes {
        Scopes((bits & i64::from(Scopes::ALL.0)) as u8)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Scopes {
        Scopes(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Scope::name).collect();
        formatter.write_str(&names.join(" "))
    }
}
