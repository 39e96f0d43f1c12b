//! Starting the service: its pools, its feed, and how far the read models have come.

use std::{error::Error, sync::Arc, time::Duration};

use axum::middleware::from_fn_with_state;
use event_bus::Bus;
use event_store::{Log, Vault};
use identity::Identity;
use runtime::{Base, DatabaseRole};
use tokio::{
    sync::Semaphore,
    time::{MissedTickBehavior, interval},
};
use utoipa_axum::router::OpenApiRouter;
use worker::Checkpoints;

use crate::{
    Dashboards, Feed, FeedLimits, Members, Parts, QueryState, Replays, Seen, Shares, Standing,
    as_of::REPLAYS_A_WORKSPACE_MAX,
    event_stream::STREAMS_A_PERSON_MAX,
    export::{EXPORTS_A_PERSON_MAX, EXPORTS_MAX},
    from_log, from_read_models, incomplete,
    membership::{QUERIES_A_PERSON_MAX, choose},
    packing::packing,
};

/// How often is looked who was erased, so that nothing of theirs stays open here.
const ERASED_INTERVAL: Duration = Duration::from_secs(1);

/// Starts the service, and answers with its endpoints. The feed runs until `base.shutdown`.
pub async fn start(
    base: &Base,
    bus: Arc<Bus>,
    limits: FeedLimits,
) -> Result<OpenApiRouter, Box<dyn Error + Send + Sync>> {
    let tables = base.pool(DatabaseRole::QueryApi, "read, analytics").await?;
    base.watch_postgres("query-api", tables.clone());
    let seen = Seen {
        read: Checkpoints::watch(tables.clone(), base.progress.clone()),
        analytics: Checkpoints::watch(base.pool(DatabaseRole::QueryApi, "analytics").await?, base.progress.clone()),
    };
    let keys = base.keys()?;
    let identity = Arc::new(Identity::start(base, tables.clone(), &keys));
    let vault = Vault::new(tables.clone(), keys.keyring, base.clock.clone(), base.ids.clone());
    let vault = Arc::new(vault.learning_from(base.master_key_source()));
    let dashboards = Dashboards::default();
    base.shutdown.spawn_endless("erasures", forget_erased(vault.clone(), dashboards.clone()));
    let log = Log::open(tables.clone()).await?;
    let (feed, following) = Feed::new(&bus, &log, limits);
    base.shutdown.spawn_endless("live feed", following);
    // Before anybody asks.
    let standing = Standing::look(&tables).await?;
    base.shutdown.spawn_endless("read models", standing.clone().watch(tables.clone()));
    let (clock, shutdown, replays) = (base.clock.clone(), base.shutdown.token(), Replays::default());
    let exports = Arc::new(Semaphore::new(EXPORTS_MAX));
    let members = Members::new(log.clone(), clock.clone());
    let state = QueryState(Arc::new(Parts {
        tables,
        log,
        vault,
        identity,
        members,
        clock,
        seen,
        standing,
        replays,
        replaying: Shares::new(REPLAYS_A_WORKSPACE_MAX),
        queries: Shares::new(QUERIES_A_PERSON_MAX),
        streams: Shares::new(STREAMS_A_PERSON_MAX),
        feed,
        exports,
        exporters: Shares::new(EXPORTS_A_PERSON_MAX),
        dashboards,
        shutdown,
    }));
    let telling = from_fn_with_state(state.clone(), incomplete::tell);
    let endpoints = from_read_models().layer(telling).merge(from_log()).layer(packing());
    Ok(endpoints.route_layer(from_fn_with_state(state.clone(), choose)).with_state(state))
}

/// Drops the opened keys of people who were erased, and what their text may be in, for ever.
async fn forget_erased(vault: Arc<Vault>, dashboards: Dashboards) {
    let mut ticks = interval(ERASED_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match vault.forget_erased().await {
            Ok(true) => dashboards.forget(),
            Ok(false) => {}
            Err(error) => tracing::warn!(error = &error as &dyn Error, "who was erased cannot be told"),
        }
    }
}
