//! When to stop: a signal, or a venue that ended by itself.

use std::future::Future;
use std::io;
use std::time::Duration;

use bus::Reader;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How soon a venue that ended by itself is noticed.
const LOOK: Duration = Duration::from_millis(500);
/// The exit code that shells give a process ended by SIGINT.
const IMPATIENT: i32 = 130;

/// Ends at the first SIGINT or SIGTERM, or when the venue has ended. A second signal ends the
/// process on the spot, which loses nothing that was answered.
///
/// # Errors
/// When signals cannot be caught.
pub(crate) fn signalled(reader: Reader) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        let name = tokio::select! {
            name = caught(&mut interrupt, &mut terminate) => name,
            () = ended(reader) => {
                tracing::error!("the venue ended by itself");
                return;
            }
        };
        tracing::info!(signal = name, "asked to stop");
        tokio::spawn(async move {
            let name = caught(&mut interrupt, &mut terminate).await;
            tracing::warn!(signal = name, "asked again: stopped at once");
            std::process::exit(IMPATIENT);
        });
    })
}

async fn caught(interrupt: &mut Signal, terminate: &mut Signal) -> &'static str {
    tokio::select! {
        _ = interrupt.recv() => "SIGINT",
        _ = terminate.recv() => "SIGTERM",
    }
}

async fn ended(reader: Reader) {
    while !reader.is_stopped() {
        tokio::time::sleep(LOOK).await;
    }
}
