//! The measurements, a file each.

mod append;
mod footprint;
mod growth;
mod http_command;
mod queries;
mod replay;
mod seen;

use std::{path::PathBuf, time::Duration};

use anyhow::ensure;
use clap::ValueEnum;
use sqlx::{Connection, PgConnection};
use tokio::time::{Instant, sleep};

pub use self::http_command::Posting;
use crate::{
    baseline,
    machine::Machine,
    people::Person,
    plan::Plan,
    product::{Process, Program},
    report::{Report, Table},
    servers::Addresses,
};

/// Longer than this read models and bus need in no case to come level with the log.
const PATIENCE: Duration = Duration::from_secs(300);
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// What measurements are made with.
#[derive(Clone, Debug)]
pub struct Stage {
    /// How long and how large.
    pub plan: Plan,
    /// The servers.
    pub servers: Addresses,
    /// The product.
    pub program: Program,
    /// This program, which serves the baseline too.
    pub bench: PathBuf,
}

/// A group of measurements that share a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Group {
    /// The store without HTTP.
    Append,
    /// The whole product: commands over HTTP, seen, footprint.
    Service,
    /// A log that grows: replay, queries, growth.
    Growth,
}

/// The product with every role in one process, a baseline beside it, and people.
pub struct Service {
    /// Their servers.
    pub addresses: Addresses,
    /// The product.
    pub product: Process,
    /// The baseline.
    pub baseline: Process,
    /// People who are signed in.
    pub people: Vec<Person>,
}

impl Stage {
    /// Makes these measurements; all, unless any are named. Tells each table as it is done.
    pub async fn measure(&self, only: &[Group], tell: impl Fn(&Table)) -> anyhow::Result<Report> {
        let mut machine = Machine::this(self.servers.version().await?, self.servers.file_system.clone());
        let begun = Instant::now();
        let mut tables = vec![];
        machine.listen();
        for group in Group::value_variants().iter().filter(|group| only.is_empty() || only.contains(group)) {
            let made = match group {
                Group::Append => vec![append::measure(self).await?],
                Group::Service => self.service().await?,
                Group::Growth => growth::measure(self).await?,
            };
            machine.listen();
            made.iter().for_each(&tell);
            tables.extend(made);
        }
        machine.took_s = begun.elapsed().as_secs_f64();
        Ok(Report { machine, tables })
    }

    async fn service(&self) -> anyhow::Result<Vec<Table>> {
        let service = Service::start(self, "bench_service").await?;
        let (commands, most) = http_command::measure(&self.plan, &service).await?;
        let seen = seen::measure(&self.plan, &service, most).await?;
        let footprint = footprint::measure(self, service).await?;
        Ok(vec![commands, seen, footprint])
    }
}

impl Service {
    /// Starts it on a database of its own.
    pub async fn start(stage: &Stage, database: &str) -> anyhow::Result<Self> {
        let addresses = stage.servers.database(database).await?;
        stage.program.run(&addresses, &["migrate"]).await?;
        baseline::prepare(&addresses.postgres).await?;
        let product = stage.program.start(&addresses, "up").await?;
        let people = Person::register_many(&product, stage.plan.people).await?;
        let baseline = Process::baseline(&stage.bench, &addresses).await?;
        Ok(Self { addresses, product, baseline, people })
    }

    /// How many events the read models that are furthest behind have still to take in: one that has not begun, all.
    pub async fn behind(&self) -> anyhow::Result<u64> {
        let homes = momentum::homes();
        let models: Vec<&str> = homes.iter().flat_map(|(_, models)| models).map(|model| model.name()).collect();
        let mut connection = PgConnection::connect(&self.addresses.postgres).await?;
        let behind: i64 = sqlx::query_scalar(
            "with checkpoint as (select * from read.checkpoint union all select * from analytics.checkpoint)
             select max(head - coalesce(position, 0)) from es.heads cross join unnest($1::text[]) as known (model)
             left join checkpoint using (model, shard)",
        )
        .bind(models)
        .fetch_one(&mut connection)
        .await?;
        connection.close().await?;
        Ok(behind.unsigned_abs())
    }

    /// What each shard's part of the bus lacks, as the product tells it; none, unless it tells that of every shard.
    async fn bus_behind(&self) -> anyhow::Result<Option<f64>> {
        let mut connection = PgConnection::connect(&self.addresses.postgres).await?;
        let shards: i64 = sqlx::query_scalar("select count(*) from es.heads").fetch_one(&mut connection).await?;
        connection.close().await?;
        let told = self.product.metric("momentum_bus_relay_lag_events").await?;
        Ok((i64::try_from(told.len())? == shards).then(|| told.iter().sum()))
    }

    /// Waits until read models and bus are level with the log.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let (behind, bus_behind) = (self.behind().await?, self.bus_behind().await?);
            if behind == 0 && bus_behind == Some(0.0) {
                return Ok(());
            }
            let bus = bus_behind.map_or("nobody tells how far".to_owned(), |events| format!("{events} events"));
            ensure!(begun.elapsed() < PATIENCE, "read models are {behind} events behind, the bus: {bus}");
            sleep(LOOK_INTERVAL).await;
        }
    }
}
