//! Whether read models are far behind the log, as while they are made anew: then who asks waits for what they did.
//!
//! A moment behind is what read models are, and who minds says from where on they want to see. Far behind, old figures
//! would be told as today's to people who know no better.

use std::{collections::HashSet, convert::Infallible, error::Error, sync::Arc, time::Duration};

use analytics::figures;
use domain::Shard;
use sqlx::PgPool;
use tokio::{sync::watch, time::sleep};

/// More events behind is far. A worker that is there is not so far behind under any load.
const NEAR_EVENTS_MAX: i64 = 10_000;
/// How often it is looked.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// The read models that are asked.
const MODELS: [&str; 4] = ["daily_logs", "goals", "members", figures::NAME];

/// The shards in which a read model is far behind. Clones share it.
#[derive(Clone, Default)]
pub struct FarBehind(Arc<watch::Sender<HashSet<Shard>>>);

impl FarBehind {
    /// Whether any is in this shard.
    pub(crate) fn is(&self, shard: Shard) -> bool {
        self.0.borrow().contains(&shard)
    }

    /// Looks.
    pub(crate) async fn look(&self, tables: &PgPool) -> Result<(), sqlx::Error> {
        let shards = sqlx::query_scalar!(
            r#"select distinct shard as "shard!"
               from es.heads cross join unnest($1::text[]) as asked (model)
               left join (select model, shard, position from read.checkpoint
                          union all select model, shard, position from analytics.checkpoint) as reached
                   using (model, shard)
               where head - coalesce(position, 0) > $2"#,
            &MODELS.map(str::to_owned),
            NEAR_EVENTS_MAX,
        );
        let shards = shards.fetch_all(tables).await?;
        self.0.send_replace(shards.into_iter().map(Shard).collect());
        Ok(())
    }

    /// Looks, on and on.
    pub(crate) async fn watch(self, tables: PgPool) -> Infallible {
        loop {
            if let Err(error) = self.look(&tables).await {
                tracing::warn!(error = &error as &dyn Error, "how far read models have come cannot be read");
            }
            sleep(LOOK_INTERVAL).await;
        }
    }
}
