//! Relays among themselves: one after the other, two at once, and one killed in the middle.

use std::time::{Duration, Instant};

use domain::Shard;
use event_bus::Subscription;

use crate::world::{OTHER_SHARD, SHARD, Worker, World, eventually, kill};

#[tokio::test]
async fn what_is_committed_is_relayed() {
    let world = World::new().await;
    let (process, bus) = (world.process().await, world.bus().await);
    let worker = Worker::start(&world).await;
    let _relay = process.relay(&world, &bus);
    process.create_goals(200).await;
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
}

#[tokio::test]
async fn two_relays_at_once_do_no_harm() {
    let world = World::new().await;
    let (one, other) = (world.process().await, world.process().await);
    let (bus_of_one, bus_of_other) = (world.bus().await, world.bus().await);
    let worker = Worker::start(&world).await;
    let _relay = one.relay_regardless(&bus_of_one);
    world.stream_equals_log().await;
    let made_at = world.made_at().await;
    let _other_relay = other.relay_regardless(&bus_of_other);
    tokio::join!(one.create_goals(400), other.create_goals(400));
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
    assert_eq!(world.made_at().await, made_at, "no harm, so nothing to heal");
}

#[tokio::test]
async fn a_relay_killed_between_publishing_and_hearing_of_it_is_succeeded() {
    let world = World::new().await;
    let (process, bus) = (world.process().await, world.bus().await);
    let worker = Worker::start(&world).await;
    let relay = process.relay_regardless(&bus);
    world.stream_equals_log().await;
    let made_at = world.made_at().await;
    kill(relay).await;
    let load = process.load();
    for _ in 0..15 {
        let relay = process.relay_regardless(&bus);
        worker.applies(20).await;
        kill(relay).await;
    }
    kill(load).await;
    let _relay = process.relay(&world, &bus);
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
    assert_eq!(world.made_at().await, made_at, "each went on where the one before was");
}

#[tokio::test]
async fn what_nobody_announces_is_relayed_while_the_relay_is_busy_elsewhere() {
    let world = World::new().await;
    let (busy, quiet, bus) = (world.process_in(OTHER_SHARD).await, world.process().await, world.bus().await);
    let _relay = busy.relay(&world, &bus);
    let _load = busy.load();
    for _ in 0..3 {
        quiet.create_goal().await;
        world.stream_equals_log().await;
    }
}

#[tokio::test]
async fn workers_go_on_while_nobody_relays() {
    let world = World::new().await;
    let (process, bus) = (world.process().await, world.bus().await);
    let worker = Worker::start(&world).await;
    let relay = process.relay(&world, &bus);
    process.create_goals(20).await;
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
    kill(relay).await;
    for _ in 0..3 {
        process.create_goals(20).await;
        worker.has_applied_everything().await;
    }
    // The next relay sends what the worker has had already.
    let _relay = process.relay(&world, &bus);
    process.create_goals(20).await;
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
}

#[tokio::test]
async fn another_relay_takes_over_and_hears_of_what_others_commit() {
    let world = World::new().await;
    let (one, other) = (world.process().await, world.process().await);
    let bus = world.bus().await;
    let relay_of_one = one.relay(&world, &bus);
    one.create_goals(10).await;
    world.stream_equals_log().await;
    let _relay_of_other = other.relay(&world, &bus);
    other.create_goals(10).await;
    world.stream_equals_log().await;
    kill(relay_of_one).await;
    one.create_goals(10).await;
    world.stream_equals_log().await;
}

#[tokio::test]
async fn a_relay_reads_from_the_log_what_nobody_tells_it_of() {
    let world = World::new().await;
    let (relaying, silent) = (world.process().await, world.process().await);
    let bus = world.bus().await;
    let _relay = relaying.relay(&world, &bus);
    world.stream_equals_log().await;
    silent.create_goals(10).await;
    world.stream_equals_log().await;
}

#[tokio::test]
async fn every_shard_has_its_stream() {
    let world = World::new().await;
    let (process, bus) = (world.process().await, world.bus().await);
    let _relay = process.relay(&world, &bus);
    let jetstream = world.jetstream().await;
    for shard in [SHARD, Shard(1)] {
        let name = format!("{}-evt-{shard}", world.config.prefix);
        eventually("there is a stream", async || {
            jetstream.get_stream(&name).await.map(drop).map_err(|error| error.to_string())
        })
        .await;
    }
}

#[tokio::test]
async fn only_so_much_is_kept() {
    let mut world = World::new().await;
    world.config.keep = 50;
    let (process, bus) = (world.process().await, world.bus().await);
    let relay = process.relay(&world, &bus);
    process.create_goals(200).await;
    world.stream_equals_log().await;
    assert_eq!(world.stream().await.cached_info().state.messages, 50);
    let made_at = world.made_at().await;
    // A relay that comes later finds nothing wrong with that, and goes on from there.
    kill(relay).await;
    process.create_goals(60).await;
    let relay = process.relay(&world, &bus);
    world.stream_equals_log().await;
    assert_eq!(world.made_at().await, made_at);
    // Of what would not be kept for long, it does not even begin.
    kill(relay).await;
    process.create_goals(200).await;
    let _relay = process.relay(&world, &bus);
    world.stream_equals_log().await;
    assert_ne!(world.made_at().await, made_at);
    assert_eq!(world.stream().await.cached_info().state.messages, 50);
}

#[tokio::test]
async fn events_are_seen_at_once() {
    let world = World::new().await;
    let (process, bus) = (world.process().await, world.bus().await);
    let _relay = process.relay(&world, &bus);
    world.stream_equals_log().await;
    let mut subscription = Subscription::open(bus, world.log().await, SHARD, 0).await.unwrap();
    let started = Instant::now();
    let mut seen = 0;
    while seen < 20 {
        process.create_goal().await;
        seen += subscription.next_batch(100, Duration::from_secs(5)).await.unwrap().len();
    }
    // Read from the log after a silence, each would have taken a second.
    assert!(started.elapsed() < Duration::from_secs(10));
}
