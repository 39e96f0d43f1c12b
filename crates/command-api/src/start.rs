//! Starting the service: its store, its relay, and what it tidies up.

use std::{convert::Infallible, error::Error, sync::Arc, time::Duration};

use event_bus::{Bus, Election, Relay};
use event_store::{Store, StoreError, Vault, check_durable};
use identity::Identity;
use runtime::{Base, DatabaseRole};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use utoipa_axum::router::OpenApiRouter;

use crate::{AppState, Pace, RegistrationOpen, accounts::erasure, routes};

/// How often what is past its time is deleted.
const PURGE_INTERVAL: Duration = Duration::from_secs(600);
/// So many answers to commands are deleted in one statement.
const PURGE_COMMANDS: i64 = 5_000;
/// The pause before there are more.
const PURGE_PAUSE: Duration = Duration::from_millis(100);

/// How often is looked who was erased by another process, so that nothing of theirs stays open here.
const ERASED_INTERVAL: Duration = Duration::from_secs(1);
/// How often erasures that were cut off are finished.
const ERASURES_INTERVAL: Duration = Duration::from_secs(20);

/// Starts the service, and answers with its endpoints. The relay runs until `base.shutdown`.
pub async fn start(base: &Base, bus: Arc<Bus>) -> Result<OpenApiRouter, Box<dyn Error + Send + Sync>> {
    let pool = base.pool(DatabaseRole::CommandApi, "es").await?;
    if base.config.database.require_durable {
        check_durable(&pool).await?;
    }
    let keys = base.keys()?;
    let identity = Arc::new(Identity::start(base, pool.clone(), &keys));
    let vault = Vault::new(pool.clone(), keys.keyring, base.clock.clone(), base.ids.clone());
    let vault = Arc::new(vault.learning_from(base.master_key_source()));
    let store = Store::open(pool.clone(), vault, keys.index_key, base.clock.clone(), base.ids.clone()).await?;
    let (relay, stop) = (Relay::new(bus.clone(), store.clone(), Election::ByLock(pool.clone())), base.shutdown.token());
    base.shutdown.spawn("relay", async move {
        relay.run(stop).await;
        Ok::<_, Infallible>(())
    });
    base.shutdown.spawn_endless("purge", purge(store.clone(), identity.clone()));
    base.shutdown.spawn_endless("erasures", follow_erasures(store.clone(), identity.clone()));
    base.watch_postgres("command-api", pool);
    let registration = RegistrationOpen(base.config.server.is_registration_open());
    let pace = Arc::new(Pace::of(base.config.limits.commands_a_minute));
    let state = AppState { store, identity, clock: base.clock.clone(), pace, registration };
    Ok(routes().with_state(state))
}

/// Deletes what is past its time, now and then, for ever. Each time all of it, for there is more the more is done.
async fn purge(store: Store, identity: Arc<Identity>) {
    let mut ticks = interval(PURGE_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = forget_commands(&store).await {
            tracing::warn!(error = &error as &dyn Error, "old answers to commands cannot be deleted");
        }
        if let Err(error) = identity.purge().await {
            tracing::warn!(error = &error as &dyn Error, "old sessions cannot be deleted");
        }
    }
}

async fn forget_commands(store: &Store) -> Result<(), StoreError> {
    while store.forget_commands(PURGE_COMMANDS).await? >= PURGE_COMMANDS.unsigned_abs() {
        sleep(PURGE_PAUSE).await;
    }
    Ok(())
}

/// Drops what is kept of people who were erased, and finishes what was cut off, for ever.
async fn follow_erasures(store: Store, identity: Arc<Identity>) {
    // Before the first tick is due: it finishes what was cut off before the start.
    let mut finish_at = Instant::now();
    let mut ticks = interval(ERASED_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let now = ticks.tick().await;
        if let Err(error) = store.forget_erased().await {
            tracing::warn!(error = &error as &dyn Error, "who was erased cannot be told");
        }
        if now < finish_at {
            continue;
        }
        finish_at = now + ERASURES_INTERVAL;
        if let Err(error) = erasure::finish_all(&store, &identity).await {
            tracing::warn!(error = &error as &dyn Error, "what erasures are left to be finished cannot be told");
        }
    }
}
