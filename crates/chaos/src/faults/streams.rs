//! Somebody with a key to the nats-server who does what nobody of ours would.

use std::{sync::Arc, time::Duration};

use async_nats::{
    Client, ConnectErrorKind, Event, HeaderMap,
    header::NATS_EXPECTED_LAST_SEQUENCE,
    jetstream::{self, ErrorCode, context::DeleteStreamErrorKind},
};
use futures::StreamExt;
use tokio::{
    sync::Mutex,
    time::{sleep, timeout},
};
use uuid::Uuid;

use super::{Outcome, Scene};
use crate::chance::Chance;

/// The one who may publish.
const PUBLISHER: &str = "command-api";
/// As many shards as a log has, unless it is told another number.
const SHARDS: usize = 4;
/// So many messages that were published are published again.
const AGAIN_MAX: usize = 50;

/// The word in each refusal, be it of a subject or of a client.
const VIOLATION: &str = "violation";
/// A refusal comes so soon after what is refused.
const REFUSED_WITHIN: Duration = Duration::from_millis(200);

/// What the nats-server refused a client: nothing, if it has the rights that it is to misuse.
#[derive(Clone, Default)]
struct Refusals(Arc<Mutex<Vec<String>>>);

impl Refusals {
    async fn note(self, event: Event) {
        let error = event.to_string();
        if matches!(event, Event::ServerError(_)) && error.to_lowercase().contains(VIOLATION) {
            self.0.lock().await.push(error);
        }
    }

    /// What came of it, once there was time for all of them.
    async fn outcome(&self) -> Outcome {
        sleep(REFUSED_WITHIN).await;
        let refused = self.0.lock().await.join("; ");
        if refused.is_empty() { Outcome::done() } else { Outcome::Wrong(refused) }
    }
}

impl Scene {
    pub(super) async fn delete_stream(&self, mut chance: Chance) -> anyhow::Result<Outcome> {
        let (client, refusals) = match self.publisher().await? {
            Ok(publisher) => publisher,
            Err(outcome) => return Ok(outcome),
        };
        let name = format!("momentum-evt-{}", chance.below(SHARDS));
        let deleted = jetstream::new(client).delete_stream(name).await;
        match deleted.map_err(|error| error.kind()) {
            Err(DeleteStreamErrorKind::JetStream(error)) if is_of_setup(&error) => {
                Ok(Outcome::Wrong(error.to_string()))
            }
            // Another fault may have taken the stream away, or the nats-server.
            Ok(_) | Err(_) => Ok(refusals.outcome().await),
        }
    }

    /// Publishes what never was an event, and events once more: as they were, and without what makes a second one harmless.
    pub(super) async fn publish_foreign(&self, mut chance: Chance) -> anyhow::Result<Outcome> {
        let (client, refusals) = match self.publisher().await? {
            Ok(publisher) => publisher,
            Err(outcome) => return Ok(outcome),
        };
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
        Ok(refusals.outcome().await)
    }

    /// The one who may publish, and what it is refused. The inner error is what came of it where it cannot connect: while
    /// NATS itself is away, there is nothing to do.
    async fn publisher(&self) -> anyhow::Result<Result<(Client, Refusals), Outcome>> {
        let (servers, refusals) = (&self.cluster.servers, Refusals::default());
        let noting = refusals.clone();
        let options = servers.nats_options(PUBLISHER)?.event_callback(move |event| noting.clone().note(event));
        Ok(match options.connect(servers.nats_address().to_string()).await {
            Ok(client) => Ok((client, refusals)),
            Err(error) => Err(match error.kind() {
                ConnectErrorKind::TimedOut | ConnectErrorKind::Io | ConnectErrorKind::MaxReconnects => Outcome::done(),
                _ => Outcome::Wrong(error.to_string()),
            }),
        })
    }
}

/// Whether it is said for as long as the nats-server is set up like that.
fn is_of_setup(error: &jetstream::Error) -> bool {
    error.error_code() == ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT || error.code() == 403
}

/// The first messages of a stream that is there.
async fn published(client: &Client, shard: usize) -> anyhow::Result<Vec<async_nats::Message>> {
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
    drop(timeout(Duration::from_secs(1), all).await);
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
