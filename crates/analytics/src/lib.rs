//! Worker: figures made from the log. Its read models, the worker that keeps them, and the week clock.

pub mod daily_totals;
pub mod figures;
pub mod months;
#[cfg(feature = "next-version")]
pub mod next_version;
pub mod streaks;
mod week_clock;
pub mod weekly_snapshots;

use std::{convert::Infallible, error::Error, sync::Arc};

use event_bus::Bus;
use event_store::{Log, check_durable};
use runtime::{Base, DatabaseRole};
use worker::{AnyReadModel, Schema, Worker, model};

pub use self::week_clock::{NoWeekClock, WeekClock, WeekClockError};

/// The read models of this worker.
pub fn all() -> Vec<Arc<dyn AnyReadModel>> {
    let models = vec![model::<figures::Figures>()];
    #[cfg(feature = "next-version")]
    let models = [models, vec![model::<next_version::DailyTotals2>()]].concat();
    models
}

/// Starts the worker and the week clock, which appends. They work until `base.shutdown`. A worker may not publish, so the
/// relay of a command-api finds in the log what the clock has appended.
pub async fn start(base: &Base, bus: Arc<Bus>) -> Result<(), Box<dyn Error + Send + Sync>> {
    let pool = base.pool(DatabaseRole::Analytics, Schema::ANALYTICS.living).await?;
    if base.config.database.require_durable {
        check_durable(&pool).await?;
    }
    base.watch_postgres("analytics", pool.clone());
    let clock = WeekClock::open(base, pool.clone()).await?;
    base.shutdown.spawn_endless("week clock", async move { clock.run().await });
    let log = Log::open(pool.clone()).await?;
    let worker = Worker { name: "analytics", models: all(), pool, log, bus, progress: base.progress.clone() };
    let stop = base.shutdown.token();
    base.shutdown.spawn("analytics", async move {
        worker.run(stop).await;
        Ok::<_, Infallible>(())
    });
    Ok(())
}
