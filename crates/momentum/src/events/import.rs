//! `momentum events import`: an empty installation filled from an exported log, all of it or nothing.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use domain::{Ids, RawEvent, Recorded, Shard};
use runtime::RandomIds;
use serde_json::value::RawValue;
use sqlx::PgConnection;
use tokio::io::AsyncBufRead;
use uuid::Uuid;

use super::line::{Counts, Header, Line, Reader};
use crate::{migrate, migrate::administration, progress, servers::Servers};

/// So many lines of a kind are written at once.
const BATCH_LINES: usize = 2_000;

/// Reads the file to its end, and commits if it is whole.
pub async fn import(servers: &Servers, from: impl AsyncBufRead + Unpin) -> anyhow::Result<Counts> {
    let mut reader = Reader::new(from);
    let header = reader.header().await?;
    migrate::run(servers).await?;
    let pool = administration(servers, "es").await?;
    let mut transaction = runtime::pool::begin(&pool).await?;
    begin(&mut transaction, &header).await?;
    let mut intake = Intake {
        header: &header,
        shards: BTreeMap::new(),
        events: vec![],
        keys: vec![],
        accounts: vec![],
        erasures: vec![],
    };
    let bar = progress::bar("importing events");
    while let Some(line) = reader.next().await? {
        intake.take(line)?;
        if intake.is_full() {
            intake.write(&mut transaction).await?;
            progress::show(&bar, reader.counts().events, header.events);
        }
    }
    intake.write(&mut transaction).await?;
    end(&mut transaction).await?;
    if let Some(check) = &header.key_check {
        keys_are_those(servers, &mut transaction, check).await?;
    }
    // One that has begun meanwhile would go on with the history from before.
    migrate::refuse_beside_services(&mut transaction).await?;
    transaction.commit().await?;
    bar.finish_and_clear();
    Ok(reader.counts())
}

/// Locks the shards, so that nobody appends meanwhile, and refuses a store that has anything in it already.
async fn begin(connection: &mut PgConnection, header: &Header) -> anyhow::Result<()> {
    // The file may come slowly, by way of a pipe.
    sqlx::query("set local idle_in_transaction_session_timeout = 0").execute(&mut *connection).await?;
    migrate::refuse_beside_services(connection).await?;
    let shards =
        sqlx::query!("select shard from es.shard order by shard for update").fetch_all(&mut *connection).await?;
    let found = sqlx::query!(
        r#"select exists (select from es.events) as "events!", exists (select from vault.keys) as "keys!",
                  exists (select from identity.accounts) as "accounts!""#
    )
    .fetch_one(connection)
    .await?;
    ensure!(!found.events && !found.keys && !found.accounts, "the store is not empty: there is a log in it already");
    ensure!(
        shards.len() == usize::try_from(header.shards).unwrap_or(0),
        "the exported log has {} shards, and this one was installed with {}: set `shards` and begin with a new database",
        header.shards,
        shards.len(),
    );
    Ok(())
}

/// Addresses are found by keyed hashes, and data keys are wrapped: with other keys, neither would ever be of use.
async fn keys_are_those(servers: &Servers, connection: &mut PgConnection, check: &str) -> anyhow::Result<()> {
    let keys = servers.base().keys_there()?;
    sqlx::query!("update es.log set key_check = decode($1, 'hex')", check).execute(&mut *connection).await?;
    event_store::check_keys(connection, &keys.index_key, &keys.keyring).await?;
    Ok(())
}

/// What was read and is not written yet.
struct Intake<'a> {
    header: &'a Header,
    shards: BTreeMap<Shard, (i64, DateTime<Utc>)>,
    events: Vec<Recorded<RawEvent>>,
    keys: Vec<Box<RawValue>>,
    accounts: Vec<Box<RawValue>>,
    erasures: Vec<Box<RawValue>>,
}

