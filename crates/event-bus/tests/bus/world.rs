//! A world for each test: a database, a process or several that append and relay, and a worker that follows.

use std::{sync::Arc, time::Duration};

use async_nats::{
    ConnectOptions,
    jetstream::{
        self, Message,
        consumer::{AckPolicy, pull},
        stream::Stream,
    },
};
use domain::{
    CalendarSettings, CommandId, GoalId, Ids, Personal, RawEvent, Recorded, Shard, UserId, WorkspaceId,
    calendar::Weekday, goal::CreateGoal,
};
use event_bus::{Bus, BusConfig, Election, Relay, Subscription};
use event_store::{Command, Decision, Fingerprint, IndexKey, Keyring, Log, Store, Vault, install};
use futures::StreamExt;
use runtime::{RandomIds, SystemClock};
use testkit::TestDatabase;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use uuid::Uuid;

/// Nothing in these tests takes so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// One shard is enough to do harm to; another must go on.
pub const SHARD: Shard = Shard(0);
pub const OTHER_SHARD: Shard = Shard(1);
const SHARDS: i16 = 2;

/// The log, where NATS is, and what the installation is called there.
pub struct World {
    pub database: TestDatabase,
    pub config: BusConfig,
    ids: Arc<RandomIds>,
    index_key: IndexKey,
}

impl World {
    /// On the nats-server of all tests, under a name of its own there.
    pub async fn new() -> Self {
        Self::at(&testkit::servers().nats_url).await
    }

    pub async fn at(nats_url: &str) -> Self {
        let database = testkit::database().await;
        let ids = Arc::new(RandomIds);
        install(database.pool(), &*ids, SHARDS).await.unwrap();
        let prefix = format!("test{}", ids.uuid().simple());
        let config = BusConfig { prefix, ..BusConfig::new(nats_url, "test") };
        Self { database, config, ids, index_key: IndexKey::new([3; 32]) }
    }

    pub async fn bus(&self) -> Arc<Bus> {
        self.bus_by(&self.config.url).await
    }

    /// The same nats-server by another way.
    pub async fn bus_by(&self, url: &str) -> Arc<Bus> {
        let config = BusConfig { url: url.into(), ..self.config.clone() };
        Arc::new(Bus::connect(&config, &self.index_key).await.unwrap())
    }

    pub async fn log(&self) -> Log {
        Log::open(self.database.pool().clone()).await.unwrap()
    }

    /// A process that appends, with its own store and a workspace in the shard that harm is done to.
    pub async fn process(&self) -> Process {
        self.process_in(SHARD).await
    }

    /// The same, in a shard.
    pub async fn process_in(&self, shard: Shard) -> Process {
        let (pool, clock) = (self.database.pool().clone(), Arc::new(SystemClock));
        let keyring = Keyring::new(1, &zeroize::Zeroizing::new([1; 32]));
        let vault = Arc::new(Vault::new(pool.clone(), keyring, clock.clone(), self.ids.clone()));
        let store = Store::open(pool, vault, self.index_key.clone(), clock, self.ids.clone()).await.unwrap();
        let actor = UserId::new(self.ids.uuid());
        let workspace = std::iter::repeat_with(|| WorkspaceId::new(self.ids.uuid()))
            .find(|workspace| store.log().shard_of(*workspace) == shard)
            .unwrap();
        let process = Process { store, ids: self.ids.clone(), actor, workspace };
        process.create_workspace().await;
        process
    }

    /// What an operator, or an intruder, has in hand.
    pub async fn jetstream(&self) -> jetstream::Context {
        let trusted = self.config.ca_file.iter().cloned();
        let options = trusted.fold(ConnectOptions::new(), ConnectOptions::add_root_certificates);
        jetstream::new(options.connect(&self.config.url).await.unwrap())
    }

    pub fn stream_name(&self) -> String {
        format!("{}-evt-{SHARD}", self.config.prefix)
    }

    pub async fn stream(&self) -> Stream {
        self.jetstream().await.get_stream(self.stream_name()).await.unwrap()
    }

    /// How many messages the stream holds; none, if there is no stream.
    pub async fn messages(&self) -> u64 {
        let stream = self.jetstream().await.get_stream(self.stream_name()).await;
        stream.map_or(0, |stream| stream.cached_info().state.messages)
    }

    /// When the stream was made, if there is one: this tells one making from the next.
    pub async fn made_at(&self) -> Option<impl PartialEq + std::fmt::Debug + use<>> {
        let stream = self.jetstream().await.get_stream(self.stream_name()).await;
        stream.ok().map(|stream| stream.cached_info().created)
    }

