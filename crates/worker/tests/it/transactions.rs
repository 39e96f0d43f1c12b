//! Rows and checkpoint are one: each event is applied once and in order, whatever happens to the worker.

use std::{sync::Arc, time::Duration};

use domain::Position;
use sqlx::AssertSqlSafe;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use worker::model;

use crate::{
    ledger::{Jumpy, Ledger, MARK, Plain, Slow, Strict, check},
    world::{OTHER_SHARD, SHARD, World, end, eventually, require, run},
};

#[tokio::test]
async fn every_event_is_applied_exactly_once_and_in_order() {
    let world = Arc::new(World::new().await);
    world.create_goals(200).await;
    let _worker = run(world.worker("worker", &[model::<Ledger<Plain>>(), model::<Ledger<Strict>>()]));
    let (watch, load) = (world.watch("plain"), world.load());
    let head = world.head().await;
    world.reached("plain", Position { number: head.number + 100, ..head }).await;
    load.end().await;
    world.caught_up(&["plain", "strict"]).await;
    assert!(check(&world.reader, "plain").await > 400);
    assert_eq!(check(&world.reader, "plain").await, check(&world.reader, "strict").await);
    end(watch).await;
}

#[tokio::test]
async fn rows_and_checkpoint_move_together_however_often_connections_die() {
    let world = Arc::new(World::new().await);
    let _worker = run(world.worker("worker", &[model::<Ledger<Plain>>(), model::<Ledger<Strict>>()]));
    let (watch, load) = (world.watch("plain"), world.load());
    for _ in 0..10 {
        let before = world.checkpoint("plain", SHARD).await;
        world.reached("plain", Position { shard: SHARD, number: before + 5 }).await;
        world.disconnect("worker", false).await;
    }
    load.end().await;
    world.caught_up(&["plain", "strict"]).await;
    check(&world.reader, "strict").await;
    end(watch).await;
}

#[tokio::test]
async fn nothing_is_left_of_a_batch_that_a_crash_interrupts() {
    let world = World::new().await;
    let models = [model::<Ledger<Plain>>(), model::<Ledger<Jumpy>>()];
    // The first has written its rows when the second gets stuck.
    let gate = world.close_gate("jumpy", "read").await;
    let worker = run(world.worker("worker", &models));
    world.create_goals(10).await;
    world.someone_at_gate().await;
    end(worker).await;
    world.disconnect("worker", false).await;
    assert_eq!((check(&world.reader, "plain").await, world.checkpoint("plain", SHARD).await), (0, 0));
    drop(gate);
    let _worker = run(world.worker("worker", &models));
    world.caught_up(&["plain", "jumpy"]).await;
    assert_eq!(check(&world.reader, "plain").await, 22);
}

#[tokio::test]
async fn what_shards_bring_meanwhile_is_taken_in_by_one_transaction() {
    let world = World::new().await;
    let _worker = run(world.worker("worker", &[model::<Ledger<Plain>>()]));
    world.caught_up(&["plain"]).await;
    let transactions = "select count(distinct xmin::text) from checkpoint where model = 'plain'";
    // Now and then the message of one comes too late for that.
    eventually("both were taken in together", async || {
        let gate = world.close_gate("plain", "read").await;
        world.create_goal(1).await;
        world.someone_at_gate().await;
        for shard in [SHARD, OTHER_SHARD, SHARD, OTHER_SHARD] {
            world.create_goal_in(shard, 1).await;
        }
        drop(gate);
        world.caught_up(&["plain"]).await;
        check(&world.reader, "plain").await;
        let transactions: i64 = sqlx::query_scalar(transactions).fetch_one(&world.reader).await.unwrap();
        require(transactions == 1, || format!("by {transactions} transactions"))
    })
    .await;
}

