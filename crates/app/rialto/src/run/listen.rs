//! The ports that a venue is reached by: taken before anything is made, told when it serves.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};

use anyhow::{Context, anyhow};

use super::Args;
use crate::exit::{Exit, Failure, OrExit};

/// Ports that are taken and not served yet.
pub(super) struct Listeners {
    clients: TcpListener,
    metrics: Option<TcpListener>,
}

/// The same, in the runtime, with the addresses that they have.
pub(super) struct Open {
    pub(super) listener: tokio::net::TcpListener,
    pub(super) address: SocketAddr,
    pub(super) metrics: Option<(tokio::net::TcpListener, SocketAddr)>,
}

impl Listeners {
    /// Takes the ports first: a folder is not made for a venue that cannot be reached.
    pub(super) fn bind(args: &Args) -> Result<Listeners, Failure> {
        check(args).map_err(|error| Exit::Usage.because(error))?;
        let clients = bind(args.listen)?;
        let metrics = args.metrics_listen.map(bind).transpose()?;
        Ok(Listeners { clients, metrics })
    }

    /// Hands them to the runtime, in which this is called.
    pub(super) fn open(self) -> Result<Open, Failure> {
        let (listener, address) = open(self.clients)?;
        Ok(Open { listener, address, metrics: self.metrics.map(open).transpose()? })
    }
}

impl Open {
    /// Says where the venue is: for whoever started it, and in the log.
    pub(super) fn tell(&self) {
        let address = self.address;
        if !address.ip().is_loopback() {
            tracing::warn!("PLAIN HTTP: whoever is on the way reads every password, key and order");
        }
        let mut told = format!("listening on http://{address}\n");
        if let Some((_, metrics)) = &self.metrics {
            told += &format!("metrics on http://{metrics}/metrics\n");
            tracing::info!(address = %metrics, "metrics");
        }
        let mut stdout = std::io::stdout();
        // Nobody may be reading: then nobody is told.
        stdout.write_all(told.as_bytes()).and_then(|()| stdout.flush()).ok();
        tracing::info!(%address, "listening");
    }
}

fn check(args: &Args) -> anyhow::Result<()> {
    let listen = args.listen;
    if !listen.ip().is_loopback() && !args.insecure_http {
        return Err(anyhow!(
            "--listen {listen} can be reached from other machines, and plain HTTP shows them every \
             key: listen on 127.0.0.1, or add --insecure-http"
        ));
    }
    let Some(metrics) = args.metrics_listen else { return Ok(()) };
    if !metrics.ip().is_loopback() {
        return Err(anyhow!(
            "--metrics-listen {metrics} can be reached from other machines, and whoever reaches it \
             needs no key: expected an address of this machine alone, such as 127.0.0.1:9464"
        ));
    }
    if metrics == listen && metrics.port() != 0 {
        return Err(anyhow!(
            "--metrics-listen {metrics} is the address of --listen: expected another port"
        ));
    }
    Ok(())
}

fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    bound.with_context(|| format!("cannot listen on {address}")).or_cannot_start()
}

fn open(listener: TcpListener) -> Result<(tokio::net::TcpListener, SocketAddr), Failure> {
    let listener = tokio::net::TcpListener::from_std(listener).or_cannot_start()?;
    let address = listener.local_addr().or_cannot_start()?;
    Ok((listener, address))
}
