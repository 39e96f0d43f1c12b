//! Queries: what a person looks at, for an account with years of logs, against a row read by its primary key.

use domain::{GoalId, Position};
use event_store::Log;
use sqlx::PgPool;

use super::{Posting, Service};
use crate::{
    http::Client,
    load::{Work, closed},
    machine::count,
    people::Person,
    plan::Plan,
    product::Process,
    report::{Bound, Table},
};

/// So many ask at once where it is about how many answers there are.
const AT_ONCE: usize = 16;
/// The dashboard, which most of all must be quick.
const DASHBOARD: &str = "dashboard";
const HEATMAP: &str = "heatmap of a year";
const LOGGED: &str = "a log, and the dashboard with it";
const AS_OF: &str = "dashboard as of 100,000 events";
/// As many as an answer about the past is made of at most, less some to be on the safe side.
const AS_OF_EVENTS: i64 = 99_900;
const HOW: &str = "Over HTTP, signed in, for an account with years of daily logs on each of its goals; by one client alone, \
    and by 16 at once. Against an axum handler of one route that reads a row by its primary key; *cost* is how many of \
    those one takes. A dashboard is kept until something happens in its workspace; made anew it is after each log. *Packed* \
    is an answer's size as browsers ask for it.";
const BOUND: &str = "The rows an answer is made of, and opening and writing its text. Of a dashboard that is kept: two looks \
    at an index, and sending 40 kB. As of a moment, folding all events up to there.";

/// Somebody who asks the same again and again.
pub(super) struct Asking {
    pub client: Client,
    pub path: String,
    pub headers: String,
}

impl Work for Asking {
    async fn once(&mut self) -> anyhow::Result<()> {
        self.client.ask("GET", &self.path, &self.headers, b"").await?.done()
    }
}

/// Somebody who logs, and looks.
struct Logging {
    posting: Posting,
    client: Client,
    authorization: String,
}

impl Work for Logging {
    async fn once(&mut self) -> anyhow::Result<()> {
        self.posting.once().await?;
        let headers = format!("{}momentum-position: {}\r\n", self.authorization, self.posting.position);
        self.client.ask("GET", "/v1/dashboard", &headers, b"").await?.done()
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
        (DASHBOARD, "/v1/dashboard".into()),
        ("goal", format!("/v1/goals/{goal}")),
        ("goal list", "/v1/goals".into()),
        (HEATMAP, format!("/v1/daily-totals?from={year}&to={today}")),
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
    let row = format!("/rows/{}/{goal}", person.workspace);
    let (until, events) = long_ago(service, person).await?;
    // An account of a shorter run has not as many.
    let is_whole = events == AS_OF_EVENTS;
    let as_of = if is_whole { AS_OF.to_owned() } else { format!("dashboard as of {events} events") };
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
            let packed = service.product.client().await?.packed_bytes(&path, &person.authorization).await?;
            table.add(what, "kB packed", count(packed) / 1e3);
        }
        let logging = Logging {
            posting: Posting::connect(&service.product, person).await?,
            client: service.product.client().await?,
            authorization: person.authorization.clone(),
        };
        let (logged, _) = closed(vec![logging], plan.lasts / 2).await?;
        table.add(LOGGED, "alone p50 ms", logged.p50());
        table.add(LOGGED, "alone p99 ms", logged.p99());
        let asking = Asking {
            client: service.product.client().await?,
            path: format!("/v1/dashboard?as_of={until}"),
            headers: person.authorization.clone(),
        };
        let (replayed, _) = closed(vec![asking], plan.lasts / 2).await?;
        table.add(&as_of, "alone p50 ms", replayed.p50());
        table.add(&as_of, "alone p99 ms", replayed.p99());
    }
    table.target(DASHBOARD, "answers/s", Bound::AtLeast, 8_000.0);
    table.target(DASHBOARD, "alone p50 ms", Bound::AtMost, 1.0);
    table.target(DASHBOARD, "cost", Bound::AtMost, 4.0);
    table.target(HEATMAP, "alone p50 ms", Bound::AtMost, 2.0);
    table.target(HEATMAP, "kB packed", Bound::AtMost, 4.0);
    if is_whole {
        table.target(AS_OF, "alone p50 ms", Bound::AtMost, 500.0);
    }
    Ok(())
}

/// A position that the workspace had so many events by, or as many as it has, and how many those are.
async fn long_ago(service: &Service, person: &Person) -> anyhow::Result<(String, i64)> {
    let pool = PgPool::connect(&service.addresses.postgres).await?;
    let log = Log::open(pool.clone()).await?;
    let shard = log.shard_of(person.workspace);
    let last = sqlx::query_as(
        "select max(position), count(*) from (select position from es.events where workspace = $1
                                    order by position limit $2) as events",
    );
    let (number, events) = last.bind(person.workspace.uuid()).bind(AS_OF_EVENTS).fetch_one(&pool).await?;
    Ok((log.cursor(Position { shard, number }).to_string(), events))
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
