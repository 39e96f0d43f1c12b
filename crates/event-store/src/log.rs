//! Reading the log: by stream, by position range, by workspace, and as of an instant.
//!
//! A reader at position p who asks for what is after p can never miss an event: positions are given out under a lock
//! and become visible in their order.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Position, RawEvent, Recorded, Shard, UserId, WorkspaceId};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{StoreError, UnfitDatabase, error::Corruption, row::select_events};

/// A page has at most so many events.
pub const PAGE_EVENTS_MAX: i64 = 5_000;

/// The log, for reading. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Log {
    pool: PgPool,
    history: Uuid,
    shards: i16,
}

/// Some events of a workspace: those after a position, so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The position before.
    pub after: i64,
    /// How many.
    pub events: i64,
}

/// Which events of a workspace to read.
#[derive(Clone, Debug, Default)]
pub struct HistoryFilter {
    /// Only those of these streams.
    pub streams: Option<Vec<Uuid>>,
    /// Only those of this name.
    pub name: Option<String>,
    /// Only those recorded at this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Only those recorded before this instant.
    pub to: Option<DateTime<Utc>>,
    /// Without what others than this person did to themselves.
    pub reader: Option<UserId>,
}

impl Log {
    /// Opens the log of this database, which must be installed.
    pub async fn open(pool: PgPool) -> Result<Self, StoreError> {
        let log = sqlx::query!("select history, shards from es.log").fetch_optional(&pool).await?;
        let log = log.ok_or(UnfitDatabase::NotInstalled)?;
        Ok(Self { pool, history: log.history, shards: log.shards })
    }

    /// Names this history of the log: another one begins with each restore.
    pub const fn history(&self) -> Uuid {
        self.history
    }

    /// All shards, in order.
    pub fn shards(&self) -> impl Iterator<Item = Shard> + use<> {
        (0..self.shards).map(Shard)
    }

    /// The shard that a workspace lives in.
    pub fn shard_of(&self, workspace: WorkspaceId) -> Shard {
        Shard::of(workspace, self.shards)
    }

    /// All events of a stream, in order, sealed.
    pub async fn read_stream(&self, shard: Shard, stream: Uuid) -> Result<Vec<Recorded>, StoreError> {
        let rows = select_events!("shard = $1 and stream_id = $2 order by version", shard.0, stream);
        rows.fetch_all(&self.pool).await?.into_iter().map(understood).collect()
    }