impl Intake<'_> {
    fn take(&mut self, line: Line) -> anyhow::Result<()> {
        match line {
            Line::Event(event) => {
                self.follows(&event).with_context(|| format!("the event at {} is not in its place", event.position))?;
                self.events.push(*event);
            }
            Line::Key(key) => self.keys.push(key),
            Line::Account(account) => self.accounts.push(account),
            Line::Erasure(erasure) => self.erasures.push(erasure),
            Line::Header(_) | Line::Trailer(_) => bail!("a second header"),
        }
        Ok(())
    }

    /// Positions are dense, instants never go back, and a workspace has one shard.
    fn follows(&mut self, event: &Recorded<RawEvent>) -> anyhow::Result<()> {
        let (shard, number) = (event.position.shard, event.position.number);
        let (last, recorded_at) = self.shards.entry(shard).or_insert((0, DateTime::UNIX_EPOCH));
        ensure!(Shard::of(event.workspace, self.header.shards) == shard, "its workspace lives in another shard");
        ensure!(number == *last + 1, "the one before it is {last}");
        ensure!(event.recorded_at >= *recorded_at, "it was recorded before the one before it");
        (*last, *recorded_at) = (number, event.recorded_at);
        Ok(())
    }

    fn is_full(&self) -> bool {
        [self.events.len(), self.keys.len(), self.accounts.len(), self.erasures.len()]
            .into_iter()
            .any(|count| count >= BATCH_LINES)
    }

    async fn write(&mut self, connection: &mut PgConnection) -> anyhow::Result<()> {
        write_events(connection, &std::mem::take(&mut self.events)).await?;
        let keys = serde_json::to_string(&std::mem::take(&mut self.keys))?;
        sqlx::query!(
            "insert into vault.masters (version, known_since)
             select distinct master, now() from jsonb_populate_recordset(null::vault.keys, $1::text::jsonb)
             where master is not null on conflict do nothing",
            keys
        )
        .execute(&mut *connection)
        .await?;
        sqlx::query!(
            "insert into vault.keys select * from jsonb_populate_recordset(null::vault.keys, $1::text::jsonb)",
            keys
        )
        .execute(&mut *connection)
        .await?;
        let accounts = serde_json::to_string(&std::mem::take(&mut self.accounts))?;
        sqlx::query!(
            "insert into identity.accounts
             select * from jsonb_populate_recordset(null::identity.accounts, $1::text::jsonb)",
            accounts
        )
        .execute(&mut *connection)
        .await?;
        let erasures = serde_json::to_string(&std::mem::take(&mut self.erasures))?;
        sqlx::query!(
            "insert into identity.erasures
             select * from jsonb_populate_recordset(null::identity.erasures, $1::text::jsonb)",
            erasures
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Checks that no stream has a hole, and names the new history.
async fn end(connection: &mut PgConnection) -> anyhow::Result<()> {
    let hole = sqlx::query_scalar!(
        "select stream_id from es.events group by shard, stream_id
         having min(version) <> 1 or max(version) <> count(*) limit 1"
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(stream) = hole {
        bail!("the versions of stream {stream} have a hole");
    }
    sqlx::query!("update es.log set history = $1", RandomIds.uuid()).execute(connection).await?;
    Ok(())
}

/// As they were, and null where the rule says so.
async fn write_events(connection: &mut PgConnection, events: &[Recorded<RawEvent>]) -> anyhow::Result<()> {
    let of = |get: fn(&Recorded<RawEvent>) -> Uuid| events.iter().map(get).collect::<Vec<_>>();
    let chained = |get: fn(&Recorded<RawEvent>) -> Uuid| {
        let other = |event: &Recorded<RawEvent>| Some(get(event)).filter(|id| *id != event.command.uuid());
        events.iter().map(other).collect::<Vec<_>>()
    };
    let versions = events.iter().map(|event| i32::try_from(event.version)).collect::<Result<Vec<_>, _>>()?;
    sqlx::query!(
        r#"insert into es.events (shard, position, stream_id, version, id, type, schema, workspace, actor, command_id,
                                  undoes, correlation, causation, trace_parent, recorded_at, local_day, data)
           select * from unnest($1::smallint[], $2::bigint[], $3::uuid[], $4::integer[], $5::uuid[], $6::text[],
                                $7::smallint[], $8::uuid[], $9::uuid[], $10::uuid[], $11::uuid[], $12::uuid[],
                                $13::uuid[], $14::text[], $15::timestamptz[], $16::date[], $17::text[]::json[])"#,
        &events.iter().map(|event| event.position.shard.0).collect::<Vec<_>>(),
        &events.iter().map(|event| event.position.number).collect::<Vec<_>>(),
        &of(|event| event.stream),
        &versions,
        &of(|event| event.id.uuid()),
        &events.iter().map(|event| event.event.name.clone()).collect::<Vec<_>>(),
        &events.iter().map(|event| event.event.schema).collect::<Vec<_>>(),
        &of(|event| event.workspace.uuid()),
        &of(|event| event.actor.uuid()),
        &of(|event| event.command.uuid()),
        &events.iter().map(|event| event.undoes.map(domain::EventId::uuid)).collect::<Vec<_>>() as &[Option<Uuid>],
        &chained(|event| event.correlation) as &[Option<Uuid>],
        &chained(|event| event.causation) as &[Option<Uuid>],
        &events.iter().map(|event| event.trace_parent.clone()).collect::<Vec<_>>() as &[Option<String>],
        &events.iter().map(|event| event.recorded_at).collect::<Vec<_>>(),
        &events.iter().map(|event| event.local_day).collect::<Vec<_>>(),
        &events.iter().map(|event| event.event.data.as_str()).collect::<Vec<_>>() as &[&str],
    )
    .execute(connection)
    .await
    .context("the events cannot be written")?;
    Ok(())
}
