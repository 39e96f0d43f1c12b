//! A nats-server that talks by TLS only.

use std::time::Duration;

use testkit::{Certificate, NatsOwn};
use tokio::time::sleep;

use crate::world::{Worker, World, eventually, require};

/// So long would a connection take many times over.
const LONG: Duration = Duration::from_secs(2);

/// A world whose nats-server shows `shown`, where `trusted` is trusted.
async fn world(nats: &NatsOwn, trusted: &Certificate) -> World {
    let mut world = World::at(&nats.url().replace("nats://", "tls://")).await;
    world.config.ca_file = Some(trusted.path());
    world
}

#[tokio::test]
async fn who_shows_a_trusted_certificate_is_talked_to() {
    let certificate = Certificate::of_loopback();
    let nats = NatsOwn::start_with_tls(&certificate).await;
    let world = world(&nats, &certificate).await;
    let (process, bus) = (world.process().await, world.bus().await);
    eventually("connected", async || require(bus.is_connected(), || "it is not".to_owned())).await;
    let worker = Worker::start(&world).await;
    let _relay = process.relay(&world, &bus);
    process.create_goals(5).await;
    worker.has_applied_everything().await;
    world.stream_equals_log().await;
}

#[tokio::test]
async fn who_shows_another_is_not() {
    let nats = NatsOwn::start_with_tls(&Certificate::of_loopback()).await;
    let bus = world(&nats, &Certificate::of_loopback()).await.bus().await;
    sleep(LONG).await;
    assert!(!bus.is_connected());
}
