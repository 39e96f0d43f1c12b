//! The connection to NATS that a process shares among its relay and subscriptions.

use std::{
    future::{pending, ready},
    time::Duration,
};

use async_nats::{
    Client, ConnectOptions, Event, ServerAddr,
    connection::State,
    jetstream::{Context, context::ContextBuilder},
};
use event_store::IndexKey;
use metrics::gauge;
use secrecy::ExposeSecret;
use tokio::sync::watch;

use crate::{BusConfig, topology::Topology};

/// What the key of message hashes is derived for.
const KEY_PURPOSE: &str = "momentum bus messages";
/// The pause between two tries to connect, doubling between these, for ever.
const RECONNECT_PAUSE_MIN: Duration = Duration::from_millis(20);
const RECONNECT_PAUSE_MAX: Duration = Duration::from_secs(1);
/// So long may the server take to accept a connection.
const CONNECT_WAIT_MAX: Duration = Duration::from_secs(2);
/// So long may it take to answer a request.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(2);
/// So often is a silent connection asked whether it lives.
const PING_INTERVAL: Duration = Duration::from_secs(5);

/// A connection to NATS, kept up for ever.
#[derive(Debug)]
pub struct Bus {
    pub(crate) client: Client,
    pub(crate) jetstream: Context,
    pub(crate) topology: Topology,
    pub(crate) key: [u8; 32],
    /// Whether NATS was there when last anything was heard of it.
    there: watch::Receiver<bool>,
}

/// Why there can never be a connection.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// The address cannot be read.
    #[error("not the address of a nats-server: {0}")]
    Address(std::io::Error),
    /// The client refuses.
    #[error("NATS: {0}")]
    Connect(#[from] async_nats::ConnectError),
}

impl Bus {
    /// Begins to connect, and goes on trying for ever. Returns at once: commands are accepted while NATS is away.
    pub async fn connect(config: &BusConfig, index_key: &IndexKey) -> Result<Self, BusError> {
        let addresses: Vec<ServerAddr> =
            config.url.split(',').map(|url| url.trim().parse()).collect::<Result<_, _>>().map_err(BusError::Address)?;
        let (known, there) = watch::channel(false);
        let mut options = ConnectOptions::new()
            .name(&config.name)
            .retry_on_initial_connect()
            .max_reconnects(None)
            .reconnect_delay_callback(reconnect_pause)
            .connection_timeout(CONNECT_WAIT_MAX)
            .request_timeout(Some(ANSWER_WAIT_MAX))
            .ping_interval(PING_INTERVAL)
            .event_callback(move |event| {
                tell(&event, &known);
                ready(())
            });
        if let Some(seed) = &config.nkey_seed {
            options = options.nkey(seed.expose_secret().trim().to_owned());
        }
        if let Some(inbox) = &config.inbox {
            options = options.custom_inbox_prefix(inbox);
        }
        if let Some(ca_file) = &config.ca_file {
            options = options.add_root_certificates(ca_file.clone());
        }
        let client = options.connect(addresses).await?;
        let jetstream = ContextBuilder::new().timeout(ANSWER_WAIT_MAX).build(client.clone());
        Ok(Self { client, jetstream, topology: Topology::new(config), key: index_key.derive(KEY_PURPOSE), there })
    }

    /// Whether NATS is there at this moment.
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    /// Waits until NATS comes back; while it is there, for ever.
    pub(crate) async fn returns(&self) {
        let mut there = self.there.clone();
        if *there.borrow_and_update() || there.wait_for(|there| *there).await.is_err() {
            pending::<()>().await;
        }
    }
}

fn reconnect_pause(attempts: usize) -> Duration {
    let doublings = u32::try_from(attempts.min(16)).unwrap_or(16);
    RECONNECT_PAUSE_MIN.saturating_mul(2_u32.saturating_pow(doublings)).min(RECONNECT_PAUSE_MAX)
}

/// Tells what was heard of NATS, and whether it is there.
fn tell(event: &Event, there: &watch::Sender<bool>) {
    match event {
        Event::Connected => {
            there.send_replace(true);
            gauge!("momentum_bus_connected").set(1.0);
            tracing::info!("connected to NATS");
        }
        Event::Disconnected => {
            is_away(there);
            tracing::warn!("NATS is away; events wait in the log");
        }
        // By ourselves, at the end: nobody else ever gives up on it.
        Event::Closed => {
            is_away(there);
            tracing::debug!("the connection to NATS is closed");
        }
        Event::ServerError(error) => tracing::warn!(%error, "NATS complains"),
        Event::SlowConsumer(_) => tracing::warn!("messages of NATS come faster than they are taken"),
        // Tries that fail are the client's own matter: that it is not connected has been told.
        Event::ClientError(_) | Event::LameDuckMode | Event::Draining => tracing::debug!(%event, "NATS"),
    }
}

fn is_away(there: &watch::Sender<bool>) {
    there.send_replace(false);
    gauge!("momentum_bus_connected").set(0.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_to_connect_come_ever_more_slowly_up_to_a_bound() {
        assert_eq!(reconnect_pause(0), RECONNECT_PAUSE_MIN);
        assert_eq!(reconnect_pause(3), RECONNECT_PAUSE_MIN * 8);
        assert_eq!(reconnect_pause(usize::MAX), RECONNECT_PAUSE_MAX);
    }
}