    /// Publishes something that the relay did not, and tells at which sequence it stands.
    pub async fn intrude(&self) -> u64 {
        let jetstream = self.jetstream().await;
        let subject = format!("{}.evt.{SHARD}.a.b.c.D", self.config.prefix);
        let deadline = Instant::now() + PATIENCE;
        loop {
            match jetstream.publish(subject.clone(), "{}".into()).await.unwrap().await {
                Ok(ack) => return ack.sequence,
                // Just now the stream may be being made again.
                Err(error) => assert!(Instant::now() < deadline, "{error}"),
            }
        }
    }

    /// Waits until the stream is the end of the log: the same events at the same numbers, as many as are kept.
    pub async fn stream_equals_log(&self) {
        let log = self.log().await;
        eventually("the stream equals the log", async || self.difference(&log).await).await;
    }

    async fn difference(&self, log: &Log) -> Result<(), String> {
        let stream = self.jetstream().await.get_stream(self.stream_name()).await.map_err(|error| error.to_string())?;
        let state = &stream.cached_info().state;
        let (events, kept) = (all_events(log).await, usize::try_from(self.config.keep).unwrap());
        let (head, first) = (events.len(), events.len().saturating_sub(kept) + 1);
        let numbers = [state.first_sequence, state.last_sequence, state.messages];
        let wanted = [first, head, head - first + 1].map(|number| u64::try_from(number).unwrap());
        if numbers != wanted {
            return Err(format!("first, last and number of messages are {numbers:?}, not {wanted:?}"));
        }
        let consumer = stream
            .create_consumer(pull::Config { ack_policy: AckPolicy::None, ..Default::default() })
            .await
            .map_err(|error| error.to_string())?;
        let batch = consumer.fetch().max_messages(head).messages().await.map_err(|error| error.to_string())?;
        let messages: Vec<_> = batch.filter_map(async |message| message.ok()).collect().await;
        let same = |(event, message): (&Recorded<RawEvent>, &Message)| {
            let found: Option<Recorded<RawEvent>> = serde_json::from_slice(&message.payload).ok();
            found.is_some_and(|found| found.id == event.id && found.position == event.position)
        };
        let kept = &events[first - 1..];
        require(messages.len() == kept.len(), || format!("read {} of {}", messages.len(), kept.len()))?;
        require(kept.iter().zip(&messages).all(same), || "another event".into())
    }
}

/// All events of the shard.
async fn all_events(log: &Log) -> Vec<Recorded<RawEvent>> {
    let mut events = vec![];
    loop {
        let page = log.read_shard(SHARD, i64::try_from(events.len()).unwrap(), 5_000).await.unwrap();
        if page.is_empty() {
            return events;
        }
        events.extend(page);
    }
}

/// One that appends, and may relay.
#[derive(Clone)]
pub struct Process {
    pub store: Store,
    ids: Arc<RandomIds>,
    actor: UserId,
    workspace: WorkspaceId,
}

impl Process {
    /// Relays, unless another process does.
    pub fn relay(&self, world: &World, bus: &Arc<Bus>) -> Running {
        self.relay_by(bus, Election::ByLock(world.database.pool().clone()))
    }

    /// Relays, whoever else does.
    pub fn relay_regardless(&self, bus: &Arc<Bus>) -> Running {
        self.relay_by(bus, Election::Uncontested)
    }

    fn relay_by(&self, bus: &Arc<Bus>, election: Election) -> Running {
        let relay = Relay::new(bus.clone(), self.store.clone(), election);
        AbortOnDropHandle::new(tokio::spawn(relay.run(CancellationToken::new())))
    }

    async fn create_workspace(&self) {
        let settings = CalendarSettings { zone: "UTC".into(), week_start: Weekday::Monday, day_start_minute: 0 };
        let (workspace, actor, command) = (self.workspace, self.actor, self.command());
        let done = self.store.execute(&command, (), |moment, ()| {
            Ok(Decision::on(workspace, moment.workspace.create(actor, settings.clone(), moment.now)?))
        });
        done.await.unwrap();
    }

    /// Appends one event.
    pub async fn create_goal(&self) {
        let create = CreateGoal {
            id: None,
            title: Personal::Clear("Run".into()),
            description: None,
            target_date: None,
            total_minutes: None,
        };
        let (id, command) = (GoalId::new(self.ids.uuid()), self.command());
        let done = self.store.execute(&command, id, |_, goal| Ok(Decision::on(id, goal.create(&create)?)));
        done.await.unwrap();
    }

