//! Who works on a shard: one of several workers, another if it fails, and never two at once.

use std::sync::Arc;

use domain::Position;
use worker::model;

use crate::{
    ledger::{Ledger, Plain, Strict, check},
    world::{SHARDS, World, end, eventually, require, run},
};

impl World {
    /// How often the checkpoints have been taken over.
    async fn take_overs(&self) -> Vec<i64> {
        self.take_overs_of("plain").await
    }

    async fn take_overs_of(&self, model: &str) -> Vec<i64> {
        let epochs = "select epoch from checkpoint where model = $1 order by shard";
        sqlx::query_scalar(epochs).bind(model).fetch_all(&self.reader).await.unwrap()
    }

    /// How many leases are held.
    async fn leases(&self) -> i64 {
        sqlx::query_scalar(
            "select count(*) from pg_locks join pg_stat_activity using (pid)
             where locktype = 'advisory' and objsubid = 1 and granted and application_name like 'worker%'
             and datname = current_database()",
        )
        .fetch_one(&self.reader)
        .await
        .unwrap()
    }

    /// Waits until so many more events have been applied.
    async fn goes_on(&self, events: i64) {
        let head = self.head().await;
        self.reached("plain", Position { number: head.number + events, ..head }).await;
    }
}

#[tokio::test]
async fn of_two_workers_only_one_applies() {
    let world = Arc::new(World::new().await);
    let workers = ["worker", "worker"].map(|name| run(world.worker(name, &[model::<Ledger<Plain>>()])));
    let load = world.load();
    world.goes_on(100).await;
    load.end().await;
    world.caught_up(&["plain"]).await;
    assert_eq!(world.take_overs().await, [1; SHARDS as usize]);
    assert_eq!(world.leases().await, i64::from(SHARDS));
    check(&world.reader, "plain").await;
    drop(workers);
}

#[tokio::test]
async fn two_that_both_believe_they_hold_a_shard_apply_nothing_twice() {
    let world = Arc::new(World::new().await);
    // Their names differ, and with them their leases: so both work, and take over from each other again and again.
    let workers = ["worker 1", "worker 2"].map(|name| run(world.worker(name, &[model::<Ledger<Plain>>()])));
    let (watch, load) = (world.watch("plain"), world.load());
    eventually("each has taken each shard over from the other", async || {
        world.goes_on(20).await;
        let numbers = world.take_overs().await;
        require(numbers.iter().all(|number| *number > 2), || format!("{numbers:?} times"))
    })
    .await;
    load.end().await;
    world.caught_up(&["plain"]).await;
    check(&world.reader, "plain").await;
    end(watch).await;
    drop(workers);
}

#[tokio::test]
async fn when_the_holder_dies_another_goes_on() {
    let world = Arc::new(World::new().await);
    let [first, _second] = ["worker", "worker"].map(|name| run(world.worker(name, &[model::<Ledger<Plain>>()])));
    let load = world.load();
    world.goes_on(20).await;
    end(first).await;
    world.goes_on(20).await;
    load.end().await;
    world.caught_up(&["plain"]).await;
    check(&world.reader, "plain").await;
}

#[tokio::test]
async fn when_the_holders_connection_dies_another_goes_on_and_the_holder_lets_go() {
    let world = Arc::new(World::new().await);
    let _first = run(world.worker("worker", &[model::<Ledger<Plain>>()]));
    let load = world.load();
    world.goes_on(20).await;
    let _second = run(world.worker("worker", &[model::<Ledger<Plain>>()]));
    for _ in 0..3 {
        world.disconnect("worker", true).await;
        world.goes_on(20).await;
    }
    load.end().await;
    world.caught_up(&["plain"]).await;
    world
        .sees(
            "each shard has one lease again",
            "select count(*) from pg_locks
        where locktype = 'advisory' and objsubid = 1 and granted
        and database = (select oid from pg_database where datname = current_database())",
        )
        .await;
    assert!(world.leases().await <= i64::from(SHARDS));
    check(&world.reader, "plain").await;
}

#[tokio::test]
async fn beside_a_worker_that_runs_another_fills_what_only_it_knows_and_later_takes_over_the_rest() {
    let world = Arc::new(World::new().await);
    let old = run(world.worker("worker", &[model::<Ledger<Plain>>()]));
    let load = world.load();
    world.goes_on(20).await;
    eventually("it has each shard", async || {
        let number = world.take_overs().await.len();
        require(number == SHARDS as usize, || format!("{number} of them"))
    })
    .await;
    let before = world.take_overs().await;
    let _new = run(world.worker("worker", &[model::<Ledger<Plain>>(), model::<Ledger<Strict>>()]));
    world.reached("strict", world.head().await).await;
    assert_eq!(world.take_overs_of("plain").await, before, "the old one is left in peace");
    end(old).await;
    world.goes_on(20).await;
    load.end().await;
    world.caught_up(&["plain", "strict"]).await;
    for model in ["plain", "strict"] {
        check(&world.reader, model).await;
    }
}
