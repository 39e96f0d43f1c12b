//! Copying the WAL: every file of it since the last time, which a replication slot has Postgres keep until then.

use std::time::Duration;

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};
use embedded::keep_private;
use sqlx::PgConnection;
use tokio::time::sleep;
use uuid::Uuid;

use super::{
    base,
    folder::{BackupFolder, Base, Segment},
};

/// So much of a hash stands in a name.
const DIGEST_HEX_DIGITS: usize = 32;
/// How often Postgres is asked whether it has written a file of the WAL out, and how many times.
const ASK_PAUSE: Duration = Duration::from_millis(20);
const ASKS_MAX: u32 = 500;

/// What the name of every slot of a backup begins with.
const SLOT_PREFIX: &str = "momentum_backup_";

/// What has Postgres keep the WAL for one folder.
pub struct Slot(String);

/// What was copied.
pub struct Added {
    /// Everything up to this instant is there.
    pub until: DateTime<Utc>,
    /// The transactions that had ended, as Postgres writes a snapshot; all of them are there.
    pub seen: String,
}

impl Slot {
    /// The slot of the backup with this id.
    pub fn of(id: Uuid) -> Self {
        Self(format!("{SLOT_PREFIX}{}", id.simple()))
    }

    /// The ids of other backups for which Postgres keeps WAL.
    pub async fn others(&self, connection: &mut PgConnection) -> anyhow::Result<Vec<String>> {
        let others = "select substr(slot_name, length($1) + 1) from pg_replication_slots
                      where starts_with(slot_name, $1) and slot_name <> $2 order by slot_name";
        Ok(sqlx::query_scalar(others).bind(SLOT_PREFIX).bind(&self.0).fetch_all(connection).await?)
    }

    /// Whether the WAL goes on where the folder's ends: the slot is there, has lost nothing, and no other timeline began.
    pub async fn continues(&self, connection: &mut PgConnection, folder: &BackupFolder) -> anyhow::Result<bool> {
        let kept_from = sqlx::query_scalar!(
            r#"select (restart_lsn - '0/0')::bigint as "lsn!" from pg_replication_slots
               where slot_name = $1 and restart_lsn is not null and wal_status <> 'lost'"#,
            self.0,
        );
        let Some(kept_from) = kept_from.fetch_optional(&mut *connection).await? else { return Ok(false) };
        let timeline = timeline(connection).await?;
        let Some(base) = folder.bases()?.pop().filter(|base| base.timeline == timeline) else { return Ok(false) };
        // One that was made anew may keep less, if the copy that it was made for did not come about.
        Ok(u64::try_from(kept_from)? / folder.about.segment_bytes <= next_segment(folder, &base)?)
    }

    /// Makes it anew: from now on, WAL is kept.
    pub async fn make(&self, connection: &mut PgConnection) -> anyhow::Result<()> {
        self.drop(connection).await?;
        let made = sqlx::query_scalar!(
            r#"select slot_name::text as "name!" from pg_create_physical_replication_slot($1, true)"#,
            self.0
        );
        made.fetch_one(connection)
            .await
            .context("Postgres has no replication slot for the backup (max_replication_slots, wal_level)")?;
        Ok(())
    }

    /// Removes it, if it is there, which is told.
    pub async fn drop(&self, connection: &mut PgConnection) -> anyhow::Result<bool> {
        let dropped = sqlx::query!(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1",
            self.0
        )
        .execute(connection)
        .await
        .context("the replication slot of the backup cannot be dropped")?;
        Ok(dropped.rows_affected() > 0)
    }

    /// What lies before this position need not be kept any more.
    async fn advance(&self, connection: &mut PgConnection, to: i64) -> Result<(), sqlx::Error> {
        let advanced = sqlx::query_scalar!(
            r#"select moved.end_lsn::text as "lsn!"
               from pg_replication_slots as slots,
                    pg_replication_slot_advance(slots.slot_name, '0/0'::pg_lsn + $2::bigint::numeric) as moved
               where slots.slot_name = $1 and slots.restart_lsn < '0/0'::pg_lsn + $2::bigint::numeric"#,
            self.0,
            to,
        );
        advanced.fetch_optional(connection).await?;
        Ok(())
    }
}

