//! Starting the service: its pools, its feed, and how far the read models have come.

use std::{convert::Infallible, error::Error, sync::Arc};

use event_bus::Bus;
use event_store::{Log, Vault};
use identity::Identity;
use runtime::Base;
use utoipa_axum::router::OpenApiRouter;
use worker::Checkpoints;

use crate::{Feed, FeedLimits, QueryState, Seen, routes};

/// Starts the service, and answers with its endpoints. The feed runs until `base.shutdown`.
pub async fn start(
    base: &Base,
    bus: Arc<Bus>,
    limits: FeedLimits,
) -> Result<OpenApiRouter, Box<dyn Error + Send + Sync>> {
    let tables = base.pool("query-api", "read, analytics").await?;
    base.watch_postgres("query-api", tables.clone());
    let seen = Seen {
        read: Checkpoints::watch(tables.clone()),
        analytics: Checkpoints::watch(base.pool("query-api analytics", "analytics").await?),
    };
    let keys = base.keys()?;
    let identity = Arc::new(Identity::start(base, tables.clone(), &keys));
    let vault = Arc::new(Vault::new(tables.clone(), keys.keyring, base.clock.clone(), base.ids.clone()));
    let log = Log::open(tables.clone()).await?;
    let (feed, following) = Feed::start(bus, log.clone(), limits).await?;
    let stop = base.shutdown.token();
    base.shutdown.spawn("live feed", async move {
        stop.run_until_cancelled(following).await;
        Ok::<_, Infallible>(())
    });
    let (clock, shutdown) = (base.clock.clone(), base.shutdown.token());
    Ok(routes().with_state(QueryState { tables, log, vault, identity, clock, seen, feed, shutdown }))
}
