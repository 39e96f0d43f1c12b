//! Seen: from a command's start until a query that carries its position answers, through NATS and the workers.

use std::time::Duration;

use tokio::time::Instant;

use super::{Posting, Service};
use crate::{
    http::Client,
    load::{Sample, Work, closed, open},
    people::Person,
    plan::Plan,
    product::Process,
    report::{Bound, Table},
};

/// What is answered to who has waited too long.
const NOT_YET_SHOWN: u16 = 503;
/// Connections that arrivals are spread over.
const CONNECTIONS: usize = 256;
/// So many at once find out what is the most.
const MOST_AT_ONCE: usize = 64;
const HOW: &str = "A day is logged; a query for its goal with the command's position waits until the read model is there. \
    *After* is the query alone, from the command's answer on; *whole* is both, under open load from when the command was \
    due. The same for the goal's streak, which the other worker keeps.";
const BOUND: &str = "The way by NATS and back, the worker's transaction, and how often checkpoints are looked at while \
    somebody waits; under load, the processors.";

/// Somebody who logs a day, and looks.
struct Looking {
    posting: Posting,
    client: Client,
    authorization: String,
    path: String,
    after: Vec<Duration>,
}

impl Looking {
    async fn many(product: &Process, people: &[Person], count: usize, what: &str) -> anyhow::Result<Vec<Self>> {
        let mut all = vec![];
        for person in people.iter().cycle().take(count) {
            all.push(Self {
                posting: Posting::connect(product, person).await?,
                client: product.client().await?,
                authorization: person.authorization.clone(),
                path: format!("/v1/goals/{}{what}", person.goal),
                after: vec![],
            });
        }
        Ok(all)
    }
}

impl Work for Looking {
    async fn once(&mut self) -> anyhow::Result<()> {
        self.posting.once().await?;
        let answered = Instant::now();
        let headers = format!("{}momentum-position: {}\r\n", self.authorization, self.posting.position);
        // "Not yet shown" is asked again, as anybody would.
        while self.client.ask("GET", &self.path, &headers, b"").await?.unless(NOT_YET_SHOWN)?.is_none() {}
        self.after.push(answered.elapsed());
        Ok(())
    }

    fn warmed_up(&mut self) {
        self.after.clear();
    }
}

pub(super) async fn measure(plan: &Plan, service: &Service, commands_most: f64) -> anyhow::Result<Table> {
    let Service { product, people, .. } = service;
    let (mut table, mut most) = (Table::new("seen", HOW, BOUND), 0.0_f64);
    for _ in 0..plan.rounds {
        for (what, path) in [("one alone", ""), ("one alone, streak", "/streak")] {
            let loaded = closed(Looking::many(product, people, 1, path).await?, plan.lasts).await?;
            add(&mut table, what, loaded);
        }
        for rate in &plan.rates {
            let what = format!("{rate:.0} a second");
            add(
                &mut table,
                &what,
                open(Looking::many(product, people, CONNECTIONS, "").await?, *rate, plan.lasts).await?,
            );
        }
        let loaded = closed(Looking::many(product, people, MOST_AT_ONCE, "").await?, plan.lasts).await?;
        most = most.max(loaded.0.rate());
        add(&mut table, "as many as there can be", loaded);
    }
    // A command and a query make one; there are never more than of commands alone.
    let half = most.min(commands_most) / 2.0;
    for _ in 0..plan.rounds {
        let loaded = open(Looking::many(product, people, CONNECTIONS, "").await?, half, plan.lasts).await?;
        add(&mut table, "half as many", loaded);
    }
    table.target("1000 a second", "after p50 ms", Bound::AtMost, 2.5);
    table.target("1000 a second", "after p99 ms", Bound::AtMost, 8.0);
    table.target("3000 a second", "after p99 ms", Bound::AtMost, 12.0);
    table.target("half as many", "whole p99 ms", Bound::AtMost, 50.0);
    Ok(table)
}

fn add(table: &mut Table, what: &str, (whole, looking): (Sample, Vec<Looking>)) {
    let after = Sample::new(looking.into_iter().flat_map(|looking| looking.after).collect(), Duration::from_secs(1));
    table.add(what, "seen/s", whole.rate());
    table.add(what, "after p50 ms", after.p50());
    table.add(what, "after p99 ms", after.p99());
    table.add(what, "whole p50 ms", whole.p50());
    table.add(what, "whole p99 ms", whole.p99());
}
