//! Growth: what commands, queries and corrections cost as the log grows.

use anyhow::Context;
use chrono::{Days, NaiveDate, Weekday};
use domain::{GoalId, Ids};
use event_store::Log;
use runtime::RandomIds;
use serde_json::json;
use sqlx::PgPool;

use super::{
    Posting, Service, Stage,
    queries::{self, Asking},
    replay,
};
use crate::{
    fill::{fill, tidy},
    http::Client,
    load::{Work, closed},
    machine::count,
    people::Person,
    report::{Bound, Table},
    world::{past, written},
};

/// As many as measure the rate of commands.
const AT_ONCE: usize = 64;
/// What must stay as it was may be so much less, or more, as the log grows.
const LESS: f64 = 0.85;
const MORE: f64 = 1.15;
const HOW: &str = "The log is filled with generated events of people who log each day, three goals each, and every read \
    model is made again, and Postgres has vacuumed what is new; then 64 clients log days, one asks for the dashboard and \
    the goals of an account with years of logs, and one corrects its first log and asks with the correction's position for \
    the goal's streak, the workspace's and the week. Memory is that of `momentum up` after that. *Of the first* is against \
    the shortest log.";
const BOUND: &str = "The depth of indexes, and how much of them Postgres has at hand.";

pub(super) async fn measure(stage: &Stage) -> anyhow::Result<Vec<Table>> {
    let mut service = Service::start(stage, "bench_growth").await?;
    let person = service.people[0].clone();
    let database = service.addresses.postgres.clone();
    let goal = past(&database, &person, stage.plan.goals, stage.plan.days).await?;
    let (mut replayed, mut asked, mut grown) = (replay::table(), queries::table(), Table::new("growth", HOW, BOUND));
    let mut first: Option<String> = None;
    for (nth, events) in stage.plan.events.iter().enumerate() {
        service.product.stop().await?;
        fill(&database, *events).await?;
        if *events == 0 {
            stage.program.run(&service.addresses, &["rebuild"]).await?;
        } else {
            replay::measure(stage, &service.addresses, &mut replayed).await?;
        }
        tidy(&database).await?;
        service.product = stage.program.start(&service.addresses, "up").await?;
        for person in &mut service.people {
            person.stay_signed_in(&service.product).await?;
        }
        let person = service.people[0].clone();
        service.settle().await?;
        // What people did before is in it too.
        let log = Log::open(PgPool::connect(&database).await?).await?;
        let events = format!("{} events", replay::thousands(count(written(&log).await?)));
        for _ in 0..stage.plan.rounds {
            grow(stage, &service, (&person, goal), &events, &mut grown).await?;
        }
        match &first {
            Some(first) => compare(first, &events, &mut grown),
            None => first = Some(events.clone()),
        }
        grown.target(&events, "correction p50 ms", Bound::AtMost, 20.0);
        if nth + 1 == stage.plan.events.len() {
            queries::measure(&stage.plan, &service, (&person, goal), &mut asked).await?;
        }
    }
    service.product.stop().await?;
    Ok(vec![replayed, asked, grown])
}

/// Says how rates and latencies compare to those on the first log.
fn compare(first: &str, what: &str, table: &mut Table) {
    for (column, ratio, bound, value) in [
        ("commands/s", "commands of the first", Bound::AtLeast, LESS),
        ("dashboard p50 ms", "dashboard of the first", Bound::AtMost, MORE),
    ] {
        if let (Some(before), Some(now)) = (table.median(first, column), table.median(what, column)) {
            table.add(what, ratio, now / before);
            table.target(what, ratio, bound, value);
        }
    }
}

async fn grow(
    stage: &Stage,
    service: &Service,
    (person, goal): (&Person, GoalId),
    what: &str,
    table: &mut Table,
) -> anyhow::Result<()> {
    let lasts = stage.plan.lasts;
    let first = Person::today() - Days::new(stage.plan.days);
    let (posted, _) = closed(Posting::many(&service.product, &service.people, AT_ONCE).await?, lasts).await?;
    table.add(what, "commands/s", posted.rate());
    service.settle().await?;
    for (path, column) in [("/v1/dashboard", "dashboard p50 ms"), ("/v1/goals", "goal list p50 ms")] {
        let client = service.product.client().await?;
        let asking = Asking { client, path: path.into(), headers: person.authorization.clone() };
        let (asked, _) = closed(vec![asking], lasts / 2).await?;
        table.add(what, column, asked.p50());
    }
    let (corrected, _) = closed(vec![Correcting::begin(service, person, (goal, first)).await?], lasts / 2).await?;
    table.add(what, "correction p50 ms", corrected.p50());
    table.add(what, "correction p99 ms", corrected.p99());
    table.add(what, "memory MB", service.product.resident_mb());
    Ok(())
}

/// Corrects the first log of a goal, to and fro, and waits each time until streaks and week show it.
struct Correcting {
    client: Client,
    authorization: String,
    log: String,
    shown: [String; 3],
    minutes: u32,
}

impl Correcting {
    async fn begin(service: &Service, person: &Person, (goal, first): (GoalId, NaiveDate)) -> anyhow::Result<Self> {
        let path = format!("/v1/daily-logs?goal_id={goal}&to={first}&limit=1");
        let found = service.product.get(&path, &person.authorization).await?;
        let log = found.pointer("/items/0/id").and_then(serde_json::Value::as_str).context("the first log")?;
        Ok(Self {
            client: service.product.client().await?,
            authorization: person.authorization.clone(),
            log: format!("/v1/daily-logs/{log}"),
            shown: [
                format!("/v1/goals/{goal}/streak?limit=1"),
                "/v1/streak?limit=1".to_owned(),
                format!("/v1/weeks/{}", first.week(Weekday::Mon).first_day()),
            ],
            minutes: 45,
        })
    }
}

impl Work for Correcting {
    async fn once(&mut self) -> anyhow::Result<()> {
        // Without minutes the day is not met, and the run begins a day later.
        self.minutes = 45 - self.minutes;
        let headers = format!("{}idempotency-key: {}\r\n", self.authorization, RandomIds.uuid());
        let body = json!({ "minutes": self.minutes }).to_string();
        let done = self.client.ask("PATCH", &self.log, &headers, body.as_bytes()).await?.json()?;
        let position = done.pointer("/position").and_then(serde_json::Value::as_str).context("a position")?;
        let headers = format!("{}momentum-position: {position}\r\n", self.authorization);
        for path in &self.shown {
            self.client.ask("GET", path, &headers, b"").await?.done()?;
        }
        Ok(())
    }
}