/// Whether there is something to copy: a transaction has ended since the last time, or the newest copy of the files still
/// lacks WAL that it needs. What Postgres writes by itself while nobody does anything, as for a checkpoint, changes nothing.
pub async fn has_more(folder: &BackupFolder, connection: &mut PgConnection) -> anyhow::Result<bool> {
    let newest = folder.bases()?.pop().context("no copy of the files is there")?;
    let is_whole = next_segment(folder, &newest)? > newest.last_segment;
    Ok(!is_whole || folder.seen() != Some(snapshot(connection).await?))
}

/// Which transactions have ended. An end is in the WAL before it can be seen here.
async fn snapshot(connection: &mut PgConnection) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("select pg_current_snapshot()::text").fetch_one(connection).await
}

/// Copies what was written since.
pub async fn copy(folder: &BackupFolder, slot: &Slot, connection: &mut PgConnection) -> anyhow::Result<Added> {
    let timeline = timeline(connection).await?;
    let newest = folder.bases()?.pop().context("no copy of the files is there")?;
    let first = next_segment(folder, &newest)?;
    let (Added { until, seen }, end) = cut(folder, connection).await?;
    for number in first..end {
        let mut segment = Segment { timeline, number, digest: String::new() };
        let name = segment.name(folder.about.segment_bytes);
        let content = read_segment(connection, &name, folder.about.segment_bytes).await?;
        segment.digest = digest(&content);
        keep_private(&folder.path_of(&segment), &content)?;
    }
    folder.keep_until(until)?;
    slot.advance(connection, i64::try_from(end * folder.about.segment_bytes)?).await?;
    Ok(Added { until, seen })
}

/// The first file of the WAL that the folder has not, of those that its newest copy of the files needs.
fn next_segment(folder: &BackupFolder, newest: &Base) -> anyhow::Result<u64> {
    let kept = folder.segments()?;
    let last = kept.iter().rev().find(|segment| segment.timeline == newest.timeline).map(|segment| segment.number + 1);
    Ok(last.unwrap_or(0).max(newest.first_segment))
}

/// Has Postgres begin a new file of the WAL. Every file before the one that is told is finished, and holds all that was
/// committed up to the instant that is told.
async fn cut(folder: &BackupFolder, connection: &mut PgConnection) -> anyhow::Result<(Added, u64)> {
    let until = sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(&mut *connection).await?;
    // A commit after that instant, by which a recovery up to it knows that it has come far enough.
    sqlx::query!(r#"select pg_current_xact_id()::text as "id!""#).fetch_one(&mut *connection).await?;
    let seen = snapshot(connection).await?;
    let switched = sqlx::query_scalar!(r#"select (pg_switch_wal() - '0/0')::bigint as "lsn!""#);
    let switched = u64::try_from(switched.fetch_one(&mut *connection).await? - 1)?;
    let end = switched / folder.about.segment_bytes + 1;
    for _ in 0..ASKS_MAX {
        let flushed = sqlx::query_scalar!(r#"select (pg_current_wal_flush_lsn() - '0/0')::bigint as "lsn!""#);
        if u64::try_from(flushed.fetch_one(&mut *connection).await?)? >= end * folder.about.segment_bytes {
            return Ok((Added { until, seen }, end));
        }
        sleep(ASK_PAUSE).await;
    }
    anyhow::bail!("Postgres does not write its WAL out")
}

async fn timeline(connection: &mut PgConnection) -> anyhow::Result<u32> {
    let timeline = sqlx::query_scalar!(r#"select timeline_id as "id!" from pg_control_checkpoint()"#);
    Ok(u32::try_from(timeline.fetch_one(connection).await?)?)
}

/// All of it but the zeros at its end, of which there are many where it was cut short.
async fn read_segment(connection: &mut PgConnection, name: &str, segment_bytes: u64) -> anyhow::Result<Vec<u8>> {
    let mut content: Vec<u8> = vec![];
    while (content.len() as u64) < segment_bytes {
        let chunk = base::read(connection, &format!("pg_wal/{name}"), i64::try_from(content.len())?).await?;
        let chunk = chunk.filter(|chunk| !chunk.is_empty());
        content.extend(chunk.with_context(|| format!("Postgres has not kept its WAL file {name}; use --base"))?);
    }
    ensure!(content.len() as u64 == segment_bytes, "the WAL file {name} has another length than Postgres says");
    let end = content.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    content.truncate(end);
    Ok(content)
}

/// What stands in the name of a file of the WAL about its content.
pub fn digest(content: &[u8]) -> String {
    blake3::hash(content).to_hex()[..DIGEST_HEX_DIGITS].to_owned()
}

/// Whether it may be one.
pub fn is_digest(text: &str) -> bool {
    text.len() == DIGEST_HEX_DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
