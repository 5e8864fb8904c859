//! Cancel on disconnect: the orders that end with the socket they were placed on.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tracing::warn;
use types::{AccountId, OrderId};
use venue::Action;

use crate::ask::Ask;
use crate::gateway::Gateway;
use crate::principal::Principal;

/// Orders noted before those that closed are looked for.
const SWEEP_MIN: usize = 1_024;
/// Cancels asked for at one time.
const CANCELS_AT_ONCE: usize = 64;
/// How often a cancel is asked for, while the venue is too busy to take it.
const TRIES_MAX: u32 = 50;
const RETRY_AFTER: Duration = Duration::from_millis(100);

/// Orders to cancel when the socket is gone.
#[derive(Debug)]
pub(super) struct Placed {
    pub enabled: bool,
    orders: BTreeSet<(AccountId, OrderId)>,
    sweep_at: usize,
}

impl Placed {
    pub(super) fn new() -> Placed {
        Placed { enabled: false, orders: BTreeSet::new(), sweep_at: SWEEP_MIN }
    }

    /// Notes an order that was placed.
    pub(super) fn note(&mut self, gateway: &Gateway, order: (AccountId, OrderId)) {
        self.orders.insert(order);
        if self.orders.len() >= self.sweep_at {
            self.forget_closed(gateway);
            self.sweep_at = SWEEP_MIN.max(2 * self.orders.len());
        }
    }

    /// Cancels what is still open.
    pub(super) async fn cancel(mut self, gateway: &Gateway, principal: Principal) {
        self.forget_closed(gateway);
        let cancels = stream::iter(self.orders);
        cancels
            .for_each_concurrent(CANCELS_AT_ONCE, |(account, order)| async move {
                cancel(gateway, principal, account, order).await;
            })
            .await;
    }

    fn forget_closed(&mut self, gateway: &Gateway) {
        gateway.read(|published| {
            self.orders.retain(|(account, order)| {
                let order = published.views().order(*account, *order);
                order.is_some_and(|order| order.status.is_open())
            });
        });
    }
}

async fn cancel(gateway: &Gateway, principal: Principal, account: AccountId, order: OrderId) {
    let ask = Ask { principal, request: None, action: Action::Cancel { account, order } };
    for _ in 0..TRIES_MAX {
        match gateway.ask(ask).await {
            Err(problem) if problem.is_busy() => tokio::time::sleep(RETRY_AFTER).await,
            // Refused: it closed by itself in the meantime.
            Ok(_) | Err(_) => return,
        }
    }
    warn!(order = order.0, "too busy to cancel an order whose connection is gone");
}
