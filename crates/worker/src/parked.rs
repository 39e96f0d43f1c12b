//! Streams that a read model leaves aside, because it cannot apply one of their events.

use std::collections::HashSet;

use domain::{Position, Recorded, Shard, WorkspaceId};
use metrics::counter;
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::CannotApply;

/// The version of the program, which is what may know better than the one that parked something.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// So much of a cause is kept.
const CAUSE_CHARS_MAX: usize = 1_000;

/// A stream with an event that a read model cannot apply: that event and all later ones are left aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// The stream.
    pub stream: Uuid,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The event.
    pub position: Position,
    /// Why it cannot be applied.
    pub cause: CannotApply,
}

impl Parked {
    /// The stream of this event, left aside from it on.
    pub fn at<E>(event: &Recorded<E>, cause: CannotApply) -> Self {
        Self { stream: event.stream, workspace: event.workspace, position: event.position, cause }
    }

    /// All that is parked in the schema that unqualified names are looked up in, each with its read model.
    pub async fn all(executor: impl PgExecutor<'_>) -> Result<Vec<(String, Self)>, sqlx::Error> {
        let rows = sqlx::query!(
            "select model, shard, stream_id, workspace, position, reason from parked order by model, shard, position"
        );
        let rows = rows.fetch_all(executor).await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let position = Position { shard: Shard(row.shard), number: row.position };
                let (workspace, cause) = (row.workspace.into(), CannotApply(row.reason));
                (row.model, Self { stream: row.stream_id, workspace, position, cause })
            })
            .collect())
    }

    /// The streams that a read model left aside before.
    pub(crate) async fn streams(pool: &PgPool, model: &str, shard: Shard) -> Result<HashSet<Uuid>, sqlx::Error> {
        let streams =
            sqlx::query_scalar!("select stream_id from parked where model = $1 and shard = $2", model, shard.0);
        Ok(streams.fetch_all(pool).await?.into_iter().collect())
    }

    /// The workspaces of streams that a read model left aside by another version of the program.
    pub(crate) async fn by_other_versions(
        pool: &PgPool,
        model: &str,
        shard: Shard,
    ) -> Result<Vec<WorkspaceId>, sqlx::Error> {
        let workspaces = sqlx::query_scalar!(
            "select distinct workspace from parked where model = $1 and shard = $2 and version <> $3",
            model,
            shard.0,
            VERSION,
        );
        Ok(workspaces.fetch_all(pool).await?.into_iter().map(Into::into).collect())
    }

    /// Writes down what a read model leaves aside from now on.
    pub(crate) async fn write(connection: &mut PgConnection, model: &str, parked: &[Self]) -> Result<(), sqlx::Error> {
        if parked.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "insert into parked (model, version, shard, stream_id, workspace, position, reason)
             select $1, $2, parked.*
             from unnest($3::smallint[], $4::uuid[], $5::uuid[], $6::bigint[], $7::text[]) as parked",
            model,
            VERSION,
            &parked.iter().map(|it| it.position.shard.0).collect::<Vec<_>>(),
            &parked.iter().map(|it| it.stream).collect::<Vec<_>>(),
            &parked.iter().map(|it| it.workspace.uuid()).collect::<Vec<_>>(),
            &parked.iter().map(|it| it.position.number).collect::<Vec<_>>(),
            &parked.iter().map(Self::reason).collect::<Vec<_>>(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// The stream, told from one of the same id in another shard.
    pub(crate) const fn place(&self) -> (Shard, Uuid) {
        (self.position.shard, self.stream)
    }

    /// Makes it seen, once it is committed.
    pub(crate) fn tell(&self, model: &'static str) {
        let Self { stream, position, cause, .. } = self;
        counter!("momentum_parked_total", "model" => model).increment(1);
        tracing::error!(model, %position, %stream, %cause, "stream parked");
    }

    /// The cause as Postgres takes it: it may quote the event, and NUL is no text there.
    fn reason(&self) -> String {
        self.cause.0.chars().filter(|char| *char != '\0').take(CAUSE_CHARS_MAX).collect()
    }
}
