//! Dashboards that are kept: until something happens in its workspace or its day is over, a dashboard stays as it is, and
//! to know that takes a look at two indexes.

use std::time::Duration;

use analytics::figures;
use axum::body::Bytes;
use chrono::{DateTime, Utc};
use domain::{Shard, WorkspaceId};
use moka::sync::Cache;
use sqlx::PgPool;

/// All of them take so much at most.
const KEPT_BYTES_MAX: u64 = 32 << 20;
/// One is kept so long at most, however often it is asked for: its text is in the clear, which an erasure elsewhere must
/// reach within 60 seconds.
const KEPT_FOR: Duration = Duration::from_secs(30);

/// The read models that a dashboard is made of: the projector's, and that of the analytics worker.
pub(super) const READ: [&str; 2] = ["daily_logs", "goals"];
pub(super) const ANALYTICS: [&str; 1] = [figures::NAME];

/// The last dashboard of each workspace. Cheap to clone.
#[derive(Clone)]
pub struct Dashboards(Cache<WorkspaceId, Kept>);

/// What the rows behind a dashboard follow from. While it stays the same, so do they.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    /// The last event of the workspace, which every read model has taken in.
    event: i64,
    /// The epochs of their checkpoints, summed up: each only rises, and does so when rows are made anew.
    epochs: i64,
}

#[derive(Clone)]
struct Kept {
    version: Version,
    /// It is true from one instant until before another.
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    body: Bytes,
}

impl Default for Dashboards {
    fn default() -> Self {
        let bytes = |_: &WorkspaceId, kept: &Kept| u32::try_from(kept.body.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(KEPT_BYTES_MAX).weigher(bytes).time_to_live(KEPT_FOR).build())
    }
}

impl Dashboards {
    /// The dashboard of a workspace at `now`, where rows have this version.
    pub(super) fn get(&self, workspace: WorkspaceId, version: Version, now: DateTime<Utc>) -> Option<Bytes> {
        let kept = self.0.get(&workspace)?;
        (kept.version == version && (kept.from..kept.until).contains(&now)).then_some(kept.body)
    }

    /// Keeps the dashboard that was made at `from` of rows that had this version before they were read, and is true until
    /// the day is over.
    pub(super) fn put(
        &self,
        workspace: WorkspaceId,
        version: Version,
        (from, until): (DateTime<Utc>, DateTime<Utc>),
        body: Bytes,
    ) {
        self.0.insert(workspace, Kept { version, from, until, body });
    }

    /// Forgets all: somebody was erased, and any may hold their text.
    pub(crate) fn forget(&self) {
        self.0.invalidate_all();
    }
}

impl Version {
    /// Of the rows of a workspace as they are now; none, while they are behind the log.
    pub async fn now(tables: &PgPool, shard: Shard, workspace: WorkspaceId) -> Result<Option<Self>, sqlx::Error> {
        let found = sqlx::query!(
            r#"select coalesce((select position from es.events where workspace = $2
                                order by position desc limit 1), 0) as "event!",
                      count(*) as "models!", coalesce(min(position), 0) as "reached!",
                      coalesce(sum(epoch), 0)::bigint as "epochs!"
               from (select position, epoch from read.checkpoint where shard = $1 and model = any($3)
                     union all
                     select position, epoch from analytics.checkpoint where shard = $1 and model = any($4)) as models"#,
            shard.0,
            workspace.uuid(),
            &READ.map(str::to_owned),
            &ANALYTICS.map(str::to_owned),
        )
        .fetch_one(tables)
        .await?;
        let all = i64::try_from(READ.len() + ANALYTICS.len()).unwrap_or_default();
        let level = found.models == all && found.event <= found.reached;
        Ok(level.then_some(Self { event: found.event, epochs: found.epochs }))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_dashboard_holds_for_its_version_and_its_day_alone() {
        let (dashboards, workspace) = (Dashboards::default(), WorkspaceId::new(Uuid::nil()));
        let (version, from) = (Version { event: 7, epochs: 4 }, "2031-05-21T10:00:00Z".parse().expect("an instant"));
        let until = from + TimeDelta::hours(12);
        dashboards.put(workspace, version, (from, until), Bytes::from_static(b"{}"));
        let kept = |version, now| dashboards.get(workspace, version, now).is_some();
        let moment = TimeDelta::milliseconds(1);
        assert!(kept(version, from) && kept(version, until - moment));
        assert!(!kept(version, until) && !kept(version, from - moment));
        assert!(!kept(Version { event: 8, ..version }, from) && !kept(Version { epochs: 5, ..version }, from));
        assert!(dashboards.get(WorkspaceId::new(Uuid::max()), version, from).is_none());
        dashboards.forget();
        assert!(!kept(version, from));
    }
}
