//! A rebuild of a long log, under load, killed again and again: it comes to its end, and makes the same rows.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::ensure;
use domain::Ids;
use runtime::RandomIds;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::NamedTempFile;
use tokio::time::{Instant, sleep, timeout};

use crate::{
    fill::fill,
    load::{Sample, Work, open},
    measure::{Posting, Service, Stage},
    people::Person,
    product::Process,
    servers::Addresses,
};

/// What to do.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Killing {
    /// Of a log of so many events
    #[arg(long, default_value_t = 10_000_000)]
    pub events: u64,
    /// Seconds after which a rebuild is killed
    #[arg(long, default_value_t = 5)]
    pub every: u64,
    /// Commands a second meanwhile
    #[arg(long, default_value_t = 300.0)]
    pub rate: f64,
}

/// Connections that the load is spread over.
const CONNECTIONS: usize = 64;
/// So long does the load go on at a time.
const LOAD_PIECE: Duration = Duration::from_secs(10);
/// What it says while the lock of one that was killed is not free yet.
const BUSY: &str = "another rebuild";
/// It is, a moment later.
const BUSY_PAUSE: Duration = Duration::from_millis(200);
/// After which a command is repeated.
const REPEAT_PAUSE: Duration = Duration::from_millis(200);
/// Between two reads of a table that is made anew.
const READ_PAUSE: Duration = Duration::from_millis(2);
/// So many times what it takes undisturbed may it take.
const TIMES_MAX: u32 = 20;

/// Rebuilds once undisturbed, and once killed on and on; fails if that does not end, or ends with other rows.
pub async fn run(stage: &Stage, asked: Killing, tell: impl Fn(String)) -> anyhow::Result<()> {
    let mut service = Service::start(stage, "bench_rebuild").await?;
    service.product.stop().await?;
    fill(&service.addresses.postgres, asked.events).await?;
    let begun = Instant::now();
    stage.program.run(&service.addresses, &["rebuild"]).await?;
    let undisturbed = begun.elapsed();
    tell(format!("{} events: rebuilt in {} s where nothing disturbs it", asked.events, undisturbed.as_secs()));
    service.product = stage.program.start(&service.addresses, "up").await?;
    let waits = Waits::default();
    let Service { addresses, product, people, .. } = &mut service;
    let mut readers = [Reader::of(addresses, "read.goals").await?, Reader::of(addresses, "analytics.streaks").await?];
    let [goals, streaks] = &mut readers;
    let begun = Instant::now();
    let Killed { kills, last_began } = tokio::select! {
        killed = rebuild_killed(stage, addresses, Duration::from_secs(asked.every), undisturbed * TIMES_MAX) => killed?,
        loaded = load(product, people, asked.rate, &waits) => match loaded? {},
        read = goals.read_on() => match read? {},
        read = streaks.read_on() => match read? {},
    };
    let took = begun.elapsed().as_secs();
    tell(format!(
        "killed {kills} times, every {} s, at {} commands a second: rebuilt after {took} s",
        asked.every, asked.rate
    ));
    tell(waits.told());
    readers.into_iter().for_each(|reader| tell(reader.told(last_began)));
    service.settle().await?;
    stage.program.run(&service.addresses, &["verify"]).await?;
    tell("every read model is as one made anew".to_owned());
    service.product.stop().await
}

/// What it took until it came to its end.
struct Killed {
    kills: u32,
    /// When the one began that was not killed, and moved the tables in.
    last_began: Instant,
}

