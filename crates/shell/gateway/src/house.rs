//! What is kept up each minute beside requests: when keys, logins and people were last used,
//! logins that have expired, guests whom nobody sees any more.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};
use types::Timestamp;

use crate::clock;
use crate::gateway::Gateway;

const EVERY: Duration = Duration::from_secs(60);

/// Keeps house until the gateway stops, and never keeps it going.
pub(crate) fn start(gateway: &Gateway) {
    let (weak, mut stopping) = (gateway.downgrade(), gateway.stopping());
    tokio::spawn(async move {
        // Guests get the first minute to come back after a start.
        let mut pace = interval_at(Instant::now() + EVERY, EVERY);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = pace.tick() => {}
                _ = stopping.wait_for(|is_stopping| *is_stopping) => return,
            }
            let Some(gateway) = weak.upgrade() else { return };
            gateway.keep_house(clock::now()).await;
        }
    });
}

impl Gateway {
    /// Does all that is due at `now`. What fails is in the log, and is tried again the next time.
    pub async fn keep_house(&self, now: Timestamp) {
        self.write_uses(now).await;
        self.store(move |identity| identity.delete_expired(now)).await.ok();
        let idle_ns = u64::try_from(self.config().guest_idle.as_nanos()).unwrap_or(u64::MAX);
        let before = Timestamp(now.0.saturating_sub(idle_ns));
        self.remove_idle_guests(now, before).await;
    }

    /// Writes what was used since the last time. Whoever is connected is in use.
    pub(crate) async fn write_uses(&self, now: Timestamp) {
        let users = self.clients().list().into_iter().filter_map(|client| client.user);
        let mut connected: Vec<_> = users.collect();
        connected.sort_unstable();
        connected.dedup();
        self.store(move |identity| identity.write_uses(now, &connected)).await.ok();
    }
}
