//! The whole product in one process, started as in production, on a database of one test; called as clients would.
//!
//! ```no_run
//! # async fn test() {
//! let app = testkit::app::App::new().await;
//! let ada = app.register("ada@example.org").await;
//! let goal = ada.post("/v1/goals", serde_json::json!({ "title": "Run a marathon" })).await.done();
//! app.settle().await;
//! assert_eq!(ada.get(&format!("/v1/goals/{goal}")).await.text("/title"), "Run a marathon");
//! # }
//! ```

mod caller;
mod contract;
mod reply;
mod request;
mod stream;

use std::{path::Path, sync::Arc, time::Duration};

use analytics::WeekClock;
use axum::Router;
use chrono::TimeDelta;
use domain::{Clock, Ids};
use event_bus::{Bus, BusConfig};
use event_store::Log;
use momentum::roles::{self, Role};
use query_api::FeedLimits;
use runtime::{
    Base, DatabaseRole, Health, Progress, RandomIds, Shutdown, SystemClock,
    config::{self, Config, ConfigFlags, Environment},
    http::Edge,
    pool,
};
use serde_json::json;
use tokio::time::timeout;
use worker::{Checkpoints, Schema};

pub use self::{
    caller::{Caller, PASSWORD},
    reply::Reply,
    request::Asking,
    stream::{EventStream, Message},
};
use crate::{TestClock, TestDatabase, database, servers};

/// Where clients find it. Nothing listens there: requests are handed over in memory.
const ADDRESS: &str = "http://localhost:8080";
/// Two make one pass by a position of the other's.
const SHARDS: i16 = 2;
/// A role rarely needs more, and many tests share one server.
const CONNECTIONS_MAX: u32 = 6;
/// Two random keys; no secret.
const MASTER_KEY: &str = "7d1f4c0e95a83b62e6d0417a2cbb5f908e33d9a1640fc57b18a2ee4d7906f3c5";
const INDEX_KEY: &str = "c25b08f19e746da3d1803fe75ca94b6682d7011ef83a9cc4470e5bb2396df81a";
/// Longer than this nothing takes that ends at all, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the product is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// What runs.
    pub roles: Vec<Role>,
    /// What bounds event streams.
    pub feed: FeedLimits,
    /// Whether anyone may register.
    pub registration: config::Registration,
    /// How long a request may take; as in production unless given.
    pub request_timeout: Option<Duration>,
    /// Whether queries are answered as by another process, which is told nothing in memory.
    pub apart: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            roles: Role::ALL.to_vec(),
            feed: FeedLimits::default(),
            registration: config::Registration::Open,
            request_timeout: None,
            apart: false,
        }
    }
}

/// The product, and what it stands on.
pub struct App {
    database: TestDatabase,
    base: Base,
    clock: Arc<TestClock>,
    log: Log,
    read: Checkpoints,
    analytics: Checkpoints,
    weeks: Option<WeekClock>,
    router: Router,
}

impl App {
    /// The product with every role.
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    /// The product, started in another way.
    ///
    /// # Panics
    /// When it does not start; so do the other methods, when what they need fails.
    pub async fn with(options: Options) -> Self {
        Self::start(options).await.expect("the product starts")
    }

    async fn start(options: Options) -> anyhow::Result<Self> {
        let database = database().await;
        event_store::install(database.pool(), &RandomIds, SHARDS).await?;
        momentum::privileges::grant(database.pool()).await?;
        let clock = Arc::new(TestClock::at(SystemClock.now()));
        let shutdown = Shutdown::new(Duration::ZERO);
        let base = Base {
            config: Arc::new(config(&database, options.registration)?),
            data_folder: None,
            clock: clock.clone(),
            ids: Arc::new(RandomIds),
            health: Health::new(shutdown.clone()),
            shutdown,
            progress: Progress::default(),
            endings: Arc::default(),
        };
        // Tests share a nats-server, so each has its own streams.
        let prefix = format!("test-{}", base.ids.uuid().simple());
        let config = BusConfig { prefix, ..BusConfig::new(&servers().nats_url, "test") };
        let bus = Arc::new(Bus::connect(&config, &base.keys()?.index_key).await?);
        let buses = options.roles.iter().map(|role| (*role, bus.clone()));
        let (there, here): (Vec<_>, Vec<_>) = buses.partition(|(role, _)| options.apart && *role == Role::QueryApi);
        let elsewhere = Base { progress: Progress::default(), endings: Arc::default(), ..base.clone() };
        let endpoints = roles::start(&here, &base, options.feed).await?.unwrap_or_default();
        let endpoints = endpoints.merge(roles::start(&there, &elsewhere, options.feed).await?.unwrap_or_default());
        let mut edge = Edge::new(ADDRESS, base.ids.clone());
        edge.request_timeout = options.request_timeout.unwrap_or(edge.request_timeout);
        let router = roles::site(endpoints, ADDRESS, &edge)?;
        let log = Log::open(database.pool().clone()).await?;
        let read = pool::connect(&base.config.database, "test", Schema::READ.living).await?;
        let read = Checkpoints::watch(read, base.progress.clone());
        let figures = base.pool(DatabaseRole::Analytics, Schema::ANALYTICS.living).await?;
        let analytics = Checkpoints::watch(figures.clone(), base.progress.clone());
        let weeks =
            if options.roles.contains(&Role::Analytics) { Some(WeekClock::open(&base, figures).await?) } else { None };
        Ok(Self { database, base, clock, log, read, analytics, weeks, router })
    }

