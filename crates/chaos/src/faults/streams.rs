//! Somebody with a key to the nats-server who does what nobody of ours would.

use async_nats::{HeaderMap, header::NATS_EXPECTED_LAST_SEQUENCE, jetstream};
use futures::StreamExt;
use uuid::Uuid;

use super::{Outcome, Scene};
use crate::chance::Chance;

/// The one who may publish.
const PUBLISHER: &str = "command-api";
/// As many shards as a log has, unless it is told another number.
const SHARDS: usize = 4;
/// So many messages that were published are published again.
const AGAIN_MAX: usize = 50;

impl Scene {
    pub(super) async fn delete_stream(&self, mut chance: Chance) -> anyhow::Result<Outcome> {
        let client = self.cluster.servers.nats_client(PUBLISHER).await;
        // While NATS itself is away, there is nothing to delete.
        let Ok(client) = client else { return Ok(Outcome::Done) };
        let name = format!("momentum-evt-{}", chance.below(SHARDS));
        drop(jetstream::new(client).delete_stream(name).await);
        Ok(Outcome::Done)
    }

    /// Publishes what never was an event, and events once more: as they were, and without what makes a second one harmless.
    pub(super) async fn publish_foreign(&self, mut chance: Chance) -> anyhow::Result<Outcome> {
        let Ok(client) = self.cluster.servers.nats_client(PUBLISHER).await else { return Ok(Outcome::Done) };
        let shard = chance.below(SHARDS);
        for message in published(&client, shard).await.unwrap_or_default() {
            let headers = message.headers.unwrap_or_default();
            drop(client.publish_with_headers(message.subject.clone(), headers.clone(), message.payload.clone()).await);
            if chance.one_in(AGAIN_MAX) {
                let freed: HeaderMap = without_condition(&headers);
                drop(client.publish_with_headers(message.subject, freed, message.payload).await);
            }
        }
        let (workspace, goal) = (Uuid::nil(), Uuid::nil());
        let subject = format!("momentum.evt.{shard}.{workspace}.goal.{goal}.GoalCompleted");
        drop(client.publish(subject, "{}".into()).await);
        // Another fault may take the nats-server away.
        drop(client.flush().await);
        Ok(Outcome::Done)
    }
}

/// The first messages of a stream that is there.
async fn published(client: &async_nats::Client, shard: usize) -> anyhow::Result<Vec<async_nats::Message>> {
    let stream = jetstream::new(client.clone()).get_stream(format!("momentum-evt-{shard}")).await?;
    let consumer = stream.create_consumer(jetstream::consumer::pull::OrderedConfig::default()).await?;
    let mut messages = consumer.messages().await?.take(AGAIN_MAX);
    let mut published = vec![];
    let all = async {
        while let Some(Ok(message)) = messages.next().await {
            published.push(message.message.clone());
        }
    };
    // There may be fewer, and then no more come.
    drop(tokio::time::timeout(std::time::Duration::from_secs(1), all).await);
    Ok(published)
}

fn without_condition(headers: &HeaderMap) -> HeaderMap {
    let mut freed = HeaderMap::new();
    for (name, values) in headers.iter().filter(|(name, _)| name.to_string() != NATS_EXPECTED_LAST_SEQUENCE.to_string())
    {
        values.iter().for_each(|value| freed.append(name.clone(), value.clone()));
    }
    freed
}