    /// The events of a shard after `after`, in order, at most `limit` of them, as they were written.
    pub async fn read_shard(
        &self,
        shard: Shard,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Recorded<RawEvent>>, StoreError> {
        let limit = limit.clamp(1, PAGE_EVENTS_MAX);
        let rows = select_events!("shard = $1 and position > $2 order by position limit $3", shard.0, after, limit);
        Ok(rows.fetch_all(&self.pool).await?)
    }

    /// The events of a workspace after `after`, in order, at most `limit` of them, sealed.
    pub async fn read_workspace(
        &self,
        workspace: WorkspaceId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Recorded>, StoreError> {
        let events = self.read_workspace_as_written(workspace, None, after, limit).await?;
        events.into_iter().map(understood).collect()
    }

    /// The same, as they were written; where they are for a `reader`, without what others did to themselves.
    pub async fn read_workspace_as_written(
        &self,
        workspace: WorkspaceId,
        reader: Option<UserId>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Recorded<RawEvent>>, StoreError> {
        let rows = select_events!(
            "workspace = $1 and position > $2 and ($3::uuid is null or stream_id <> actor or actor = $3)
             order by position limit $4",
            workspace.uuid(),
            after,
            reader.map(UserId::uuid),
            limit.clamp(1, PAGE_EVENTS_MAX),
        );
        Ok(rows.fetch_all(&self.pool).await?)
    }

    /// The pages of at most so many events that a workspace's events up to `until` come in, so that they can be read side by
    /// side. Events beyond the first `limit` are left out.
    pub async fn pages_of_workspace(
        &self,
        workspace: WorkspaceId,
        until: i64,
        page_events: i64,
        limit: i64,
    ) -> Result<Vec<Page>, StoreError> {
        let ends = sqlx::query!(
            r#"select max(position) as "last!", count(*) as "events!"
               from (select position, row_number() over (order by position) - 1 as place from es.events
                     where workspace = $1 and position <= $2 order by position limit $3) as events
               group by place / $4 order by 1"#,
            workspace.uuid(),
            until,
            limit,
            page_events.clamp(1, PAGE_EVENTS_MAX),
        );
        let ends = ends.fetch_all(&self.pool).await?;
        let begins = std::iter::once(0).chain(ends.iter().map(|end| end.last));
        Ok(begins.zip(&ends).map(|(after, end)| Page { after, events: end.events }).collect())
    }

    /// The newest events of a workspace before `before` that pass the filter, newest first, at most `limit`, as they were
    /// written.
    pub async fn read_history(
        &self,
        workspace: WorkspaceId,
        filter: &HistoryFilter,
        before: i64,
        limit: i64,
    ) -> Result<Vec<Recorded<RawEvent>>, StoreError> {
        let shard = self.shard_of(workspace);
        // By position, of which there is an index: what lies outside of the range is not looked at, however much it is.
        let after = match filter.from {
            Some(from) => self.last_before(shard, from).await?,
            None => 0,
        };
        let before = match filter.to {
            Some(to) => before.min(self.last_before(shard, to).await? + 1),
            None => before,
        };
        let rows = select_events!(
            "workspace = $1 and position > $2 and position < $3
             and ($4::uuid[] is null or stream_id = any($4)) and ($5::text is null or type = $5)
             and ($6::uuid is null or stream_id <> actor or actor = $6)
             order by position desc limit $7",
            workspace.uuid(),
            after,
            before,
            filter.streams.as_deref(),
            filter.name.as_deref(),
            filter.reader.map(UserId::uuid),
            limit.clamp(1, PAGE_EVENTS_MAX),
        );
        Ok(rows.fetch_all(&self.pool).await?)
    }

    /// The number of the last event of a shard that was recorded before an instant; 0, if none was.
    async fn last_before(&self, shard: Shard, instant: DateTime<Utc>) -> Result<i64, StoreError> {
        // Postgres tells no less than a microsecond.
        let Some(earlier) = instant.checked_sub_signed(TimeDelta::microseconds(1)) else { return Ok(0) };
        Ok(self.position_at(shard, earlier).await?.number)
    }

    /// All events of several streams, each in order, sealed.
    pub async fn read_streams(&self, shard: Shard, streams: &[Uuid]) -> Result<Vec<Recorded>, StoreError> {
        self.read_streams_as_written(shard, streams).await?.into_iter().map(understood).collect()
    }

    /// The same, as they were written.
    pub async fn read_streams_as_written(
        &self,
        shard: Shard,
        streams: &[Uuid],
    ) -> Result<Vec<Recorded<RawEvent>>, StoreError> {
        let rows = select_events!("shard = $1 and stream_id = any($2) order by stream_id, version", shard.0, streams,);
        Ok(rows.fetch_all(&self.pool).await?)
    }

    /// How many events several streams have together.
    pub async fn count_of_streams(&self, shard: Shard, streams: &[Uuid]) -> Result<u64, StoreError> {
        let versions = sqlx::query_scalar!(
            r#"select coalesce(sum(latest.version), 0)::bigint as "all!" from unnest($2::uuid[]) as asked (stream_id)
               cross join lateral (select version from es.events
                   where shard = $1 and stream_id = asked.stream_id order by version desc limit 1) as latest"#,
            shard.0,
            streams,
        );
        Ok(versions.fetch_one(&self.pool).await?.unsigned_abs())
    }

    /// The position of the last event of a shard.
    pub async fn head(&self, shard: Shard) -> Result<Position, StoreError> {
        let head = sqlx::query_scalar!(r#"select head as "head!" from es.heads where shard = $1"#, shard.0);
        Ok(Position { shard, number: head.fetch_one(&self.pool).await? })
    }

    /// The position of the last event of a workspace; before the first of its shard, while it has none.
    pub async fn last_of(&self, workspace: WorkspaceId) -> Result<Position, StoreError> {
        let last = sqlx::query_scalar!(
            "select position from es.events where workspace = $1 order by position desc limit 1",
            workspace.uuid(),
        );
        let number = last.fetch_optional(&self.pool).await?.unwrap_or(0);
        Ok(Position { shard: self.shard_of(workspace), number })
    }

    /// When the event at a position was recorded; none, if there is none there.
    pub async fn recorded_at(&self, position: Position) -> Result<Option<DateTime<Utc>>, StoreError> {
        let recorded_at = sqlx::query_scalar!(
            "select recorded_at from es.events where shard = $1 and position = $2",
            position.shard.0,
            position.number,
        );
        Ok(recorded_at.fetch_optional(&self.pool).await?)
    }

    /// Where a shard stood at an instant: the last position recorded at or before it.
    pub async fn position_at(&self, shard: Shard, instant: DateTime<Utc>) -> Result<Position, StoreError> {
        // Instants never go back along a shard, so bisecting the positions needs no index on time.
        let (mut low, mut high) = (0, self.head(shard).await?.number);
        while low < high {
            let middle = low + (high - low + 1) / 2;
            let recorded_at = self.recorded_at(Position { shard, number: middle }).await?;
            if recorded_at.is_some_and(|recorded_at| recorded_at <= instant) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(Position { shard, number: low })
    }
}

/// Reads an event that was written, and says where it stands if it cannot be read.
pub fn understood(raw: Recorded<RawEvent>) -> Result<Recorded, StoreError> {
    let position = raw.position;
    raw.read().map_err(|cause| StoreError::Corrupt(Corruption::Event { position, cause }))
}
