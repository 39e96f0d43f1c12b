//! HTTP command: a day is logged over HTTP, acknowledged durable, against the least that could do that.

use anyhow::Context;
use domain::Ids;
use runtime::RandomIds;
use uuid::Uuid;

use super::Service;
use crate::{
    http::Client,
    load::{Work, closed, open},
    machine::{busy, count},
    people::Person,
    plan::Plan,
    product::Process,
    report::{Bound, Table},
};

/// The status of an answer to come back.
const UNAVAILABLE: u16 = 503;
/// Loads of so many clients at once.
const AT_ONCE: [usize; 3] = [1, 16, 64];
/// Open loads of so much of the most.
const SHARES: [(f64, &str); 3] =
    [(0.25, "a quarter of the most"), (0.5, "half of the most"), (0.75, "three quarters of the most")];
/// Connections that arrivals are spread over.
const OPEN_CONNECTIONS: usize = 256;
const HOW: &str = "`POST /v1/daily-logs`, signed in, over connections that are kept, to `momentum up` with every role at \
    work; against an axum handler of one route and one insert, its pool and ours on the same Postgres. Under open load, \
    arrivals come at a steady rate whether or not there are answers, and latency counts from when one was due. *µs each* is \
    what processors spent on a command, without the load, until every read model and all figures had it.";
const BOUND: &str =
    "The processors, which load, product, Postgres and nats-server share: the table tells what each takes.";

/// Somebody who logs day after day, over HTTP.
pub struct Posting {
    client: Client,
    person: Person,
    body: String,
    /// Where the log stood with the last one.
    pub position: String,
}

impl Posting {
    /// On a connection of its own.
    pub async fn connect(process: &Process, person: &Person) -> anyhow::Result<Self> {
        let client = process.client().await?;
        Ok(Self { client, body: person.log(45), person: person.clone(), position: String::new() })
    }

    /// As many as are wanted.
    pub async fn many(process: &Process, people: &[Person], count: usize) -> anyhow::Result<Vec<Self>> {
        let mut all = vec![];
        for person in people.iter().cycle().take(count) {
            all.push(Self::connect(process, person).await?);
        }
        Ok(all)
    }

    /// Logs a day, under this key; or what it was told, if that is to come back.
    pub async fn post(&mut self, key: Uuid) -> anyhow::Result<Result<(), String>> {
        let headers = format!("{}idempotency-key: {key}\r\n", self.person.authorization);
        let answer = self.client.ask("POST", "/v1/daily-logs", &headers, self.body.as_bytes()).await?;
        if let Err(error) = answer.done() {
            return if answer.status == UNAVAILABLE { Ok(Err(error.to_string())) } else { Err(error) };
        }
        // Read as text: to read it as JSON would cost the load more than it is worth.
        let body = std::str::from_utf8(answer.body)?;
        let (_, position) = body.split_once(r#""position":""#).context("no position")?;
        position.split('"').next().unwrap_or_default().clone_into(&mut self.position);
        Ok(Ok(()))
    }
}

impl Work for Posting {
    async fn once(&mut self) -> anyhow::Result<()> {
        self.post(RandomIds.uuid()).await?.map_err(anyhow::Error::msg)
    }
}

/// Somebody who has an event inserted, by the baseline.
struct Inserting {
    client: Client,
    body: String,
}

impl Work for Inserting {
    async fn once(&mut self) -> anyhow::Result<()> {
        self.client.ask("POST", "/events", "", self.body.as_bytes()).await?.done()
    }
}

/// The table, and how many commands a second there were at most.
pub(super) async fn measure(plan: &Plan, service: &Service) -> anyhow::Result<(Table, f64)> {
    let Service { product, baseline, people, .. } = service;
    let mut table = Table::new("http command", HOW, BOUND);
    let mut most: f64 = 0.0;
    for _ in 0..plan.rounds {
        for at_once in AT_ONCE {
            let what = format!("{at_once} at once");
            service.settle().await?;
            let before = busy();
            let (done, _) = closed(Posting::many(product, people, at_once).await?, plan.lasts).await?;
            service.settle().await?;
            for (program, seconds) in busy() {
                let spent = seconds - before.get(&program).copied().unwrap_or_default();
                // The baseline sleeps meanwhile.
                if spent > 0.0 {
                    // With the first of each, before the time began.
                    table.add(&what, &format!("{program} µs each"), spent * 1e6 / count(done.count() + at_once));
                }
            }
            let mut inserting = vec![];
            for _ in 0..at_once {
                inserting.push(Inserting { client: baseline.client().await?, body: people[0].log(45) });
            }
            let (plain, _) = closed(inserting, plan.lasts).await?;
            table.add(&what, "commands/s", done.rate());
            table.add(&what, "p50 ms", done.p50());
            table.add(&what, "p99 ms", done.p99());
            table.add(&what, "inserts/s", plain.rate());
            table.add(&what, "ratio", done.rate() / plain.rate());
            most = most.max(done.rate());
        }
    }
    // The same in each round, so that rounds can be compared.
    for _ in 0..plan.rounds {
        for (share, what) in SHARES {
            let posting = Posting::many(product, people, OPEN_CONNECTIONS).await?;
            let (done, _) = open(posting, most * share, plan.lasts).await?;
            table.add(what, "commands/s", done.rate());
            table.add(what, "p50 ms", done.p50());
            table.add(what, "p99 ms", done.p99());
        }
    }
    table.target("1 at once", "p50 ms", Bound::AtMost, 0.6);
    table.target("64 at once", "ratio", Bound::AtLeast, 2.5);
    table.target("64 at once", "p50 ms", Bound::AtMost, 3.0);
    table.target("64 at once", "p99 ms", Bound::AtMost, 10.0);
    Ok((table, most))
}
