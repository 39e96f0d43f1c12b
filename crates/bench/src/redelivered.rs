//! A bus that brings messages twice, late and in another order: nothing takes effect twice, and nothing is missed.

use std::time::Duration;

use anyhow::{Context, ensure};
use chaos::cluster::{Flow, Language, Mixed, Proxy};
use event_store::Store;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    load::Work,
    measure::{Service, Stage},
    plan::Plan,
    servers::Addresses,
    world::{Logging, store, written},
};

/// So many write at once.
const WRITERS: usize = 64;
/// They wait while read models are further behind than this, so that those follow by the bus and not by the log.
const BEHIND_MAX: u64 = 20_000;
/// So often is looked how far everything is.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// What is due comes within so long at most.
const LATER_MAX: Duration = Duration::from_secs(60);
/// How messages are mixed follows from this.
const SEED: u64 = 1;
/// So often is that told.
const TOLD_EVERY: Duration = Duration::from_secs(30);

/// What to do.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Redelivering {
    /// Until so many messages with events came this way
    #[arg(long, default_value_t = 1_000_000)]
    pub messages: u64,
    /// One of fifty comes so many seconds late
    #[arg(long, default_value_t = 300)]
    pub aged_after: u64,
}

/// Writes until so many messages came in disorder, and fails if any read model is not as one made anew from the log.
pub async fn run(stage: &Stage, asked: Redelivering, tell: impl Fn(String)) -> anyhow::Result<()> {
    let nats = stage.servers.nats.strip_prefix("nats://").context("the nats-server has an address")?;
    let way = Proxy::open(nats.parse()?, Language::Nats { seed: SEED }).await?;
    let by_way = Stage {
        plan: Plan { people: 0, ..stage.plan.clone() },
        servers: Addresses { nats: format!("nats://{}", way.address), ..stage.servers.clone() },
        ..stage.clone()
    };
    let service = Service::start(&by_way, "bench_redelivered").await?;
    let store = store(&service.addresses.postgres).await?;
    let aged_after = Duration::from_secs(asked.aged_after);
    way.set(Flow::Open, Flow::Redelivered(aged_after));
    let begun = Instant::now();
    let so_far = |events: i64| {
        let (messages, took) = (way.mixed().messages, begun.elapsed().as_secs());
        format!("{messages:>9} messages, {events:>9} events after {took} s")
    };
    write(&store, &service, || way.mixed().messages >= asked.messages, |events| tell(so_far(events))).await?;
    tell(so_far(written(store.log()).await?));
    // What is kept back comes now, and then what comes long after.
    way.set(Flow::Open, Flow::Open);
    let Mixed { messages, twice, reordered, aged, .. } = all_came(&way, aged_after + LATER_MAX).await?;
    service.settle().await?;
    stage.program.run(&service.addresses, &["verify"]).await?;
    tell(format!(
        "Of {messages} messages, {twice} came twice, {reordered} after a later one, and {aged} not for {} s; every read \
         model is as one made anew.",
        aged_after.as_secs()
    ));
    service.product.stop().await
}

/// Waits until nothing is kept back any more; fails if nothing ever was.
async fn all_came(way: &Proxy, within: Duration) -> anyhow::Result<Mixed> {
    let give_up = Instant::now() + within;
    loop {
        let mixed = way.mixed();
        if mixed.aging == 0 {
            let is_all = [mixed.twice, mixed.reordered, mixed.aged].iter().all(|count| *count > 0);
            ensure!(is_all, "too few messages for all that may become of them: {mixed:?}");
            return Ok(mixed);
        }
        ensure!(Instant::now() < give_up, "{} messages never came: their connection was lost", mixed.aging);
        sleep(LOOK_INTERVAL).await;
    }
}

/// Has many write until it is enough.
async fn write(
    store: &Store,
    service: &Service,
    is_enough: impl Fn() -> bool,
    tell: impl Fn(i64),
) -> anyhow::Result<()> {
    let (gate, is_open) = watch::channel(true);
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (mut logging, mut is_open) = (Logging::new(store).await?, is_open.clone());
        writers.spawn(async move {
            while is_open.wait_for(|is_open| *is_open).await.is_ok() {
                logging.once().await?;
            }
            anyhow::Ok(())
        });
    }
    let mut told = Instant::now();
    while !is_enough() {
        gate.send_replace(service.behind().await? < BEHIND_MAX);
        if let Some(ended) = writers.try_join_next() {
            ended??;
        }
        if told.elapsed() > TOLD_EVERY {
            told = Instant::now();
            tell(written(store.log()).await?);
        }
        sleep(LOOK_INTERVAL).await;
    }
    // Closed, and nobody there any more to open it.
    gate.send_replace(false);
    drop(gate);
    writers.join_all().await.into_iter().collect()
}
