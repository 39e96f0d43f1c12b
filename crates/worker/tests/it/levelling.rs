//! Read models that are far apart: each goes its own way until it is level with the others.

use worker::model;

use crate::{
    ledger::{Ledger, Plain, Strict, check},
    world::{SHARD, World, end, eventually, require, run},
};

/// More than a worker would bring level before it begins.
const FAR: i64 = 25_000;

impl World {
    /// The transactions that moved the checkpoints of these read models last: one, if they go together.
    async fn last_moved_by(&self, models: [&str; 2]) -> Vec<String> {
        sqlx::query_scalar("select distinct xmin::text from checkpoint where model = any($1) and shard = $2")
            .bind(models)
            .bind(SHARD.0)
            .fetch_all(&self.reader)
            .await
            .unwrap()
    }
}

// One thread, as is left on a busy machine: what takes in much must not have it for itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_new_read_model_catches_up_without_holding_up_the_others_and_then_joins_them() {
    let world = World::new().await;
    world.plant_many(FAR).await;
    let first = run(world.worker("worker", &[model::<Ledger<Plain>>()]));
    world.caught_up(&["plain"]).await;
    end(first).await;

    // The new one is stuck, and the other goes on.
    let gate = world.close_gate("strict", "read").await;
    let _worker = run(world.worker("worker", &[model::<Ledger<Plain>>(), model::<Ledger<Strict>>()]));
    world.someone_at_gate().await;
    for _ in 0..5 {
        world.create_goal(1).await;
        world.reached("plain", world.head().await).await;
    }
    assert_eq!(world.checkpoint("strict", SHARD).await, 0);
    assert_eq!(world.last_moved_by(["plain", "strict"]).await.len(), 2);

    drop(gate);
    world.caught_up(&["strict"]).await;
    eventually("they go on together", async || {
        world.create_goals(1).await;
        world.caught_up(&["plain", "strict"]).await;
        require(world.last_moved_by(["plain", "strict"]).await.len() == 1, || "apart".into())
    })
    .await;
    assert_eq!(check(&world.reader, "plain").await, check(&world.reader, "strict").await);
}

#[tokio::test]
async fn one_that_is_a_little_behind_is_brought_level_first() {
    let world = World::new().await;
    world.create_goals(50).await;
    world.worker("worker", &[model::<Ledger<Plain>>()]).catch_up(world.head().await).await.unwrap();
    let _worker = run(world.worker("worker", &[model::<Ledger<Plain>>(), model::<Ledger<Strict>>()]));
    world.create_goals(1).await;
    world.caught_up(&["plain", "strict"]).await;
    assert_eq!(world.last_moved_by(["plain", "strict"]).await.len(), 1);
    assert_eq!(check(&world.reader, "plain").await, check(&world.reader, "strict").await);
}
