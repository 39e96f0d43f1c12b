//! Queries: what a person looks at, for an account with years of logs, against a row read by its primary key.

use domain::GoalId;

use super::Service;
use crate::{
    http::Client,
    load::{Work, closed},
    machine::count,
    people::Person,
    plan::Plan,
    product::Process,
    report::Table,
};

/// So many ask at once where it is about how many answers there are.
const AT_ONCE: usize = 16;
const HOW: &str = "Over HTTP, signed in, for an account with years of daily logs on each of its goals; by one client alone, \
    and by 16 at once. Against an axum handler of one route that reads a row by its primary key; *cost* is how many of \
    those one takes.";
const BOUND: &str = "The rows an answer is made of, and opening and writing its text.";

/// Somebody who asks the same again and again.
struct Asking {
    client: Client,
    path: String,
    headers: String,
}

impl Work for Asking {
    async fn once(&mut self) -> anyhow::Result<()> {
        self.client.ask("GET", &self.path, &self.headers, b"").await?.done()
    }
}

pub(super) fn table() -> Table {
    Table::new("queries", HOW, BOUND)
}

/// What is asked, by name.
fn questions(goal: GoalId) -> Vec<(&'static str, String)> {
    let today = Person::today();
    let year = today - chrono::Days::new(365);
    vec![
        ("dashboard", "/v1/dashboard".into()),
        ("goal", format!("/v1/goals/{goal}")),
        ("goal list", "/v1/goals".into()),
        ("heatmap of a year", format!("/v1/daily-totals?from={year}&to={today}")),
        ("streak", format!("/v1/goals/{goal}/streak?limit=1")),
        ("history page", "/v1/history".into()),
    ]
}

/// Adds the figures of what `person` asks for.
pub(super) async fn measure(
    plan: &Plan,
    service: &Service,
    (person, goal): (&Person, GoalId),
    table: &mut Table,
) -> anyhow::Result<()> {
    let row = format!("/rows/{goal}");
    for _ in 0..plan.rounds {
        let (alone, many) = load(plan, &service.baseline, &row, "").await?;
        table.add("a row", "alone p50 ms", alone.p50());
        table.add("a row", "alone p99 ms", alone.p99());
        table.add("a row", "answers/s", many.rate());
        for (what, path) in questions(goal) {
            let (alone, asked) = load(plan, &service.product, &path, &person.authorization).await?;
            table.add(what, "alone p50 ms", alone.p50());
            table.add(what, "alone p99 ms", alone.p99());
            table.add(what, "answers/s", asked.rate());
            table.add(what, "cost", many.rate() / asked.rate());
            let mut client = service.product.client().await?;
            let bytes = client.ask("GET", &path, &person.authorization, b"").await?.body.len();
            table.add(what, "kB", count(bytes) / 1e3);
        }
    }
    Ok(())
}

type Loads = (crate::load::Sample, crate::load::Sample);

/// One alone, then many at once.
async fn load(plan: &Plan, process: &Process, path: &str, headers: &str) -> anyhow::Result<Loads> {
    let asking = async |count: usize| {
        let mut all = vec![];
        for _ in 0..count {
            all.push(Asking { client: process.client().await?, path: path.into(), headers: headers.into() });
        }
        anyhow::Ok(all)
    };
    let (alone, _) = closed(asking(1).await?, plan.lasts / 2).await?;
    let (many, _) = closed(asking(AT_ONCE).await?, plan.lasts / 2).await?;
    Ok((alone, many))
}
