//! Soak: half of the most for an hour, in which memory, lag and connections must not grow.

use std::time::Duration;

use anyhow::{bail, ensure};
use sqlx::{Connection, PgConnection};

use crate::{
    load::{closed, open},
    machine::count,
    measure::{Posting, Service, Stage},
    people::TOKEN_AGE_MAX,
    report::{Bound, Table},
};

/// So many at once find out what is the most.
const MOST_AT_ONCE: usize = 64;
/// Connections that arrivals are spread over.
const CONNECTIONS: usize = 256;
/// So many lines does the table have: the first is still warming up.
const LINES: u32 = 12;
/// So much more than in the second line may there be in the last.
const GROWTH_MAX: f64 = 1.1;
const HOW: &str = "Open load of half as many commands a second as there can be, for the whole time.";
const BOUND: &str =
    "Memory, connections and lag must be flat: the run fails if memory or connections have grown by a tenth.";

/// What a part of it showed at its end.
struct Part {
    memory_mb: f64,
    connections: f64,
    lag: f64,
}

/// Runs for so long, and tells what became of it; fails if anything grew.
pub async fn soak(stage: &Stage, lasts: Duration, tell: impl Fn(&Table)) -> anyhow::Result<()> {
    let mut service = Service::start(stage, "bench_soak").await?;
    let most = closed(Posting::many(&service.product, &service.people, MOST_AT_ONCE).await?, stage.plan.lasts).await?;
    let rate = most.0.rate() / 2.0;
    let mut table = Table::new("soak", HOW, BOUND);
    let mut parts = vec![];
    for nth in 1..=LINES {
        let what = format!("part {nth} of {LINES}");
        load(&mut service, rate, lasts / LINES, &what, &mut table).await?;
        let part = Part::now(&service).await?;
        table.add(&what, "memory MB", part.memory_mb);
        table.add(&what, "connections", part.connections);
        table.add(&what, "lag events", part.lag);
        table.target(&what, "lag events", Bound::AtMost, rate);
        tell(&table);
        parts.push(part);
    }
    service.product.stop().await?;
    let [_, second, .., last] = &parts[..] else { bail!("there are no parts to compare") };
    ensure!(last.lag <= rate, "read models are {:.0} events behind at the end, more than come in a second", last.lag);
    for (name, before, now) in
        [("memory", second.memory_mb, last.memory_mb), ("connections", second.connections, last.connections)]
    {
        let grown = now / before;
        ensure!(grown < GROWTH_MAX, "{name} has grown {grown:.2} times since the second part");
    }
    Ok(())
}

/// Has so many commands a second come for so long.
async fn load(service: &mut Service, rate: f64, lasts: Duration, what: &str, table: &mut Table) -> anyhow::Result<()> {
    let mut left = lasts;
    while !left.is_zero() {
        // Not longer at a time than an access token lasts.
        let piece = left.min(TOKEN_AGE_MAX);
        for person in &mut service.people {
            person.stay_signed_in(&service.product).await?;
        }
        let posting = Posting::many(&service.product, &service.people, CONNECTIONS).await?;
        let (done, _) = open(posting, rate, piece).await?;
        left -= piece;
        table.add(what, "commands/s", done.rate());
        table.add(what, "p50 ms", done.p50());
        table.add(what, "p99 ms", done.p99());
    }
    Ok(())
}

impl Part {
    async fn now(service: &Service) -> anyhow::Result<Self> {
        let mut connection = PgConnection::connect(&service.addresses.postgres).await?;
        let sessions = "select count(*) from pg_stat_activity where datname = current_database()";
        let sessions: i64 = sqlx::query_scalar(sessions).fetch_one(&mut connection).await?;
        connection.close().await?;
        let (memory_mb, lag) = (service.product.resident_mb(), count(service.behind().await?));
        Ok(Self { memory_mb, connections: count(sessions), lag })
    }
}
