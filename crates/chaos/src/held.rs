//! What the log holds at the end of a run, as it stands in Postgres.

use chrono::NaiveDate;
use sqlx::{PgPool, Row, postgres::PgRow};
use uuid::Uuid;

use crate::history::Place;

/// The actor of what the system does by itself.
pub const SYSTEM: Uuid = domain::user::SYSTEM.uuid();

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldEvent {
    /// Where it stands.
    pub place: Place,
    /// Its stream.
    pub stream: Uuid,
    /// The version it made.
    pub version: u32,
    /// What it is.
    pub name: String,
    /// Whose workspace.
    pub workspace: Uuid,
    /// Who did it.
    pub actor: Uuid,
    /// By which command.
    pub command: Uuid,
    /// The week it closes, if it does.
    pub week: Option<NaiveDate>,
}

/// The kept answer to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldAnswer {
    /// The command.
    pub command: Uuid,
    /// Who asked.
    pub actor: Uuid,
    /// Where the log stood.
    pub place: Place,
    /// What it was about.
    pub stream: Uuid,
    /// The version of that.
    pub version: u32,
    /// Whether it was refused.
    pub refused: bool,
}

/// Everything of the log that a history is held against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The events, in order of shard and position.
    pub events: Vec<HeldEvent>,
    /// The answers.
    pub answers: Vec<HeldAnswer>,
    /// The end of each shard.
    pub heads: Vec<Place>,
}

impl Held {
    /// Reads it.
    pub async fn read(pool: &PgPool) -> anyhow::Result<Self> {
        let events = sqlx::query(
            "select shard, position, stream_id, version, type, workspace, actor, command_id,
                    case when type = 'WeekClosed' then (data ->> 'first')::date end as week
             from es.events order by shard, position",
        );
        let answers = sqlx::query(
            "select commands.id, commands.actor, shard, position, coalesce(commands.stream_id, told.stream_id) as stream_id,
                    coalesce(commands.version, told.version) as version, refusal is not null as refused
             from es.commands left join es.events as told using (shard, position)",
        );
        let heads = sqlx::query("select shard, head as position from es.heads");
        Ok(Self {
            events: events.try_map(|row| event(&row)).fetch_all(pool).await?,
            answers: answers.try_map(|row| answer(&row)).fetch_all(pool).await?,
            heads: heads.try_map(|row| place(&row)).fetch_all(pool).await?,
        })
    }
}

fn event(row: &PgRow) -> sqlx::Result<HeldEvent> {
    Ok(HeldEvent {
        place: place(row)?,
        stream: row.try_get("stream_id")?,
        version: version(row)?,
        name: row.try_get("type")?,
        workspace: row.try_get("workspace")?,
        actor: row.try_get("actor")?,
        command: row.try_get("command_id")?,
        week: row.try_get("week")?,
    })
}

fn answer(row: &PgRow) -> sqlx::Result<HeldAnswer> {
    Ok(HeldAnswer {
        command: row.try_get("id")?,
        actor: row.try_get("actor")?,
        place: place(row)?,
        stream: row.try_get("stream_id")?,
        version: version(row)?,
        refused: row.try_get("refused")?,
    })
}

fn place(row: &PgRow) -> sqlx::Result<Place> {
    Ok(Place { shard: row.try_get("shard")?, number: row.try_get("position")? })
}

fn version(row: &PgRow) -> sqlx::Result<u32> {
    let version: i32 = row.try_get("version")?;
    Ok(u32::try_from(version).unwrap_or_default())
}