    /// Waits until every read model has taken in everything that is in the log, and every week that is over is closed.
    pub async fn settle(&self) {
        let settled = async {
            self.taken_in().await;
            while self.close_weeks().await > 0 {
                self.taken_in().await;
            }
        };
        timeout(PATIENCE, settled).await.expect("read models come as far as the log");
    }

    /// One more week clock, as another analytics worker would run it.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn week_clock(&self) -> WeekClock {
        let pool = self.base.pool(DatabaseRole::Analytics, Schema::ANALYTICS.living).await.expect("a pool");
        WeekClock::open(&self.base, pool).await.expect("a week clock")
    }

    /// What the week clock does now and then, done now: tells how many weeks it found to close.
    async fn close_weeks(&self) -> usize {
        let Some(weeks) = &self.weeks else { return 0 };
        weeks.close_due().await.expect("weeks are closed")
    }

    async fn taken_in(&self) {
        let names = |models: Vec<Arc<dyn worker::AnyReadModel>>| models.iter().map(|it| it.name()).collect::<Vec<_>>();
        let [(_, read), (_, analytics)] = momentum::homes();
        for (checkpoints, models) in [(&self.read, names(read)), (&self.analytics, names(analytics))] {
            for shard in self.log.shards() {
                let head = self.log.head(shard).await.expect("head");
                while checkpoints.reached(&models, head).await.is_err() {}
            }
        }
    }

    /// How many events there are, of everybody.
    pub async fn events(&self) -> i64 {
        let mut events = 0;
        for shard in self.log.shards() {
            events += self.log.head(shard).await.expect("head").number;
        }
        events
    }

    /// Has an event be one that another version wrote, and this one cannot read.
    async fn make_unreadable(&self, event: &str) {
        let newer = sqlx::query("update es.events set type = 'GoalDreamtOf', schema = 2 where id = $1::text::uuid");
        let made = newer.bind(event).execute(self.database.pool()).await.expect("written");
        assert_eq!(made.rows_affected(), 1);
    }

    /// Has the last event of a stream be its so-manieth.
    pub async fn make_long(&self, stream: &str, version: i32) {
        let longer = sqlx::query(
            "update es.events set version = $2 where stream_id = $1::text::uuid
             and version = (select max(version) from es.events where stream_id = $1::text::uuid)",
        );
        let made = longer.bind(stream).bind(version).execute(self.database.pool()).await.expect("written");
        assert_eq!(made.rows_affected(), 1);
    }

    /// A goal of somebody's, revised twice, of which nobody can read the first revision: the fourth of the events so far.
    pub async fn goal_with_unreadable_revision(&self, person: &Caller<'_>) -> String {
        let goal = person.goal("Run").await;
        person.patch(&format!("/v1/goals/{goal}"), json!({ "title": "Run far" })).await.done();
        person.patch(&format!("/v1/goals/{goal}"), json!({ "total_minutes": 60 })).await.done();
        self.settle().await;
        self.make_unreadable(person.get("/v1/events").await.text("/items/3/id")).await;
        goal
    }

    /// The product's clock.
    #[must_use]
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// Lets time go by.
    pub fn pass(&self, time: TimeDelta) {
        self.clock.pass(time);
    }

    /// A new UUIDv7, as of the product's clock, as a client makes one.
    #[must_use]
    pub fn new_id(&self) -> String {
        let now = self.clock.now();
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let mut random = [0; 10];
        RandomIds.fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
    }

    /// The log.
    #[must_use]
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// The database of this test.
    #[must_use]
    pub const fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// The routes with all layers around them.
    pub const fn router(&self) -> &Router {
        &self.router
    }

    /// Begins the end of the product, as a signal would.
    pub fn shut_down(&self) {
        self.base.shutdown.begin();
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.shut_down();
    }
}

/// The defaults, on the servers for tests.
fn config(database: &TestDatabase, registration: config::Registration) -> anyhow::Result<Config> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../momentum.example.toml");
    let flags = ConfigFlags { config: Some(sample), ..ConfigFlags::default() };
    let mut config = config::load(&flags, &Environment::default())?.config;
    config.shards = SHARDS;
    config.server.registration = registration;
    config.database.url = Some(database.url().into());
    config.database.connections_max = CONNECTIONS_MAX;
    // The Postgres for tests is fast and forgetful.
    config.database.require_durable = false;
    config.vault.master_key = Some(MASTER_KEY.into());
    config.vault.index_key = Some(INDEX_KEY.into());
    Ok(config)
}