    /// Appends so many.
    pub async fn create_goals(&self, number: usize) {
        futures::future::join_all((0..number).map(|_| self.create_goal())).await;
    }

    /// Appends on and on, a few at a time.
    pub fn load(&self) -> Running {
        let process = self.clone();
        AbortOnDropHandle::new(tokio::spawn(async move {
            loop {
                process.create_goals(4).await;
            }
        }))
    }

    fn command(&self) -> Command {
        Command {
            id: CommandId::new(self.ids.uuid()),
            actor: self.actor,
            workspace: self.workspace,
            fingerprint: Fingerprint([0; 16]),
            if_match: None,
            correlation: None,
            causation: None,
            trace_parent: None,
        }
    }
}

/// Something that goes on until it is dropped, as if killed.
pub type Running = AbortOnDropHandle<()>;

/// A worker: applies events with a checkpoint, and begins again at it now and then, as workers do.
pub struct Worker {
    log: Log,
    applied: Arc<tokio::sync::Mutex<Vec<Uuid>>>,
    _task: AbortOnDropHandle<()>,
}

impl Worker {
    pub async fn start(world: &World) -> Self {
        Self::start_by(world, &world.config.url).await
    }

    /// One that reaches nats-server by another way.
    pub async fn start_by(world: &World, url: &str) -> Self {
        let (log, bus) = (world.log().await, world.bus_by(url).await);
        let applied = Arc::new(tokio::sync::Mutex::new(vec![]));
        let task = tokio::spawn(work(bus, log.clone(), applied.clone()));
        Self { log, applied, _task: AbortOnDropHandle::new(task) }
    }

    /// Waits until it has applied the whole log, and holds it to having applied each event once and in order.
    pub async fn has_applied_everything(&self) {
        eventually("the worker has applied the log", async || {
            let logged: Vec<Uuid> = all_events(&self.log).await.into_iter().map(|event| event.id.uuid()).collect();
            let applied = self.applied.lock().await;
            let differs = applied.iter().zip(&logged).position(|(applied, logged)| applied != logged);
            assert_eq!(differs, None, "applied something else than was logged");
            require(applied.len() == logged.len(), || format!("{} of {}", applied.len(), logged.len()))
        })
        .await;
    }

    /// Waits until it has applied so many more than now.
    pub async fn applies(&self, more: usize) {
        let goal = self.applied.lock().await.len() + more;
        eventually("the worker goes on", async || {
            let applied = self.applied.lock().await.len();
            require(applied >= goal, || format!("{applied} of {goal}"))
        })
        .await;
    }
}

async fn work(bus: Arc<Bus>, log: Log, applied: Arc<tokio::sync::Mutex<Vec<Uuid>>>) {
    const BATCHES_A_LIFE: usize = 50;
    loop {
        let checkpoint = i64::try_from(applied.lock().await.len()).unwrap();
        let Ok(mut subscription) = Subscription::open(bus.clone(), log.clone(), SHARD, checkpoint).await else {
            continue;
        };
        for _ in 0..BATCHES_A_LIFE {
            let batch = subscription.next_batch(100, Duration::from_secs(1)).await.unwrap();
            let mut applied = applied.lock().await;
            for event in batch {
                assert_eq!(usize::try_from(event.position.number).unwrap(), applied.len() + 1, "out of order");
                applied.push(event.id.uuid());
            }
        }
    }
}

/// Waits for something that must come about, and fails where it does not.
pub async fn eventually(what: &str, so: impl AsyncFn() -> Result<(), String>) {
    within(PATIENCE, what, so).await;
}

/// The same, within a time of its own.
pub async fn within(limit: Duration, what: &str, so: impl AsyncFn() -> Result<(), String>) {
    let deadline = Instant::now() + limit;
    while let Err(why) = so().await {
        assert!(Instant::now() < deadline, "not so within {limit:?}: {what} ({why})");
        sleep(Duration::from_millis(10)).await;
    }
}

/// Turns a condition into what [`eventually`] waits for.
pub fn require(so: bool, why_not: impl FnOnce() -> String) -> Result<(), String> {
    if so { Ok(()) } else { Err(why_not()) }
}

/// Ends what is running, and waits until it has ended.
pub async fn kill(running: Running) {
    running.abort();
    let task: JoinHandle<()> = running.detach();
    drop(task.await);
}
