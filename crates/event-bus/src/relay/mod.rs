//! The relay: carries what is committed to the streams, and makes them again when they are damaged.
//!
//! Every command-api runs one; what others append, it finds in the log. An election gives each shard to one of them, for efficiency only: the sequence
//! that each message is expected to follow is what keeps two of them from harm.

mod acks;
mod audit;
mod check;
mod election;
mod feed;
mod leader;
mod pump;
mod stream;
mod trouble;

use std::{collections::BTreeSet, future::pending, sync::Arc, time::Duration};

use domain::Shard;
use event_store::Store;
use tokio::{
    sync::{broadcast::error::RecvError, watch},
    task::JoinSet,
    time::sleep,
};
use tokio_util::sync::CancellationToken;

pub use self::{
    check::{Checked, check},
    election::Election,
};
use self::{leader::Leader, stream::ShardStream};
use crate::Bus;

/// The pause after a task of the relay died.
const DEATH_PAUSE: Duration = Duration::from_secs(1);

/// Carries what is committed to NATS.
pub struct Relay {
    bus: Arc<Bus>,
    store: Store,
    election: Election,
}

impl Relay {
    /// A relay of this store's log.
    pub const fn new(bus: Arc<Bus>, store: Store, election: Election) -> Self {
        Self { bus, store, election }
    }

    /// Relays until told to stop. What it is in the middle of, the next relay goes on with.
    pub async fn run(self, shutdown: CancellationToken) {
        while shutdown.run_until_cancelled(self.relay()).await.is_some() {
            // A task died. All end with it, and with them our part in the election: others may take over.
            sleep(DEATH_PAUSE).await;
        }
    }

    /// Relays until one of the tasks dies, which none of them should.
    async fn relay(&self) {
        let shards: BTreeSet<Shard> = self.store.log().shards().collect();
        let (elected, leading) = watch::channel(BTreeSet::new());
        let mut tasks = JoinSet::new();
        for shard in &shards {
            let stream = ShardStream::new(self.bus.clone(), self.store.log().clone(), *shard);
            tasks.spawn(keep_at(stream, self.store.clone(), leading.clone()));
        }
        tasks.spawn(self.election.clone().hold(shards, elected));
        if let Some(Err(error)) = tasks.join_next().await {
            tracing::error!(error = &error as &dyn std::error::Error, "a task of the relay died");
        }
    }
}

/// Relays a shard whenever it is ours to relay.
async fn keep_at(stream: ShardStream, store: Store, mut leading: watch::Receiver<BTreeSet<Shard>>) {
    loop {
        tokio::select! {
            () = until(&mut leading, |shards| shards.contains(&stream.shard)) => {}
            () = announce(&stream, &store) => {}
        }
        tracing::info!(shard = %stream.shard, "relaying");
        tokio::select! {
            () = until(&mut leading, |shards| !shards.contains(&stream.shard)) => {}
            () = Leader::new(&stream, &store).lead() => {}
        }
        tracing::info!(shard = %stream.shard, "no longer relaying");
    }
}

async fn until(leading: &mut watch::Receiver<BTreeSet<Shard>>, so: impl FnMut(&BTreeSet<Shard>) -> bool) {
    if leading.wait_for(so).await.is_err() {
        // The election died, and was told of; all stays as it is.
        pending::<()>().await;
    }
}

/// Tells the relay that leads what this process commits. One that does not hear it finds it in the log a little later.
async fn announce(stream: &ShardStream, store: &Store) {
    let mut committed = store.committed();
    loop {
        let head = match committed.recv().await {
            Ok(batch) => batch.iter().rfind(|event| event.position.shard == stream.shard).map(|event| event.position),
            Err(RecvError::Lagged(_)) => None,
            Err(RecvError::Closed) => return pending().await,
        };
        if let Some(head) = head.filter(|_| stream.bus.is_connected()) {
            let subject = stream.bus.topology.ping(stream.shard);
            let told = stream.bus.client.publish(subject, head.number.to_string().into()).await;
            drop(told.inspect_err(|error| tracing::debug!(%error, "not announced")));
        }
    }
}
