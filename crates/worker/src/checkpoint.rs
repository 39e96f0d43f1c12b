//! How far a read model has come: its checkpoint, and the fence around it.

use domain::{EventId, Position, Shard};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

/// Where a worker's tables live: a schema, and one beside it for rebuilding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The living tables.
    pub living: &'static str,
    /// The tables being rebuilt.
    pub next: &'static str,
}

impl Schema {
    /// The projector's.
    pub const READ: Self = Self { living: "read", next: "read_next" };
    /// The analytics worker's.
    pub const ANALYTICS: Self = Self { living: "analytics", next: "analytics_next" };
}

/// The position that a read model stands at in a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The read model.
    pub model: String,
    /// The shard.
    pub shard: Shard,
    /// The last event taken in.
    pub position: i64,
}

/// Why a checkpoint was not moved. What was done in the same transaction is rolled back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotMoved {
    /// Another process holds the shard now, or a rebuild has moved the checkpoint.
    #[error("the hold on shard {0} is lost")]
    Fenced(Shard),
    /// The batch does not begin right after the checkpoint, or has a hole: an event would be skipped.
    #[error("the event after {0} is missing")]
    Hole(Position),
    /// The bus brought what is not in the log: the log has lost its end, or never had it.
    #[error("the log does not have the event that came as {0}")]
    NotLogged(Position),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// A read model's checkpoint, held: only who knows the epoch can move it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub model: String,
    pub position: i64,
    epoch: i64,
}

/// Makes the checkpoints of `models` in `shard` ours, and whoever held them before unable to move them.
pub(crate) async fn take_over(pool: &PgPool, models: &[String], shard: Shard) -> Result<Vec<Held>, sqlx::Error> {
    sqlx::query_as!(
        Held,
        "insert into checkpoint as held (model, shard, position, epoch)
         select model, $2, 0, 1 from unnest($1::text[]) as model order by model
         on conflict (model, shard) do update set epoch = held.epoch + 1
         returning model, position, epoch",
        models,
        shard.0,
    )
    .fetch_all(pool)
    .await
}

/// A step of a checkpoint that is held.
pub(crate) struct Move<'a> {
    pub held: &'a Held,
    pub shard: Shard,
    pub from: i64,
    pub to: i64,
    /// The event there.
    pub last: Option<EventId>,
}

/// Moves held checkpoints; refuses if any is held no longer, or would come to stand at an event that is not the log's. That
/// one is, is asked for the last: each carries its place in the log's history, and none before it came without it.
pub(crate) async fn advance(connection: &mut PgConnection, moves: Vec<Move<'_>>) -> Result<(), NotMoved> {
    let moved = sqlx::query!(
        r#"update checkpoint set position = held."to"
           from unnest($1::text[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::uuid[])
               as held(model, epoch, shard, "from", "to", last)
           where checkpoint.model = held.model and checkpoint.epoch = held.epoch and checkpoint.shard = held.shard
             and position = held."from"
             and (held.last is null or held.last = (select id from es.events as event
                                                    where event.shard = held.shard and event.position = held."to"))"#,
        &moves.iter().map(|it| it.held.model.clone()).collect::<Vec<_>>(),
        &moves.iter().map(|it| it.held.epoch).collect::<Vec<_>>(),
        &moves.iter().map(|it| it.shard.0).collect::<Vec<_>>(),
        &moves.iter().map(|it| it.from).collect::<Vec<_>>(),
        &moves.iter().map(|it| it.to).collect::<Vec<_>>(),
        &moves.iter().map(|it| it.last.map(EventId::uuid)).collect::<Vec<_>>() as &[Option<Uuid>],
    )
    .execute(&mut *connection)
    .await?;
    match moves.first() {
        Some(first) if moved.rows_affected() != moves.len() as u64 => {
            for Move { shard, to, last, .. } in moves.iter().filter(|it| it.last.is_some()) {
                let logged =
                    sqlx::query_scalar!("select id from es.events where shard = $1 and position = $2", shard.0, to);
                if logged.fetch_optional(&mut *connection).await? != last.map(EventId::uuid) {
                    return Err(NotMoved::NotLogged(Position { shard: *shard, number: *to }));
                }
            }
            Err(NotMoved::Fenced(first.shard))
        }
        _ => Ok(()),
    }
}

impl Checkpoint {
    /// The read model, and where it stands.
    pub(crate) fn told(&self) -> (&str, Position) {
        (&self.model, Position { shard: self.shard, number: self.position })
    }

    /// All checkpoints in the schema that unqualified names are looked up in.
    pub async fn all(executor: impl PgExecutor<'_>) -> Result<Vec<Self>, sqlx::Error> {
        let rows = sqlx::query!("select model, shard, position from checkpoint order by model, shard");
        let rows = rows.fetch_all(executor).await?;
        Ok(rows
            .into_iter()
            .map(|row| Self { model: row.model, shard: Shard(row.shard), position: row.position })
            .collect())
    }
}
