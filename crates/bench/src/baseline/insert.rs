//! Plain inserts: one event a transaction, and as many as go into a statement.

use std::{collections::VecDeque, time::Duration};

use domain::Clock;
use runtime::SystemClock;
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;
use tokio_postgres::{Client, Config, NoTls, Statement, config::Host};
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use super::{INSERT, data};
use crate::{
    fill::{Diarist, Generated},
    load::Work,
    machine::count,
};

/// So many events go into one statement; more gains nothing.
const BATCH_EVENTS: usize = 1_000;

/// Inserts one event after the other by a prepared statement, each committed for itself, with the quickest client there is.
pub struct Inserting {
    client: Client,
    insert: Statement,
    diarist: Diarist,
    made: VecDeque<Generated>,
    _connection: AbortOnDropHandle<Result<(), tokio_postgres::Error>>,
}

impl Inserting {
    /// On a connection of its own, with events of its own, of which so many are made beforehand.
    pub async fn connect(database: &str, nth: u64, events: usize) -> anyhow::Result<Self> {
        let (client, connection) = nearest(database)?.connect(NoTls).await?;
        let connection = AbortOnDropHandle::new(tokio::spawn(connection));
        let insert = client.prepare(INSERT).await?;
        let mut diarist = Diarist::new(nth, SystemClock.now());
        let made = (0..events).map(|_| diarist.log()).collect::<anyhow::Result<_>>()?;
        Ok(Self { client, insert, diarist, made, _connection: connection })
    }
}

impl Work for Inserting {
    async fn once(&mut self) -> anyhow::Result<()> {
        let event = self.made.pop_front().map_or_else(|| self.diarist.log(), Ok)?;
        let (stream, version) = &event.stream;
        let day = event.recorded_at.date_naive();
        self.client
            .execute(
                &self.insert,
                &[
                    stream,
                    version,
                    &event.id,
                    &event.raw.name,
                    &event.raw.schema,
                    &event.workspace,
                    &event.actor,
                    &event.command,
                    &event.recorded_at,
                    &day,
                    &data(&event),
                ],
            )
            .await?;
        Ok(())
    }
}

/// By the socket, where the address names one, as the product goes: this client would try the host before it.
fn nearest(database: &str) -> anyhow::Result<Config> {
    // What only sqlx knows is left out.
    let (place, parameters) = database.split_once('?').unwrap_or((database, ""));
    let known: Vec<&str> = parameters.split('&').filter(|it| !it.starts_with("statement-cache-capacity=")).collect();
    let named: Config = format!("{place}?{}", known.join("&")).parse()?;
    let socket = named.get_hosts().iter().find_map(|host| match host {
        Host::Unix(folder) => Some(folder),
        Host::Tcp(_) => None,
    });
    let rest = (named.get_ports(), named.get_user(), named.get_password(), named.get_dbname());
    let (Some(folder), ([port, ..], Some(user), Some(password), Some(name))) = (socket, rest) else { return Ok(named) };
    let mut near = Config::new();
    near.host_path(folder).port(*port).user(user).password(password).dbname(name);
    Ok(near)
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
