//! What is done to a stream behind the relay's back: it is noticed, and the stream is the log again.

use std::time::Duration;

use async_nats::jetstream::stream::Config;

use crate::world::{Process, Running, Worker, World, kill, require, within};

/// Whatever is wrong is noticed within this, on however busy a machine.
const NOTICED_WITHIN: Duration = Duration::from_secs(30);

/// A stream with some events in it, who appends, the relay, and a worker.
struct Flow {
    world: World,
    process: Process,
    relay: Running,
    worker: Worker,
}

impl Flow {
    async fn new() -> Self {
        Self::of(World::new().await).await
    }

    async fn of(world: World) -> Self {
        let (process, bus) = (world.process().await, world.bus().await);
        let worker = Worker::start(&world).await;
        let relay = process.relay(&world, &bus);
        process.create_goals(100).await;
        world.stream_equals_log().await;
        Self { world, process, relay, worker }
    }

    /// Does harm while nothing else happens, and holds the relay to noticing it by itself.
    async fn heals_in_silence(self, harm: impl AsyncFnOnce(&World)) {
        let made_at = self.world.made_at().await;
        harm(&self.world).await;
        within(NOTICED_WITHIN, "the stream was made again", async || {
            let now = self.world.made_at().await;
            require(now.is_some() && now != made_at, || "it is as it was".into())
        })
        .await;
        self.fares_well().await;
    }

    /// Does harm while commands go on.
    async fn heals_under_load(self, harm: impl AsyncFnOnce(&World)) {
        let load = self.process.load();
        self.worker.applies(20).await;
        harm(&self.world).await;
        self.worker.applies(20).await;
        kill(load).await;
        self.fares_well().await;
    }

    async fn fares_well(self) {
        self.process.create_goals(20).await;
        self.worker.has_applied_everything().await;
        self.world.stream_equals_log().await;
        // A worker that begins anew finds the same.
        Worker::start(&self.world).await.has_applied_everything().await;
        kill(self.relay).await;
    }
}

async fn delete_stream(world: &World) {
    world.jetstream().await.delete_stream(world.stream_name()).await.unwrap();
}

async fn delete_from_the_middle(world: &World) {
    let stream = world.stream().await;
    for sequence in [40, 41, 77] {
        stream.delete_message(sequence).await.unwrap();
    }
}

async fn intrude(world: &World) {
    world.intrude().await;
}

/// Makes the stream as the relay would, but for what `change` changes.
async fn replace_stream(world: &World, change: impl FnOnce(&mut Config)) {
    let mut config = world.stream().await.cached_info().config.clone();
    delete_stream(world).await;
    change(&mut config);
    world.jetstream().await.create_stream(config).await.unwrap();
}

#[tokio::test]
async fn a_stream_deleted_by_hand_is_made_again() {
    Flow::new().await.heals_in_silence(delete_stream).await;
}

#[tokio::test]
async fn a_stream_deleted_under_load_is_made_again() {
    Flow::new().await.heals_under_load(delete_stream).await;
}

#[tokio::test]
async fn messages_removed_from_the_middle_come_back() {
    Flow::new().await.heals_in_silence(delete_from_the_middle).await;
}

#[tokio::test]
async fn messages_removed_from_the_middle_under_load_come_back() {
    Flow::new().await.heals_under_load(delete_from_the_middle).await;
}

#[tokio::test]
async fn messages_purged_from_the_beginning_come_back() {
    Flow::new()
        .await
        .heals_in_silence(async |world| {
            world.stream().await.purge().keep(30).await.unwrap();
        })
        .await;
}

#[tokio::test]
async fn a_purged_stream_is_filled_again() {
    Flow::new()
        .await
        .heals_in_silence(async |world| {
            world.stream().await.purge().await.unwrap();
        })
        .await;
}

#[tokio::test]
async fn a_foreign_message_goes() {
    Flow::new().await.heals_in_silence(intrude).await;
}

#[tokio::test]
async fn foreign_messages_among_ours_go() {
    let flow = Flow::new().await;
    let load = flow.process.load();
    for _ in 0..10 {
        flow.world.intrude().await;
        flow.worker.applies(20).await;
    }
    kill(load).await;
    flow.fares_well().await;
}

#[tokio::test]
async fn an_empty_stream_in_its_place_is_filled() {
    Flow::new().await.heals_in_silence(async |world| replace_stream(world, |_| {}).await).await;
}

#[tokio::test]
async fn a_stream_of_another_history_goes() {
    let other = |config: &mut Config| drop(config.metadata.insert("momentum-history".into(), "another".into()));
    Flow::new().await.heals_in_silence(async |world| replace_stream(world, other).await).await;
}

#[tokio::test]
async fn a_stream_that_is_set_up_otherwise_goes() {
    Flow::new()
        .await
        .heals_in_silence(async |world| replace_stream(world, |config| config.max_messages = 7).await)
        .await;
}

#[tokio::test]
async fn a_stream_that_has_as_many_messages_but_not_ours_goes() {
    let flow = Flow::new().await;
    let last = flow.world.stream().await.cached_info().state.last_sequence;
    let bus = flow.world.bus().await;
    kill(flow.relay).await;
    replace_stream(&flow.world, |_| {}).await;
    while flow.world.intrude().await < last {}
    let relay = flow.process.relay(&flow.world, &bus);
    Flow { relay, ..flow }.fares_well().await;
}

#[tokio::test]
async fn a_foreign_message_far_from_the_end_is_found_by_the_next_relay() {
    let flow = Flow::new().await;
    let bus = flow.world.bus().await;
    kill(flow.relay).await;
    // The messages are put back as they were, but for one.
    let stream = flow.world.stream().await;
    let last = stream.cached_info().state.last_sequence;
    let mut messages = vec![];
    for sequence in 1..=last {
        messages.push(stream.get_raw_message(sequence).await.unwrap());
    }
    replace_stream(&flow.world, |_| {}).await;
    let jetstream = flow.world.jetstream().await;
    for message in messages {
        let body = if message.sequence == 10 { "{}".into() } else { message.payload };
        jetstream.publish_with_headers(message.subject, message.headers, body).await.unwrap().await.unwrap();
    }
    let relay = flow.process.relay(&flow.world, &bus);
    Flow { relay, ..flow }.fares_well().await;
}

#[tokio::test]
async fn a_stream_ahead_of_the_log_goes() {
    let flow = Flow::new().await;
    let bus = flow.world.bus().await;
    kill(flow.relay).await;
    // As after a restore that nobody told the log of.
    let pool = flow.world.database.pool();
    sqlx::query("delete from es.commands").execute(pool).await.unwrap();
    sqlx::query("delete from es.events where shard = 0 and position > 60").execute(pool).await.unwrap();
    let relay = flow.process.relay(&flow.world, &bus);
    flow.world.stream_equals_log().await;
    let worker = Worker::start(&flow.world).await;
    Flow { relay, worker, ..flow }.fares_well().await;
}

#[tokio::test]
async fn healing_keeps_no_more_than_is_kept() {
    let mut world = World::new().await;
    world.config.keep = 30;
    Flow::of(world).await.heals_in_silence(delete_stream).await;
}
