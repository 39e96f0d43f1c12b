//! What each part of the system may do on the real nats-server with the product's `nats.conf`, and above all what not.

use std::{
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_nats::{Client, ConnectOptions, Event, jetstream, jetstream::stream};
use embedded::{Folder, NATS_ROLES, NatsOptions, NatsServer, Tools, seed_path};
use futures::StreamExt;
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

/// Longer than this nothing takes here.
const PATIENCE: Duration = Duration::from_secs(30);
const STREAM: &str = "momentum-evt-0";
const SUBJECT: &str = "momentum.evt.0.workspace.goal.id.GoalCreated";
/// Those who may not publish.
const READERS: [&str; 4] = ["query-api", "projector", "analytics", "administration"];

/// A nats-server as the product runs it.
struct Server {
    nats: NatsServer,
    _place: TempDir,
}

/// A client, and what the server complained of.
struct Caller {
    client: Client,
    complaints: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start() -> Self {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(&place.path().join("data")).expect("a folder");
        let program = Tools::find(None, None).nats_server().expect("nats-server is there");
        let nats = NatsServer::start(&folder, &program, &NatsOptions::default()).await.expect("it starts");
        Self { nats, _place: place }
    }

    fn seed(&self, role: &str) -> String {
        fs::read_to_string(seed_path(self.nats.keys(), role)).expect("a seed").trim().to_owned()
    }

    async fn caller(&self, role: &str) -> Caller {
        let complaints = Arc::new(Mutex::new(vec![]));
        let heard = complaints.clone();
        let options = ConnectOptions::new()
            .nkey(self.seed(role))
            .custom_inbox_prefix(format!("_INBOX_{role}"))
            .request_timeout(Some(Duration::from_secs(2)))
            .event_callback(move |event| {
                let heard = heard.clone();
                async move {
                    if let Event::ServerError(error) = event {
                        heard.lock().expect("complaints").push(error.to_string().to_lowercase());
                    }
                }
            });
        let client = options.connect(self.nats.url()).await.expect("its nkey lets it in");
        Caller { client, complaints }
    }

    /// The stream of a shard, made by who may.
    async fn stream(&self) -> jetstream::Context {
        let relay = jetstream::new(self.caller("command-api").await.client);
        let config =
            stream::Config { name: STREAM.into(), subjects: vec!["momentum.evt.0.>".into()], ..Default::default() };
        relay.create_stream(config).await.expect("the relay makes streams");
        let stored = relay.publish(SUBJECT, "an event".into()).await.expect("sent");
        stored.await.expect("and publishes");
        relay
    }
}

impl Caller {
    /// Waits until the server has complained of this.
    async fn is_refused(&self, what: &str) {
        let what = what.to_lowercase();
        let complained = async {
            while !self.complaints.lock().expect("complaints").iter().any(|told| told.contains(&what)) {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let so_far = || self.complaints.lock().expect("complaints").clone();
        timeout(PATIENCE, complained).await.unwrap_or_else(|_| panic!("not refused: {what}; {:?}", so_far()));
    }

    async fn may_not_publish(&self, subject: &str) {
        self.client.publish(subject.to_owned(), "{}".into()).await.expect("sent");
        self.client.flush().await.expect("flushed");
        self.is_refused(&format!("permissions violation for publish to \"{subject}\"")).await;
    }

    async fn may_not_subscribe(&self, subject: &str) {
        let _subscription = self.client.subscribe(subject.to_owned()).await.expect("sent");
        self.client.flush().await.expect("flushed");
        self.is_refused(&format!("permissions violation for subscription to \"{subject}\"")).await;
    }
}

#[tokio::test]
async fn nobody_comes_in_without_an_nkey_of_this_installation() {
    let (server, other) = (Server::start().await, Server::start().await);
    assert!(ConnectOptions::new().connect(server.nats.url()).await.is_err(), "with none");
    let stranger = ConnectOptions::new().nkey(other.seed("command-api"));
    assert!(stranger.connect(server.nats.url()).await.is_err(), "with that of another");
    for (role, _) in NATS_ROLES {
        server.caller(role).await.client.flush().await.expect("it is in");
    }
}

#[tokio::test]
async fn only_the_relay_publishes_and_makes_streams() {
    let server = Server::start().await;
    server.stream().await;
    for role in READERS {
        let reader = server.caller(role).await;
        for subject in [
            SUBJECT,
            "momentum.evt.0",
            "momentum.ping.0",
            "$JS.API.STREAM.CREATE.momentum-evt-1",
            "$JS.API.STREAM.UPDATE.momentum-evt-0",
            "$JS.API.STREAM.DELETE.momentum-evt-0",
            "$JS.API.STREAM.PURGE.momentum-evt-0",
            "$JS.API.STREAM.MSG.DELETE.momentum-evt-0",
            "$JS.API.STREAM.RESTORE.momentum-evt-0",
            "$JS.API.STREAM.SNAPSHOT.momentum-evt-0",
        ] {
            reader.may_not_publish(subject).await;
        }
    }
}

#[tokio::test]
async fn nobody_takes_messages_out_of_a_stream() {
    let server = Server::start().await;
    let relay = server.stream().await;
    let caller = server.caller("command-api").await;
    for subject in [
        "$JS.API.STREAM.PURGE.momentum-evt-0",
        "$JS.API.STREAM.UPDATE.momentum-evt-0",
        "$JS.API.STREAM.MSG.DELETE.momentum-evt-0",
        "$JS.API.STREAM.RESTORE.momentum-evt-0",
        "$JS.API.ACCOUNT.PURGE.MOMENTUM",
    ] {
        caller.may_not_publish(subject).await;
    }
    let mut stream = relay.get_stream(STREAM).await.expect("it is there");
    assert_eq!(stream.info().await.expect("info").state.messages, 1);
}

#[tokio::test]
async fn a_reader_reads_and_reaches_no_consumer_that_has_a_name() {
    let server = Server::start().await;
    server.stream().await;
    for role in ["query-api", "projector", "analytics", "administration", "command-api"] {
        let reader = server.caller(role).await;
        let config = jetstream::consumer::pull::Config {
            ack_policy: jetstream::consumer::AckPolicy::None,
            ..Default::default()
        };
        let context = jetstream::new(reader.client.clone());
        let consumer = context.create_consumer_on_stream(config, STREAM).await.expect("a consumer without a name");
        let mut messages = consumer.messages().await.expect("messages");
        let message = timeout(PATIENCE, messages.next()).await.expect("in time").expect("one").expect("whole");
        assert_eq!(&message.payload[..], b"an event");
        assert_eq!(*reader.complaints.lock().expect("complaints"), Vec::<String>::new(), "{role}");
        for subject in [
            "$JS.API.CONSUMER.CREATE.momentum-evt-0.mine",
            "$JS.API.CONSUMER.CREATE.momentum-evt-0.mine.momentum.evt.0.>",
            "$JS.API.CONSUMER.DURABLE.CREATE.momentum-evt-0.mine",
            "$JS.API.CONSUMER.DELETE.momentum-evt-0.other",
            "$JS.API.CONSUMER.LIST.momentum-evt-0",
            "$JS.API.CONSUMER.NAMES.momentum-evt-0",
            "$JS.API.STREAM.MSG.GET.momentum-evt-0",
            "$JS.ACK.momentum-evt-0.other.1.1.1.1.1",
        ] {
            reader.may_not_publish(subject).await;
        }
    }
}

#[tokio::test]
async fn each_hears_its_own_answers_only() {
    let server = Server::start().await;
    for (role, _) in NATS_ROLES {
        let caller = server.caller(role).await;
        caller.may_not_subscribe(">").await;
        caller.may_not_subscribe("momentum.evt.>").await;
        caller.may_not_subscribe("_INBOX.>").await;
        caller.may_not_subscribe("$SYS.>").await;
        let others = NATS_ROLES.into_iter().filter(|(other, _)| *other != role);
        for (other, _) in others {
            caller.may_not_subscribe(&format!("_INBOX_{other}.>")).await;
            caller.may_not_publish(&format!("_INBOX_{other}.answer")).await;
        }
    }
}

#[tokio::test]
async fn seeds_are_in_no_log_of_the_server() {
    let server = Server::start().await;
    let seeds: Vec<String> = NATS_ROLES.into_iter().map(|(role, _)| server.seed(role)).collect();
    server.caller("projector").await.may_not_publish(SUBJECT).await;
    let logs = fs::read_dir(server._place.path().join("data/logs")).expect("logs").flatten();
    let logs: Vec<_> = logs.map(|log| fs::read_to_string(log.path()).expect("a log")).collect();
    assert!(logs.iter().any(|text| text.contains("Server is ready")), "{logs:?}");
    assert!(!logs.iter().any(|text| seeds.iter().any(|seed| text.contains(seed))));
}
