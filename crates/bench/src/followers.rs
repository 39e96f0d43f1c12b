//! Many who write while transactions stay open all around, and some who follow the log meanwhile: nobody may miss an
//! event, see one twice, or see two in another order than the rest.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, ensure};
use domain::Shard;
use event_store::{Log, PAGE_EVENTS_MAX};
use sqlx::{Connection, PgConnection, postgres::PgPoolOptions};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    load::Work,
    measure::Stage,
    world::{Logging, store, written},
};

/// So many write at once, in all processes together.
const WRITERS: usize = 64;
/// So many read everything, each with pages of another size.
const PAGES: [i64; 8] = [1_000, 777, 100, 2_000, 333, PAGE_EVENTS_MAX, 50, 500];
/// So many transactions with an id of their own stand open at any time.
const HOLDERS: usize = 64;
/// Each for as long as this at most.
const HELD_MAX: Duration = Duration::from_secs(2);
/// Now and then somebody keeps the row that orders commands, for as long as this at most.
const ORDER_HELD_MAX: Duration = Duration::from_millis(50);
const ORDER_PAUSE: Duration = Duration::from_millis(250);
/// Who has read everything there is looks again after this.
const LOOK_PAUSE: Duration = Duration::from_millis(20);
/// So often is told how far it is.
const TOLD_EVERY: Duration = Duration::from_secs(30);

/// What somebody has seen of each shard: how many events, and a hash of all of them in the order they came.
type Seen = BTreeMap<Shard, (i64, blake3::Hash)>;

/// What to do.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Following {
    /// Until the log has so many events
    #[arg(long, default_value_t = 5_000_000)]
    pub events: i64,
    /// So many processes append, as far as the log can tell: each has its own connections, memory and writer
    #[arg(long, default_value_t = 2)]
    pub processes: usize,
}

/// Writes so many events at least, has them followed meanwhile, and fails if anybody saw anything else than the rest.
pub async fn run(stage: &Stage, asked: Following, tell: impl Fn(String)) -> anyhow::Result<()> {
    let Following { events, processes } = asked;
    let addresses = stage.servers.database("bench_followers").await?;
    stage.program.run(&addresses, &["migrate"]).await?;
    let database = &addresses.postgres;
    let (enough, end) = (CancellationToken::new(), CancellationToken::new());
    let mut beside = JoinSet::new();
    beside.spawn(hold_elsewhere(stage.servers.postgres.clone(), end.clone()));
    beside.spawn(hold_order(database.clone(), end.clone()));
    (0..HOLDERS).for_each(|_| drop(beside.spawn(hold(database.clone(), end.clone()))));
    let mut writers = JoinSet::new();
    for _ in 0..processes {
        let store = store(database).await?;
        for _ in 0..WRITERS / processes {
            let logging = Logging::new(&store).await?;
            writers.spawn(write(logging, enough.clone()));
        }
    }
    let pool = PgPoolOptions::new().max_connections(u32::try_from(PAGES.len() * 2)?).connect(database).await?;
    let log = Log::open(pool).await?;
    let mut followers = JoinSet::new();
    PAGES.iter().for_each(|page| drop(followers.spawn(follow(log.clone(), *page, end.clone()))));

    let begun = Instant::now();
    let mut told = begun;
    while written(&log).await? < events {
        if let Some(ended) = writers.try_join_next() {
            ended??;
        }
        if let Some(ended) = beside.try_join_next() {
            ended??;
        }
        if let Some(ended) = followers.try_join_next() {
            ended??;
        }
        if told.elapsed() > TOLD_EVERY {
            told = Instant::now();
            tell(format!("{:>9} events after {} s", written(&log).await?, begun.elapsed().as_secs()));
        }
        sleep(Duration::from_millis(100)).await;
    }
    enough.cancel();
    writers.join_all().await.into_iter().collect::<anyhow::Result<()>>()?;
    let took = begun.elapsed();
    end.cancel();
    let all = followers.join_all().await.into_iter().collect::<anyhow::Result<Vec<Seen>>>()?;
    beside.join_all().await.into_iter().collect::<anyhow::Result<()>>()?;
    // Nobody writes any more: this is what there was to see.
    let there = follow(log.clone(), PAGE_EVENTS_MAX, end).await?;
    for (seen, page) in all.iter().zip(PAGES) {
        ensure!(*seen == there, "one who followed by pages of {page} saw something else: {seen:?}, not {there:?}");
    }
    let count: i64 = there.values().map(|(events, _)| events).sum();
    ensure!(count == written(&log).await?, "{count} events were seen, which is not what the heads say");
    tell(format!(
        "{count} events by {WRITERS} writers in {processes} processes in {} s, with {HOLDERS} transactions open at any \
         time; {} followers saw each of them once, in the same order.",
        took.as_secs(),
        PAGES.len(),
    ));
    Ok(())
}

async fn write(mut logging: Logging, end: CancellationToken) -> anyhow::Result<()> {
    while !end.is_cancelled() {
        logging.once().await?;
    }
    Ok(())
}

/// Reads every shard on and on, and once more after the end.
async fn follow(log: Log, page: i64, end: CancellationToken) -> anyhow::Result<Seen> {
    let mut seen: BTreeMap<Shard, (i64, blake3::Hasher)> =
        log.shards().map(|shard| (shard, (0, blake3::Hasher::new()))).collect();
    loop {
        let (was_over, mut is_level) = (end.is_cancelled(), true);
        for (shard, (after, hasher)) in &mut seen {
            let events = log.read_shard(*shard, *after, page).await?;
            is_level &= events.is_empty();
            for event in events {
                let number = event.position.number;
                ensure!(number == *after + 1, "after {after} of shard {shard} came {number}");
                *after = number;
                hasher.update(event.id.uuid().as_bytes());
            }
        }
        if is_level && was_over {
            return Ok(seen
                .into_iter()
                .map(|(shard, (events, hasher))| (shard, (events, hasher.finalize())))
                .collect());
        }
        if is_level {
            sleep(LOOK_PAUSE).await;
        }
    }
}

/// Transactions that have an id, one after the other, each open for a while.
async fn hold(database: String, end: CancellationToken) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(&database).await?;
    while !end.is_cancelled() {
        let mut transaction = connection.begin().await?;
        sqlx::query("select pg_current_xact_id()").execute(&mut *transaction).await?;
        sleep(up_to(HELD_MAX)).await;
        transaction.rollback().await?;
    }
    Ok(())
}

/// One transaction in another database, for the whole time: it holds back the horizon of the server.
async fn hold_elsewhere(database: String, end: CancellationToken) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(&database).await.context("there is another database")?;
    let mut transaction = connection.begin_with("begin isolation level repeatable read").await?;
    sqlx::query("select pg_current_xact_id()").execute(&mut *transaction).await?;
    end.cancelled().await;
    Ok(transaction.rollback().await?)
}

/// Somebody who keeps taking the very row that orders commands.
async fn hold_order(database: String, end: CancellationToken) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(&database).await?;
    while !end.is_cancelled() {
        let mut transaction = connection.begin().await?;
        let lock = "select from es.shard order by random() limit 1 for update";
        sqlx::query(lock).execute(&mut *transaction).await?;
        sleep(up_to(ORDER_HELD_MAX)).await;
        transaction.rollback().await?;
        sleep(ORDER_PAUSE).await;
    }
    Ok(())
}

fn up_to(most: Duration) -> Duration {
    most.mul_f64(rand::random_range(0.0..1.0))
}
