//! Worker: figures made from the log. Its read models, and the worker that keeps them.

pub mod daily_totals;
pub mod streaks;

use std::{convert::Infallible, error::Error, sync::Arc};

use event_bus::Bus;
use event_store::Log;
use runtime::Base;
use worker::{AnyReadModel, Schema, Worker, model};

/// The read models of this worker.
pub fn all() -> Vec<Arc<dyn AnyReadModel>> {
    vec![model::<daily_totals::DailyTotals>(), model::<streaks::Streaks>()]
}

/// Starts the worker. It works until `base.shutdown`.
pub async fn start(base: &Base, bus: Arc<Bus>) -> Result<(), Box<dyn Error + Send + Sync>> {
    let pool = base.pool("analytics", Schema::ANALYTICS.living).await?;
    base.watch_postgres("analytics", pool.clone());
    let log = Log::open(pool.clone()).await?;
    let worker = Worker { name: "analytics", models: all(), pool, log, bus };
    let stop = base.shutdown.token();
    base.shutdown.spawn("analytics", async move {
        worker.run(stop).await;
        Ok::<_, Infallible>(())
    });
    Ok(())
}
