//! A look at the log and the bus from outside, by no way that is hurt.

use std::{sync::Arc, time::Duration};

use anyhow::ensure;
use domain::{Position, Shard};
use event_bus::{Bus, BusConfig, Checked, check};
use event_store::Log;
use runtime::{RandomIds, config::VaultConfig, vault_keys};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::time::timeout;

use super::{INDEX_KEY, MASTER_KEY, Servers};

/// Few: it looks at one thing after the other.
const CONNECTIONS_MAX: u32 = 3;
/// A connection that does not come in this time is tried again.
const CONNECT_WAIT_MAX: Duration = Duration::from_secs(2);
/// A look at one stream takes no longer.
const LOOK_MAX: Duration = Duration::from_secs(5);
/// So many messages of a stream are looked at, or in a long run looking would take longer than getting well. All of them
/// are when the run is over, by `momentum verify`.
const MESSAGES_MAX: u64 = 1_000;
/// The role that may look at streams, as `nats.conf` calls it.
const ADMINISTRATION: &str = "administration";

/// How far read models have come in a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Where the shard ends.
    pub head: i64,
    /// What the slowest read model has taken in.
    pub slowest: i64,
}

/// Somebody who looks.
pub struct Observer {
    /// Postgres, as its superuser.
    pub pool: PgPool,
    bus: Arc<Bus>,
    log: Log,
}

impl Observer {
    /// Begins to look at servers on which the product is installed.
    pub async fn of(servers: &Servers) -> anyhow::Result<Self> {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS_MAX).acquire_timeout(CONNECT_WAIT_MAX);
        let pool = pool.connect(&servers.database_url(None)).await?;
        let log = Log::open(pool.clone()).await?;
        let secrets = VaultConfig { master_key: Some(MASTER_KEY.into()), index_key: Some(INDEX_KEY.into()) };
        let keys = vault_keys(&secrets, None, &RandomIds)?;
        let seed = std::fs::read_to_string(embedded::seed_path(servers.nats_keys(), ADMINISTRATION))?;
        let config = BusConfig {
            nkey_seed: Some(seed.trim().into()),
            inbox: Some(format!("_INBOX_{ADMINISTRATION}")),
            ..BusConfig::new(format!("nats://{}", servers.nats_address()), "momentum chaos".to_owned())
        };
        let bus = Arc::new(Bus::connect(&config, &keys.index_key).await?);
        Ok(Self { pool, bus, log })
    }

    /// What every position of this log begins with, as it is told.
    #[must_use]
    pub fn history(&self) -> String {
        let cursor = self.log.cursor(Position { shard: Shard(0), number: 0 }).to_string();
        cursor.split('-').next().unwrap_or_default().to_owned()
    }

    /// What the bus lacks, or has wrong among its last messages: nothing, if it carries all of the log up to `behind_max`
    /// events before its end.
    pub async fn wrong_with_bus(&self, behind_max: u64) -> Option<String> {
        for shard in self.log.shards() {
            let checked = timeout(LOOK_MAX, check(self.bus.clone(), self.log.clone(), shard, MESSAGES_MAX)).await;
            match checked {
                Ok(Checked::Equal { behind }) if behind <= behind_max => {}
                Ok(Checked::Equal { behind }) => return Some(format!("shard {shard} is {behind} events behind")),
                Ok(Checked::Unequal(why)) => return Some(format!("shard {shard}: {why}")),
                Err(_) => return Some(format!("shard {shard} does not answer")),
            }
        }
        None
    }

    /// How far read models have come in each shard. One that has no checkpoint there has not begun.
    pub async fn reached(&self) -> anyhow::Result<Vec<Reached>> {
        let rows = sqlx::query_as::<_, (i64, i64)>(
            "with checkpoint as (select * from read.checkpoint union all select * from analytics.checkpoint),
                  models as (select distinct model from checkpoint where model not like '%\\_2')
             select head, min(coalesce(position, 0)) from es.heads cross join models
             left join checkpoint using (model, shard) group by shard, head order by shard",
        );
        let rows = rows.fetch_all(&self.pool).await?;
        ensure!(!rows.is_empty(), "no read model has a checkpoint");
        Ok(rows.into_iter().map(|(head, slowest)| Reached { head, slowest }).collect())
    }
}
