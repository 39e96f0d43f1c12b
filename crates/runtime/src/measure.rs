//! What is told about Postgres on and on: how a role's pool is used, whether it is answered, and how far backups are behind.

use std::{collections::BTreeMap, time::Duration};

use metrics::gauge;
use sqlx::PgPool;
use tokio::time::{sleep, timeout};

/// How often it is measured.
const MEASURED_EVERY: Duration = Duration::from_secs(5);
/// How long an answer may take. Who waits for longer is told that Postgres does not answer, by `/readyz` too.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// Slots of backups, and by how many bytes of WAL each is behind.
type Behind = BTreeMap<String, f64>;

/// Measures until it is dropped.
pub(crate) async fn measure(role: &'static str, pool: &PgPool) {
    let mut slots = Behind::new();
    loop {
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        let used = pool.size().saturating_sub(idle);
        gauge!("momentum_pool_connections", "role" => role, "state" => "idle").set(idle);
        gauge!("momentum_pool_connections", "role" => role, "state" => "used").set(used);
        let found = timeout(ANSWER_MAX, behind(pool)).await;
        let found = found.ok().and_then(Result::ok);
        gauge!("momentum_postgres_connected", "role" => role).set(if found.is_some() { 1.0 } else { 0.0 });
        if let Some(found) = found {
            // One that was given up is behind nothing any more; what is not told again would stay as it was.
            slots.values_mut().for_each(|bytes| *bytes = 0.0);
            slots.extend(found);
            for (slot, bytes) in &slots {
                gauge!("momentum_backup_behind_bytes", "slot" => slot.clone()).set(*bytes);
            }
        }
        sleep(MEASURED_EVERY).await;
    }
}

/// Without end is what Postgres has not kept: the next run copies all files again.
async fn behind(pool: &PgPool) -> Result<Behind, sqlx::Error> {
    let slots = "select slot_name::text,
                        case when wal_status <> 'lost' then (pg_current_wal_lsn() - restart_lsn)::float8
                             else 'infinity' end
                 from pg_replication_slots
                 where starts_with(slot_name, 'momentum_backup_') and (restart_lsn is not null or wal_status = 'lost')";
    let slots: Vec<(String, f64)> = sqlx::query_as(slots).fetch_all(pool).await?;
    Ok(slots.into_iter().collect())
}
