//! NATS away, killed, robbed of its store, put back to an old copy, or silent: commands and workers go on.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use event_bus::Subscription;
use testkit::NatsOwn;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

use crate::{
    proxy::Proxy,
    world::{SHARD, Worker, World, eventually, kill, require, within},
};

#[tokio::test]
async fn the_server_is_killed_again_and_again() {
    let mut nats = NatsOwn::start().await;
    let world = World::at(nats.url()).await;
    let (process, bus) = (world.process().await, world.bus().await);
    let worker = Worker::start(&world).await;
    let _relay = process.relay(&world, &bus);
    let load = process.load();
    for _ in 0..3 {
        worker.applies(50).await;
        nats.kill().await;
        worker.applies(50).await;
        nats.restart().await;
    }
    kill(load).await;
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
}

#[tokio::test]
async fn the_store_is_wiped_while_the_server_runs() {
    let mut nats = NatsOwn::start().await;
    let world = World::at(nats.url()).await;
    let (process, bus) = (world.process().await, world.bus().await);
    let worker = Worker::start(&world).await;
    let _relay = process.relay(&world, &bus);
    let load = process.load();
    worker.applies(50).await;
    nats.wipe_store();
    worker.applies(50).await;
    nats.kill().await;
    nats.restart().await;
    worker.applies(50).await;
    kill(load).await;
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
}

#[tokio::test]
async fn the_store_is_full_and_has_room_again() {
    let mut nats = NatsOwn::start().await;
    let world = World::at(nats.url()).await;
    let (process, bus) = (world.process().await, world.bus().await);
    let worker = Worker::start(&world).await;
    let _relay = process.relay(&world, &bus);
    process.create_goals(20).await;
    world.stream_equals_log().await;
    nats.stop().await;
    nats.restart_with_room_for("16KB").await;
    // Commands go on, and workers read the log for what the bus has no room for.
    process.create_goals(200).await;
    worker.has_applied_everything().await;
    let held = world.messages().await;
    assert!(held < 220, "{held} messages had room");
    nats.stop().await;
    nats.restart().await;
    process.create_goals(20).await;
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
}

#[tokio::test]
async fn an_old_copy_of_the_store_is_put_back() {
    let mut nats = NatsOwn::start().await;
    let world = World::at(nats.url()).await;
    let (process, bus) = (world.process().await, world.bus().await);
    let worker = Worker::start(&world).await;
    let _relay = process.relay(&world, &bus);
    let copy = tempfile::tempdir().unwrap();
    process.create_goals(50).await;
    world.stream_equals_log().await;
    nats.stop().await;
    copy_folder(nats.store(), copy.path());
    nats.restart().await;
    process.create_goals(50).await;
    world.stream_equals_log().await;
    nats.stop().await;
    nats.wipe_store();
    copy_folder(copy.path(), nats.store());
    nats.restart().await;
    process.create_goals(50).await;
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
}

/// There is always a message, and each is later than the last.
#[tokio::test]
async fn a_bus_that_falls_behind_is_not_waited_for() {
    const WRITTEN: i64 = 600;
    const BEHIND_MAX: Duration = Duration::from_secs(4);
    let world = World::new().await;
    let proxy = Proxy::start(&world.config.url).await;
    let (process, slow) = (world.process().await, world.bus_by(&proxy.url()).await);
    let _relay = process.relay(&world, &slow);
    world.stream_equals_log().await;
    let mut subscription = Subscription::open(world.bus().await, world.log().await, SHARD, 1).await.unwrap();
    let read = Arc::new(AtomicI64::new(1));
    let reading = read.clone();
    let _reader = AbortOnDropHandle::new(tokio::spawn(async move {
        loop {
            let batch = subscription.next_batch(100, Duration::from_secs(1)).await.unwrap();
            batch.last().inspect(|last| reading.store(last.position.number, Ordering::Relaxed));
        }
    }));
    proxy.slow_down(40_000);
    let log = world.log().await;
    let mut head = 0;
    while head < WRITTEN {
        process.create_goals(10).await;
        sleep(Duration::from_millis(50)).await;
        head = log.head(SHARD).await.unwrap().number;
    }
    let relayed = i64::try_from(world.messages().await).unwrap();
    assert!(relayed < head / 2, "{relayed} of {head} were relayed, which is too fast to test anything");
    within(BEHIND_MAX, "the reader is where the log was", async || {
        let read = read.load(Ordering::Relaxed);
        require(read >= head, || format!("{read} of {head}"))
    })
    .await;
}

#[tokio::test]
async fn a_bit_is_flipped_in_the_store() {
    let mut nats = NatsOwn::start().await;
    let world = World::at(nats.url()).await;
    let (process, bus) = (world.process().await, world.bus().await);
    let worker = Worker::start(&world).await;
    let _relay = process.relay(&world, &bus);
    process.create_goals(200).await;
    world.stream_equals_log().await;
    nats.kill().await;
    let blocks = files(nats.store()).into_iter().filter(|path| path.extension().is_some_and(|it| it == "blk"));
    let block = blocks.max_by_key(|path| path.metadata().unwrap().len()).unwrap();
    let mut bytes = fs::read(&block).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&block, bytes).unwrap();
    nats.restart().await;
    process.create_goals(50).await;
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
}

#[tokio::test]
async fn commands_are_accepted_while_nats_is_away_from_the_start() {
    let mut nats = NatsOwn::start().await;
    nats.kill().await;
    let world = World::at(nats.url()).await;
    let (process, bus) = (world.process().await, world.bus().await);
    let worker = Worker::start(&world).await;
    let _relay = process.relay(&world, &bus);
    process.create_goals(300).await;
    worker.has_applied_everything().await;
    process.create_goals(300).await;
    worker.has_applied_everything().await;
    assert!(!bus.is_connected());
    nats.restart().await;
    world.stream_equals_log().await;
    process.create_goals(50).await;
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
}

#[tokio::test]
async fn messages_get_in_whose_answers_stay_away() {
    let nats = NatsOwn::start().await;
    let world = World::at(nats.url()).await;
    let proxy = Proxy::start(nats.url()).await;
    let (process, bus) = (world.process().await, world.bus_by(&proxy.url()).await);
    let _relay = process.relay(&world, &bus);
    let (worker, deaf) = (Worker::start(&world).await, Worker::start_by(&world, &proxy.url()).await);
    let load = process.load();
    for _ in 0..2 {
        worker.applies(50).await;
        proxy.hold_answers(true);
        // Those under way get in; then the relay must find out how far it came.
        worker.applies(50).await;
        deaf.applies(50).await;
        proxy.hold_answers(false);
    }
    kill(load).await;
    worker.has_applied_everything().await;
    deaf.has_applied_everything().await;
    world.stream_equals_log().await;
}

#[tokio::test]
async fn a_connection_to_nobody_begins_and_waits() {
    let world = World::at("nats://127.0.0.1:1").await;
    let bus = world.bus().await;
    assert!(!bus.is_connected());
}

#[tokio::test]
async fn a_lost_connection_comes_back() {
    let mut nats = NatsOwn::start().await;
    let world = World::at(nats.url()).await;
    let bus = world.bus().await;
    for _ in 0..2 {
        eventually("it is connected", async || require(bus.is_connected(), String::new)).await;
        nats.kill().await;
        eventually("it is not", async || require(!bus.is_connected(), String::new)).await;
        nats.restart().await;
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(file, target).unwrap();
    }
}

/// All files under a folder, however deep.
fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
