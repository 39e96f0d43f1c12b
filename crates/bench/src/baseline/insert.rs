//! Plain inserts: one event a transaction, and as many as go into a statement.

use std::time::Duration;

use domain::Clock;
use runtime::SystemClock;
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;
use uuid::Uuid;

use super::{INSERT, data};
use crate::{
    fill::{Diarist, Generated},
    load::Work,
    machine::count,
};

/// So many events go into one statement; more gains nothing.
const BATCH_EVENTS: usize = 1_000;

/// Inserts one event after the other by a prepared statement, each committed for itself.
pub struct Inserting {
    connection: PgConnection,
    diarist: Diarist,
}

impl Inserting {
    /// On a connection of its own, with events of its own.
    pub async fn connect(database: &str, nth: u64) -> anyhow::Result<Self> {
        let connection = PgConnection::connect(database).await?;
        Ok(Self { connection, diarist: Diarist::new(nth, SystemClock.now()) })
    }
}

impl Work for Inserting {
    async fn once(&mut self) -> anyhow::Result<()> {
        let event = self.diarist.log()?;
        let (stream, version) = event.stream;
        sqlx::query(INSERT)
            .bind(stream)
            .bind(version)
            .bind(event.id)
            .bind(&event.raw.name)
            .bind(event.raw.schema)
            .bind(event.workspace)
            .bind(event.actor)
            .bind(event.command)
            .bind(event.recorded_at)
            .bind(event.recorded_at.date_naive())
            .bind(data(&event))
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }
}

/// The ceiling: events a second, when one connection inserts them by the thousand.
pub async fn ceiling(database: &str, nth: u64, lasts: Duration) -> anyhow::Result<f64> {
    let mut connection = PgConnection::connect(database).await?;
    let mut diarist = Diarist::new(nth, SystemClock.now());
    let mut took = Duration::ZERO;
    let mut events = 0;
    while took < lasts {
        let batch = (0..BATCH_EVENTS).map(|_| diarist.log()).collect::<anyhow::Result<Vec<_>>>()?;
        let begun = Instant::now();
        insert(&mut connection, &batch).await?;
        took += begun.elapsed();
        events += batch.len();
    }
    Ok(count(events) / took.as_secs_f64())
}

async fn insert(connection: &mut PgConnection, batch: &[Generated]) -> sqlx::Result<()> {
    let of = |get: fn(&Generated) -> Uuid| batch.iter().map(get).collect::<Vec<_>>();
    sqlx::query(
        "insert into bench.events (shard, stream_id, version, id, type, schema, workspace, actor, command_id,
                                   recorded_at, local_day, data)
         select 0, * from unnest($1::uuid[], $2::integer[], $3::uuid[], $4::text[], $5::smallint[], $6::uuid[],
                                 $7::uuid[], $8::uuid[], $9::timestamptz[], $10::date[], $11::text[]::json[])",
    )
    .bind(of(|event| event.stream.0))
    .bind(batch.iter().map(|event| event.stream.1).collect::<Vec<_>>())
    .bind(of(|event| event.id))
    .bind(batch.iter().map(|event| event.raw.name.as_str()).collect::<Vec<_>>())
    .bind(batch.iter().map(|event| event.raw.schema).collect::<Vec<_>>())
    .bind(of(|event| event.workspace))
    .bind(of(|event| event.actor))
    .bind(of(|event| event.command))
    .bind(batch.iter().map(|event| event.recorded_at).collect::<Vec<_>>())
    .bind(batch.iter().map(|event| event.recorded_at.date_naive()).collect::<Vec<_>>())
    .bind(batch.iter().map(data).collect::<Vec<_>>())
    .execute(connection)
    .await
    .map(drop)
}
