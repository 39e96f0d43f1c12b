//! `momentum events export`: the log as it stood at one moment, read in pages.

use anyhow::Context;
use domain::{Clock, Shard};
use event_store::{Log, PAGE_EVENTS_MAX};
use futures::TryStreamExt;
use runtime::{SystemClock, pool};
use serde_json::value::RawValue;
use sqlx::{PgConnection, types::Json};
use tokio::io::AsyncWrite;

use super::line::{Counts, FORMAT, Header, Line, Writer};
use crate::{migrate::administration, progress, servers::Servers};

/// How far each shard is written.
type Heads = Vec<(Shard, i64)>;

/// Writes everything up to now.
pub async fn export(servers: &Servers, to: &mut (impl AsyncWrite + Unpin), with_vault: bool) -> anyhow::Result<Counts> {
    let pool = administration(servers, "es").await?;
    let log = Log::open(pool.clone()).await?;
    let mut writer = Writer::new(to);
    // One snapshot for the heads and for whom they are about: whoever has credentials in it has events as well.
    let mut snapshot = pool::snapshot(&pool).await?;
    let header = header(&mut snapshot, with_vault).await?;
    let (heads, events) = (heads(&mut snapshot).await?, header.events);
    writer.write(&Line::Header(header)).await?;
    if with_vault {
        vault(&mut snapshot, &mut writer).await?;
    }
    snapshot.rollback().await?;
    let bar = progress::bar("exporting events");
    let mut done = 0;
    for (shard, head) in heads {
        let mut after = 0;
        while after < head {
            let page = log.read_shard(shard, after, (head - after).min(PAGE_EVENTS_MAX)).await?;
            let last = page.last().with_context(|| format!("the event after {shard}-{after} is missing in the log"))?;
            after = last.position.number;
            done += page.len() as u64;
            for event in page {
                writer.write(&Line::Event(Box::new(event))).await?;
            }
            progress::show(&bar, done, events);
        }
    }
    bar.finish_and_clear();
    writer.finish().await
}

/// What stands first, as this transaction sees it.
pub async fn header(connection: &mut PgConnection, with_vault: bool) -> anyhow::Result<Header> {
    let log = sqlx::query!(
        r#"select history, shards, encode(key_check, 'hex') as key_check,
                  (select sum(head)::bigint from es.heads) as "events!"
           from es.log"#
    )
    .fetch_one(connection)
    .await?;
    Ok(Header {
        format: FORMAT,
        history: log.history,
        shards: log.shards,
        events: log.events.unsigned_abs(),
        exported_at: SystemClock.now(),
        key_check: log.key_check.filter(|_| with_vault),
    })
}

async fn heads(connection: &mut PgConnection) -> Result<Heads, sqlx::Error> {
    let rows = sqlx::query!(r#"select shard as "shard!", head as "head!" from es.heads order by shard"#);
    let rows = rows.fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| (Shard(row.shard), row.head)).collect())
}

/// Keys, credentials, and who is being erased, each row with every column it has.
pub async fn vault(connection: &mut PgConnection, writer: &mut Writer<impl AsyncWrite + Unpin>) -> anyhow::Result<()> {
    let mut keys =
        sqlx::query_scalar!(r#"select to_jsonb(keys) as "row!: Json<Box<RawValue>>" from vault.keys order by owner"#)
            .fetch(&mut *connection);
    while let Some(Json(key)) = keys.try_next().await? {
        writer.write(&Line::Key(key)).await?;
    }
    drop(keys);
    let mut accounts = sqlx::query_scalar!(
        r#"select to_jsonb(accounts) as "row!: Json<Box<RawValue>>" from identity.accounts
           where activated_at is not null order by user_id"#
    )
    .fetch(&mut *connection);
    while let Some(Json(account)) = accounts.try_next().await? {
        writer.write(&Line::Account(account)).await?;
    }
    drop(accounts);
    let mut erasures = sqlx::query_scalar!(
        r#"select to_jsonb(erasures) as "row!: Json<Box<RawValue>>" from identity.erasures order by user_id"#
    )
    .fetch(connection);
    while let Some(Json(erasure)) = erasures.try_next().await? {
        writer.write(&Line::Erasure(erasure)).await?;
    }
    Ok(())
}
