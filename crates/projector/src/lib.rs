//! Worker: runs the read models and reports their lag.

use std::{convert::Infallible, error::Error, sync::Arc};

use event_bus::Bus;
use event_store::Log;
use runtime::{Base, DatabaseRole};
use worker::{Schema, Worker};

/// Starts the worker. It works until `base.shutdown`.
pub async fn start(base: &Base, bus: Arc<Bus>) -> Result<(), Box<dyn Error + Send + Sync>> {
    let pool = base.pool(DatabaseRole::Projector, Schema::READ.living).await?;
    base.watch_postgres("projector", pool.clone());
    let log = Log::open(pool.clone()).await?;
    let worker =
        Worker { name: "projector", models: read_models::all(), pool, log, bus, progress: base.progress.clone() };
    let stop = base.shutdown.token();
    base.shutdown.spawn("projector", async move {
        worker.run(stop).await;
        Ok::<_, Infallible>(())
    });
    Ok(())
}
