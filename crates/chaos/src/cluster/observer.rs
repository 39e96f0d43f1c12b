//! A look at the log and the bus from outside, by no way that is hurt.

use std::{sync::Arc, time::Duration};

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

    /// How long the oldest event has been in the log that some read model has yet to take in.
    pub async fn lag(&self) -> anyhow::Result<Duration> {
        let seconds: Option<f64> = sqlx::query_scalar(
            "with checkpoint as (select * from read.checkpoint union all select * from analytics.checkpoint)
             select max(extract(epoch from clock_timestamp() - recorded_at))::float8
             from checkpoint
             join es.events on events.shard = checkpoint.shard and events.position = checkpoint.position + 1
             where model not like '%\\_2'",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Duration::try_from_secs_f64(seconds.unwrap_or_default()).unwrap_or_default())
    }

    /// How far the slowest read model is behind the log, in events of one shard.
    pub async fn read_models_behind(&self) -> anyhow::Result<i64> {
        let behind: Option<i64> = sqlx::query_scalar(
            "with checkpoint as (select * from read.checkpoint union all select * from analytics.checkpoint)
             select max(heads.head - checkpoint.position) from es.heads join checkpoint using (shard)
             where model not like '%\\_2'",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(behind.unwrap_or_default())
    }
}
