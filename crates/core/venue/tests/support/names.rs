//! What scripts call things, and what the venue calls them.

use std::collections::BTreeMap;

use types::{AccountId, InstrumentId, OrderId};

/// Names both ways; `#7` is the thing numbered 7, named or not.
#[derive(Debug, Default)]
pub struct Names {
    pub accounts: BTreeMap<String, AccountId>,
    pub instruments: BTreeMap<String, InstrumentId>,
    pub orders: BTreeMap<String, OrderId>,
}

impl Names {
    pub fn account(&self, name: &str) -> AccountId {
        raw(name).map_or_else(|| find(&self.accounts, name), |id| AccountId(id as u32))
    }

    pub fn instrument(&self, name: &str) -> InstrumentId {
        raw(name).map_or_else(|| find(&self.instruments, name), |id| InstrumentId(id as u32))
    }

    pub fn order(&self, name: &str) -> OrderId {
        raw(name).map_or_else(|| find(&self.orders, name), OrderId)
    }

    pub fn of_account(&self, id: AccountId) -> String {
        name(&self.accounts, id).unwrap_or_else(|| format!("#{}", id.0))
    }

    pub fn of_instrument(&self, id: InstrumentId) -> String {
        name(&self.instruments, id).unwrap_or_else(|| format!("#{}", id.0))
    }

    pub fn of_order(&self, id: OrderId) -> String {
        name(&self.orders, id).unwrap_or_else(|| format!("#{}", id.0))
    }

    /// Names an order: as told, or after its account.
    pub fn name_order(&mut self, told: Option<&str>, account: &str, id: OrderId) {
        if self.orders.values().any(|known| *known == id) {
            return;
        }
        let initial = &account[..1];
        let mut number = 1;
        while self.orders.contains_key(&format!("{initial}{number}")) {
            number += 1;
        }
        let name = told.map_or_else(|| format!("{initial}{number}"), str::to_owned);
        let taken = self.orders.insert(name, id);
        assert!(taken.is_none(), "an order's name is used once");
    }
}

fn raw(name: &str) -> Option<u64> {
    name.strip_prefix('#').map(|number| number.parse().expect("a number behind #"))
}

fn find<T: Copy>(names: &BTreeMap<String, T>, name: &str) -> T {
    *names.get(name).unwrap_or_else(|| panic!("{name} is not known"))
}

fn name<T: Copy + PartialEq>(names: &BTreeMap<String, T>, id: T) -> Option<String> {
    names.iter().find(|(_, known)| **known == id).map(|(name, _)| name.clone())
}