async fn rebuild_killed(
    stage: &Stage,
    addresses: &Addresses,
    every: Duration,
    bound: Duration,
) -> anyhow::Result<Killed> {
    let (begun, mut kills) = (Instant::now(), 0);
    loop {
        ensure!(begun.elapsed() < bound, "killed {kills} times, it has not ended after {} s", bound.as_secs());
        let (last_began, said) = (Instant::now(), NamedTempFile::new()?);
        let mut rebuild = stage.program.spawn(addresses, &["rebuild"], said.reopen()?)?;
        let Ok(ended) = timeout(every, rebuild.wait()).await else {
            rebuild.kill().await?;
            kills += 1;
            continue;
        };
        if ended?.success() {
            ensure!(kills > 0, "it ended before it was killed once: take more events, or kill more often");
            return Ok(Killed { kills, last_began });
        }
        let said = std::fs::read_to_string(said.path())?;
        ensure!(said.contains(BUSY), "killed {kills} times, it failed: {said}");
        sleep(BUSY_PAUSE).await;
    }
}

/// How long commands took since they were due, those that had to be repeated included, and how often that was.
#[derive(Clone, Default)]
struct Waits(Arc<Mutex<(Vec<Duration>, u32)>>);

/// Somebody who logs a day, and repeats that until it is done.
struct Patient {
    posting: Posting,
    waits: Waits,
}

impl Work for Patient {
    async fn once(&mut self) -> anyhow::Result<()> {
        let key = RandomIds.uuid();
        while self.posting.post(key).await?.is_err() {
            self.waits.lock().1 += 1;
            sleep(REPEAT_PAUSE).await;
        }
        Ok(())
    }

    fn took(&mut self, since_due: Duration) {
        self.waits.lock().0.push(since_due);
    }
}

impl Waits {
    fn lock(&self) -> MutexGuard<'_, (Vec<Duration>, u32)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn told(&self) -> String {
        let (waits, repeated) = std::mem::take(&mut *self.lock());
        let sample = Sample::new(waits, Duration::ZERO);
        format!("{} commands meanwhile {}; {repeated} times one was told to come back", sample.count(), took(&sample))
    }
}

/// Somebody who reads a table that is moved out, and another in its place.
struct Reader {
    table: &'static str,
    connection: PgConnection,
    /// When each read began, and how long it took.
    waits: Vec<(Instant, Duration)>,
}

impl Reader {
    async fn of(addresses: &Addresses, table: &'static str) -> anyhow::Result<Self> {
        Ok(Self { table, connection: PgConnection::connect(&addresses.postgres).await?, waits: vec![] })
    }

    /// Reads on and on.
    async fn read_on(&mut self) -> anyhow::Result<Infallible> {
        // Planned each time, as nobody has a plan who comes anew.
        let read = format!("select from {} limit 1", self.table);
        loop {
            let begun = Instant::now();
            sqlx::query(AssertSqlSafe(read.clone())).persistent(false).execute(&mut self.connection).await?;
            self.waits.push((begun, begun.elapsed()));
            sleep(READ_PAUSE).await;
        }
    }

    fn told(self, moved_in_since: Instant) -> String {
        let lately = self.waits.iter().filter(|(begun, took)| *begun + *took > moved_in_since).map(|(_, took)| *took);
        let lately = lately.max().unwrap_or_default().as_millis();
        let sample = Sample::new(self.waits.into_iter().map(|(_, took)| took).collect(), Duration::ZERO);
        format!(
            "{} reads of {} meanwhile {}; since the rebuild began that moved in another table, {lately} ms at most",
            sample.count(),
            self.table,
            took(&sample)
        )
    }
}

fn took(sample: &Sample) -> String {
    let (p50, p99, longest) = (sample.p50(), sample.p99(), sample.per_mille(1_000));
    format!("took {p50:.1} ms (p50), {p99:.1} ms (p99), {longest:.0} ms at most")
}

/// Logs days on and on.
async fn load(product: &Process, people: &mut [Person], rate: f64, waits: &Waits) -> anyhow::Result<Infallible> {
    loop {
        for person in &mut *people {
            person.stay_signed_in(product).await?;
        }
        let posting = Posting::many(product, people, CONNECTIONS).await?;
        let patient = posting.into_iter().map(|posting| Patient { posting, waits: waits.clone() });
        open(patient.collect(), rate, LOAD_PIECE).await?;
    }
}
