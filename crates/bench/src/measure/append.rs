//! Append: commands through the real store, against plain inserts.

use super::Stage;
use crate::{
    baseline::{self, Inserting, ceiling},
    load::closed,
    report::{Bound, Table},
    world::{Logging, store},
};

/// One session a plain insert, as many as the server is set up for beside the product's.
const INSERTING_MAX: usize = 64;
const HOW: &str = "`Store::execute` of `LogDay` (two streams and the workspace loaded, decided, checked, sealed, the \
    answer kept) by so many callers at once, against one prepared insert of the same event a transaction \
    (tokio-postgres, a session each, at most 64) into a table of the same shape.";
const BOUND: &str = "One at a time, by a round trip, the statement that looks before it writes, and a commit to disk; with \
    many, by what Postgres takes to insert the rows and their four index entries, which the ceiling shows without the rest.";
/// So many events are made before the time of plain inserts begins, for each second of it: more than go in.
const INSERTS_A_SECOND: u128 = 30_000;

pub(super) async fn measure(stage: &Stage) -> anyhow::Result<Table> {
    let plan = &stage.plan;
    let addresses = stage.servers.database("bench_append").await?;
    stage.program.run(&addresses, &["migrate"]).await?;
    baseline::prepare(&addresses.postgres).await?;
    let store = store(&addresses.postgres).await?;
    let mut table = Table::new("append", HOW, BOUND);
    let mut people = vec![];
    for _ in 0..plan.at_once.iter().copied().max().unwrap_or_default() {
        people.push(Logging::new(&store).await?);
    }
    let mut nth = 0;
    for _ in 0..plan.rounds {
        for at_once in &plan.at_once {
            let what = format!("{at_once} at once");
            let (done, _) = closed(people[..*at_once].to_vec(), plan.lasts).await?;
            let mut inserting = vec![];
            let sessions = (*at_once).min(INSERTING_MAX);
            let events = usize::try_from(plan.lasts.as_millis() * INSERTS_A_SECOND / 1_000)?.div_ceil(sessions);
            for _ in 0..sessions {
                nth += 1;
                inserting.push(Inserting::connect(&addresses.postgres, nth, events).await?);
            }
            let (plain, _) = closed(inserting, plan.lasts).await?;
            table.add(&what, "commands/s", done.rate());
            table.add(&what, "p50 ms", done.p50());
            table.add(&what, "p99 ms", done.p99());
            table.add(&what, "inserts/s", plain.rate());
            table.add(&what, "ratio", done.rate() / plain.rate());
        }
        nth += 1;
        table.add("ceiling", "inserts/s", ceiling(&addresses.postgres, nth, plan.lasts).await?);
    }
    table.target("1 at once", "ratio", Bound::AtLeast, 0.46);
    table.target("64 at once", "ratio", Bound::AtLeast, 1.5);
    table.target("256 at once", "ratio", Bound::AtLeast, 2.0);
    table.target("256 at once", "p99 ms", Bound::AtMost, 25.0);
    Ok(table)
}