#[tokio::test]
async fn a_shard_that_cannot_be_taken_in_holds_up_no_other() {
    let world = World::new().await;
    let _worker = run(world.worker("worker", &[model::<Ledger<Plain>>()]));
    world.caught_up(&["plain"]).await;
    let refused = world.workspace(OTHER_SHARD);
    let refuse = format!(
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$;
         create trigger refuse before insert on read.plain for each row when (new.workspace = '{refused}')
             execute function refuse()"
    );
    sqlx::raw_sql(AssertSqlSafe(refuse)).execute(world.database.pool()).await.unwrap();
    let before = world.checkpoint("plain", OTHER_SHARD).await;
    for _ in 0..5 {
        for shard in [OTHER_SHARD, SHARD] {
            world.create_goal_in(shard, 1).await;
        }
        world.reached("plain", world.head().await).await;
    }
    assert_eq!(world.checkpoint("plain", OTHER_SHARD).await, before);
    sqlx::query("drop trigger refuse on read.plain").execute(world.database.pool()).await.unwrap();
    world.caught_up(&["plain"]).await;
    check(&world.reader, "plain").await;
}

#[tokio::test]
async fn a_worker_told_to_stop_stops_and_another_goes_on() {
    let world = World::new().await;
    let shutdown = CancellationToken::new();
    let models = [model::<Ledger<Plain>>()];
    let running = tokio::spawn(world.worker("worker", &models).run(shutdown.clone()));
    world.create_goals(5).await;
    world.caught_up(&["plain"]).await;
    shutdown.cancel();
    running.await.unwrap();
    world.create_goals(5).await;
    let _worker = run(world.worker("worker", &models));
    world.caught_up(&["plain"]).await;
    assert_eq!(check(&world.reader, "plain").await, 22);
}

#[tokio::test]
async fn read_models_can_be_brought_up_to_a_position_by_hand() {
    let world = World::new().await;
    world.create_goals(20).await;
    let worker = world.worker("worker", &[model::<Ledger<Plain>>()]);
    for number in [3, 3, 2, 14] {
        let position = Position { shard: SHARD, number };
        worker.catch_up(position).await.unwrap();
        check(&world.reader, "plain").await;
    }
    assert_eq!(world.checkpoint("plain", SHARD).await, 14);
    let beyond = Position { shard: SHARD, number: 99 };
    let error = worker.catch_up(beyond).await.unwrap_err();
    assert_eq!(error.to_string(), "the log ends before 0-99: the read models are of another history");
}

#[tokio::test]
async fn events_that_take_long_to_fold_do_not_keep_a_transaction_idle() {
    let world = World::new().await;
    // All of them together take longer.
    let limit = "do $$ begin
        execute format('alter database %I set idle_in_transaction_session_timeout = ''7s''', current_database());
    end $$";
    sqlx::query(limit).execute(world.database.pool()).await.unwrap();
    for _ in 0..4 {
        world.create_goal(MARK).await;
    }
    let head = world.head().await;
    world.worker("worker", &[model::<Ledger<Slow>>()]).catch_up(head).await.unwrap();
    assert_eq!(check(&world.reader, "slow").await, 5);
}

#[tokio::test]
async fn a_hole_in_the_log_is_told_and_not_passed() {
    let world = World::new().await;
    world.create_goals(20).await;
    let hole = "delete from es.events where shard = $1 and position = 8";
    sqlx::query(hole).bind(SHARD.0).execute(world.database.pool()).await.unwrap();
    let worker = world.worker("worker", &[model::<Ledger<Plain>>()]);
    for _ in 0..2 {
        let error = worker.catch_up(Position { shard: SHARD, number: 20 }).await.unwrap_err();
        assert_eq!(error.to_string(), "the event after 0-7 is missing in the log");
    }
    assert_eq!(world.checkpoint("plain", SHARD).await, 0);
    worker.catch_up(Position { shard: SHARD, number: 7 }).await.unwrap();
    assert_eq!(check(&world.reader, "plain").await, 7);
}

#[tokio::test]
async fn what_the_bus_has_and_the_log_lost_is_not_taken_in() {
    let world = World::new().await;
    let first = world.create_goal(1).await;
    for minutes in 2..12 {
        world.revise_goal(first, minutes).await;
    }
    world.lose_the_last(5).await;
    let _worker = run(world.worker("worker", &[model::<Ledger<Plain>>()]));
    world.caught_up(&["plain"]).await;
    // Time to take in what comes besides.
    sleep(Duration::from_millis(500)).await;
    check(&world.reader, "plain").await;
    for number in 0..10 {
        world.plant(Uuid::from_u128(number), "GoalArchived", 1, "{}").await;
    }
    world.caught_up(&["plain"]).await;
    check(&world.reader, "plain").await;
}
