//! Replay: reading the log, and making every read model again, against copying the same rows out.

use domain::Shard;
use event_store::{Log, PAGE_EVENTS_MAX};
use futures::{StreamExt, TryStreamExt, stream};
use sqlx::{Connection, PgConnection, PgPool};
use tokio::time::Instant;

use super::Stage;
use crate::{
    machine::count,
    report::{Bound, Table},
    servers::Addresses,
};

/// As many as a rebuild reads side by side.
const SHARDS_AT_ONCE: usize = 2;
const HOW: &str = "All events of the log: read by pages through `Log::read_shard`, two shards side by side; read and \
    understood, as a worker does; and `momentum rebuild`, which makes every read model and all figures again beside the \
    living ones and moves them in. Against `copy (select …) to stdout` of the same rows on one connection.";
const BOUND: &str = "Reading, by the processors, which decode rows as fast as Postgres hands them out. Rebuilding, by what \
    Postgres takes for the rows of the read models and their indexes, on both processors.";

pub(super) fn table() -> Table {
    Table::new("replay", HOW, BOUND)
}

/// Adds the figures of the log of this database.
pub(super) async fn measure(stage: &Stage, addresses: &Addresses, table: &mut Table) -> anyhow::Result<()> {
    let pool = PgPool::connect(&addresses.postgres).await?;
    let log = Log::open(pool).await?;
    let (mut what, mut rebuilt) = (String::new(), vec![]);
    for round in 0..stage.plan.rounds {
        let (events, copied) = copy(&addresses.postgres).await?;
        let read = read(&log, false).await?;
        let understood = self::read(&log, true).await?;
        what = format!("{} events", thousands(events));
        table.add(&what, "copied/s", copied);
        table.add(&what, "read/s", read);
        table.add(&what, "understood/s", understood);
        // Long enough that two show how much it varies.
        if round < 2 {
            let begun = Instant::now();
            stage.program.run(addresses, &["rebuild"]).await?;
            let rate = events / begun.elapsed().as_secs_f64();
            table.add(&what, "rebuilt/s", rate);
            table.add(&what, "rebuild s", begun.elapsed().as_secs_f64());
            table.add(&what, "rebuilt / read", rate / read);
            rebuilt.push(rate);
        }
    }
    table.target(&what, "read/s", Bound::AtLeast, 500_000.0);
    table.target(&what, "rebuilt/s", Bound::AtLeast, 150_000.0);
    table.target(&what, "rebuilt / read", Bound::AtLeast, 0.2);
    Ok(())
}

/// How many events there are, and how many a second Postgres copies out.
async fn copy(database: &str) -> anyhow::Result<(f64, f64)> {
    let mut connection = PgConnection::connect(database).await?;
    let begun = Instant::now();
    let select = "copy (select * from es.events order by shard, position) to stdout";
    let mut rows = connection.copy_out_raw(select).await?;
    let mut events = 0;
    // A row is a message.
    while rows.try_next().await?.is_some() {
        events += 1_usize;
    }
    Ok((count(events), count(events) / begun.elapsed().as_secs_f64()))
}

/// Events a second, read shard by shard, two of them side by side.
async fn read(log: &Log, understand: bool) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let reading = log.shards().map(|shard| tokio::spawn(read_shard(log.clone(), shard, understand)));
    let read: Vec<_> = stream::iter(reading).buffer_unordered(SHARDS_AT_ONCE).try_collect().await?;
    let events = read.into_iter().sum::<anyhow::Result<usize>>()?;
    Ok(count(events) / begun.elapsed().as_secs_f64())
}

/// How many events a shard has.
async fn read_shard(log: Log, shard: Shard, understand: bool) -> anyhow::Result<usize> {
    let (mut after, mut events) = (0, 0);
    loop {
        let page = log.read_shard(shard, after, PAGE_EVENTS_MAX).await?;
        let Some(last) = page.last() else { return Ok(events) };
        after = last.position.number;
        events += page.len();
        if understand {
            for event in page {
                std::hint::black_box(event.read()?);
            }
        }
    }
}

/// So many events, as they are told.
pub(super) fn thousands(events: f64) -> String {
    match events {
        1e6.. => format!("{:.1} million", events / 1e6),
        1e3.. => format!("{:.0} thousand", events / 1e3),
        _ => format!("{events:.0}"),
    }
}
