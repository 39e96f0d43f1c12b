//! Soak: half of the most for an hour, in which memory, lag and connections must not grow.

use std::time::Duration;

use anyhow::ensure;
use sqlx::{Connection, PgConnection};

use crate::{
    load::{closed, open},
    measure::{Posting, Service, Stage},
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

/// Runs for so long, and tells what became of it; fails if anything grew.
pub async fn soak(stage: &Stage, lasts: Duration, tell: impl Fn(&Table)) -> anyhow::Result<()> {
    let mut service = Service::start(stage, "bench_soak").await?;
    let most = closed(Posting::many(&service.product, &service.people, MOST_AT_ONCE).await?, stage.plan.lasts).await?;
    let rate = most.0.rate() / 2.0;
    let mut table = Table::new("soak", HOW, BOUND);
    let mut connection = PgConnection::connect(&service.addresses.postgres).await?;
    let mut memory = vec![];
    let mut connections = vec![];
    let mut lag = 0.0;
    for nth in 1..=LINES {
        let mut left = lasts / LINES;
        while !left.is_zero() {
            // Not longer at a time than an access token lasts.
            let piece = left.min(crate::people::TOKEN_AGE_MAX);
            for person in &mut service.people {
                person.stay_signed_in(&service.product).await?;
            }
            let (done, _) =
                open(Posting::many(&service.product, &service.people, CONNECTIONS).await?, rate, piece).await?;
            left -= piece;
            let what = format!("part {nth} of {LINES}");
            table.add(&what, "commands/s", done.rate());
            table.add(&what, "p50 ms", done.p50());
            table.add(&what, "p99 ms", done.p99());
        }
        let what = format!("part {nth} of {LINES}");
        let sessions: i64 =
            sqlx::query_scalar("select count(*) from pg_stat_activity where datname = current_database()")
                .fetch_one(&mut connection)
                .await?;
        memory.push(service.product.resident_mb());
        connections.push(crate::machine::count(sessions));
        table.add(&what, "memory MB", service.product.resident_mb());
        table.add(&what, "connections", crate::machine::count(sessions));
        lag = crate::machine::count(service.behind().await?);
        table.add(&what, "lag events", lag);
        table.target(&what, "lag events", Bound::AtMost, rate);
        tell(&table);
    }
    service.product.stop().await?;
    ensure!(lag <= rate, "read models are {lag:.0} events behind at the end, more than come in a second");
    for (name, values) in [("memory", &memory), ("connections", &connections)] {
        let grown = values[values.len() - 1] / values[1];
        ensure!(grown < GROWTH_MAX, "{name} has grown {grown:.2} times since the second part");
    }
    Ok(())
}
