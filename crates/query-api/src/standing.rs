//! How the read models stand, looked at again and again: whether anything is parked, and where they are far behind the log.
//!
//! A moment behind is what read models are, and who minds says from where on they want to see. Far behind, as while they
//! are made anew, old figures would be told as today's to people who know no better: they wait for what they did.

use std::{collections::HashSet, convert::Infallible, error::Error, sync::Arc, time::Duration};

use domain::Shard;
use sqlx::PgPool;
use tokio::{sync::watch, time::sleep};

/// More events behind is far. A worker that is there is not so far behind under any load.
const NEAR_EVENTS_MAX: i64 = 10_000;
/// How often it is looked.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// How the read models stand. Clones share it.
#[derive(Clone)]
pub struct Standing(Arc<watch::Sender<Stand>>);

struct Stand {
    /// Whether anything is parked, of whomever. Nearly always, nothing is.
    is_any_parked: bool,
    /// The shards in which a read model is far behind.
    far_behind: HashSet<Shard>,
}

impl Standing {
    /// As they stand now.
    pub(crate) async fn look(tables: &PgPool) -> Result<Self, sqlx::Error> {
        Ok(Self(Arc::new(watch::Sender::new(look(tables).await?))))
    }

    /// Whether a read model left anything aside at all.
    pub(crate) fn is_any_parked(&self) -> bool {
        self.0.borrow().is_any_parked
    }

    /// Whether a read model is far behind in this shard.
    pub(crate) fn is_far_behind(&self, shard: Shard) -> bool {
        self.0.borrow().far_behind.contains(&shard)
    }

    /// Looks, on and on.
    pub(crate) async fn watch(self, tables: PgPool) -> Infallible {
        loop {
            sleep(LOOK_INTERVAL).await;
            match look(&tables).await {
                Ok(stand) => drop(self.0.send_replace(stand)),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn Error, "how read models stand cannot be read");
                }
            }
        }
    }
}

async fn look(tables: &PgPool) -> Result<Stand, sqlx::Error> {
    let is_any_parked = sqlx::query_scalar!(
        r#"select exists (select from read.parked) or exists (select from analytics.parked) as "any!""#
    );
    let is_any_parked = is_any_parked.fetch_one(tables).await?;
    let models = read_models::all().into_iter().chain(analytics::all());
    let models: Vec<String> = models.map(|model| model.name().to_owned()).collect();
    let far_behind = sqlx::query_scalar!(
        r#"select distinct shard as "shard!"
           from es.heads cross join unnest($1::text[]) as asked (model)
           left join (select model, shard, position from read.checkpoint
                      union all select model, shard, position from analytics.checkpoint) as reached
               using (model, shard)
           where head - coalesce(position, 0) > $2"#,
        &models,
        NEAR_EVENTS_MAX,
    );
    let far_behind = far_behind.fetch_all(tables).await?.into_iter().map(Shard).collect();
    Ok(Stand { is_any_parked, far_behind })
}
