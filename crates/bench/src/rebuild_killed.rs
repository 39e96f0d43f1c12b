//! A rebuild of a long log, under load, killed again and again: it comes to its end, and makes the same rows.

use std::{convert::Infallible, time::Duration};

use anyhow::ensure;
use tempfile::NamedTempFile;
use tokio::time::{Instant, sleep, timeout};

use crate::{
    fill::fill,
    load::open,
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
    let Service { addresses, product, people, .. } = &mut service;
    let begun = Instant::now();
    let kills = tokio::select! {
        killed = rebuild_killed(stage, addresses, Duration::from_secs(asked.every), undisturbed * TIMES_MAX) => killed?,
        loaded = load(product, people, asked.rate) => match loaded? {},
    };
    let took = begun.elapsed().as_secs();
    tell(format!(
        "killed {kills} times, every {} s, at {} commands a second: rebuilt after {took} s",
        asked.every, asked.rate
    ));
    service.settle().await?;
    stage.program.run(&service.addresses, &["verify"]).await?;
    tell("every read model is as one made anew".to_owned());
    service.product.stop().await
}

/// How often it was killed until it came to its end.
async fn rebuild_killed(stage: &Stage, addresses: &Addresses, every: Duration, bound: Duration) -> anyhow::Result<u32> {
    let (begun, mut kills) = (Instant::now(), 0);
    loop {
        ensure!(begun.elapsed() < bound, "killed {kills} times, it has not ended after {} s", bound.as_secs());
        let said = NamedTempFile::new()?;
        let mut rebuild = stage.program.spawn(addresses, &["rebuild"], said.reopen()?)?;
        let Ok(ended) = timeout(every, rebuild.wait()).await else {
            rebuild.kill().await?;
            kills += 1;
            continue;
        };
        if ended?.success() {
            return Ok(kills);
        }
        let said = std::fs::read_to_string(said.path())?;
        ensure!(said.contains(BUSY), "killed {kills} times, it failed: {said}");
        sleep(BUSY_PAUSE).await;
    }
}

/// Logs days on and on.
async fn load(product: &Process, people: &mut [Person], rate: f64) -> anyhow::Result<Infallible> {
    loop {
        for person in &mut *people {
            person.stay_signed_in(product).await?;
        }
        let posting = Posting::many(product, people, CONNECTIONS).await?;
        open(posting, rate, LOAD_PIECE).await?;
    }
}
