//! Subscriptions: from anywhere, with little kept, without NATS, and interrupted.

use std::time::Duration;

use domain::{RawEvent, Recorded};
use event_bus::{Subscription, SubscriptionError};
use tokio::time::timeout;

use crate::world::{Process, Running, SHARD, World};

const WAIT: Duration = Duration::from_secs(10);

async fn filled(world: &World, events: usize) -> (Process, Running) {
    let (process, bus) = (world.process().await, world.bus().await);
    let relay = process.relay(world, &bus);
    // The workspace is the first.
    process.create_goals(events - 1).await;
    world.stream_equals_log().await;
    (process, relay)
}

async fn read(subscription: &mut Subscription, events: usize) -> Vec<i64> {
    let mut numbers = vec![];
    while numbers.len() < events {
        let batch = subscription.next_batch(events - numbers.len(), WAIT).await.unwrap();
        assert!(!batch.is_empty(), "nothing more after {numbers:?}");
        numbers.extend(batch.iter().map(|event: &Recorded<RawEvent>| event.position.number));
    }
    numbers
}

#[tokio::test]
async fn one_begins_anywhere() {
    let world = World::new().await;
    let _filled = filled(&world, 100).await;
    for after in [0, 1, 57, 99] {
        let mut subscription = Subscription::open(world.bus().await, world.log().await, SHARD, after).await.unwrap();
        let due: Vec<i64> = (after + 1..=100).collect();
        assert_eq!(read(&mut subscription, due.len()).await, due);
    }
}

#[tokio::test]
async fn one_begins_before_what_is_kept() {
    let mut world = World::new().await;
    world.config.keep = 20;
    let (process, _relay) = filled(&world, 100).await;
    let mut subscription = Subscription::open(world.bus().await, world.log().await, SHARD, 3).await.unwrap();
    assert_eq!(read(&mut subscription, 97).await, Vec::from_iter(4..=100));
    // And falls behind it.
    process.create_goals(100).await;
    world.stream_equals_log().await;
    assert_eq!(read(&mut subscription, 100).await, Vec::from_iter(101..=200));
}

#[tokio::test]
async fn one_without_a_bus_reads_the_log() {
    let world = World::at("nats://127.0.0.1:1").await;
    let process = world.process().await;
    let mut subscription = Subscription::open(None, world.log().await, SHARD, 0).await.unwrap();
    process.create_goals(9).await;
    assert_eq!(read(&mut subscription, 10).await, Vec::from_iter(1..=10));
    process.create_goals(10).await;
    assert_eq!(read(&mut subscription, 10).await, Vec::from_iter(11..=20));
}

#[tokio::test]
async fn one_whose_reader_gives_up_waiting_loses_nothing() {
    let world = World::new().await;
    let (process, _relay) = filled(&world, 1).await;
    let mut subscription = Subscription::open(world.bus().await, world.log().await, SHARD, 0).await.unwrap();
    let load = process.load();
    let mut numbers = vec![];
    for micros in (0..20_000).step_by(100) {
        let batch = timeout(Duration::from_micros(micros % 3_000), subscription.next_batch(5, WAIT)).await;
        let batch = batch.map(Result::unwrap).unwrap_or_default();
        numbers.extend(batch.iter().map(|event| event.position.number));
    }
    drop(load);
    let read_so_far = i64::try_from(numbers.len()).unwrap();
    assert_eq!(numbers, Vec::from_iter(1..=read_so_far));
    process.create_goal().await;
    assert_eq!(read(&mut subscription, 1).await, [read_so_far + 1]);
}

#[tokio::test]
async fn one_gives_no_more_than_is_asked_for_and_nothing_when_there_is_nothing() {
    let world = World::new().await;
    let _filled = filled(&world, 10).await;
    let mut subscription = Subscription::open(world.bus().await, world.log().await, SHARD, 0).await.unwrap();
    assert_eq!(subscription.next_batch(7, WAIT).await.unwrap().len(), 7);
    assert_eq!(subscription.next_batch(7, WAIT).await.unwrap().len(), 3);
    assert_eq!(subscription.next_batch(7, Duration::from_millis(50)).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_reader_ahead_of_the_log_is_refused() {
    let world = World::new().await;
    let _process = world.process().await;
    let opened = Subscription::open(world.bus().await, world.log().await, SHARD, 5).await;
    assert!(matches!(opened, Err(SubscriptionError::Ahead { reader, head }) if reader.number == 5 && head.number == 1));
}
