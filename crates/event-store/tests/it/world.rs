//! A world for each test: a database with a log, processes that open it, and people who want something.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use domain::{
    CalendarSettings, Clock, CommandId, DailyLogId, Goal, GoalId, Id, Ids, Personal, RawEvent, Recorded, Shard, UserId,
    WorkspaceId,
    calendar::Weekday,
    daily_log::LogDay,
    goal::{CreateGoal, ReviseGoal},
};
use event_store::{
    Command, Decision, Fingerprint, IndexKey, Keyring, Log, New, Receipt, Store, StoreError, Vault, install,
};
use sqlx::{
    PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use testkit::TestDatabase;
use tokio::time::{Instant, sleep};
use zeroize::Zeroizing;

use crate::given::{TestClock, TestIds, beginning};

/// Enough for two workspaces to be apart, and for many to be together.
pub const SHARDS: i16 = 2;
/// Nothing in these tests takes so long.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct World {
    pub clock: Arc<TestClock>,
    pub ids: Arc<TestIds>,
    database: TestDatabase,
}

/// What a process opens its store with.
pub struct Opening {
    pub pool: PgPool,
    pub keyring: Keyring,
    pub index_key: IndexKey,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<TestIds>,
}

impl World {
    pub async fn new() -> Self {
        Self::installed(testkit::database().await).await
    }

    /// On Debian's Postgres 15, if there is one.
    pub async fn on_the_oldest() -> Option<Self> {
        let server = testkit::postgres_15()?;
        Some(Self::on(&server).await)
    }

    /// On a server given by an address with the right to create databases.
    pub async fn on(admin_url: &str) -> Self {
        Self::installed(testkit::database_on(admin_url).await).await
    }

    async fn installed(database: TestDatabase) -> Self {
        let (clock, ids) = (Arc::new(TestClock::at(beginning())), Arc::new(TestIds::default()));
        let world = Self { clock, ids, database };
        install(world.pool(), &*world.ids, SHARDS).await.unwrap();
        world
    }

    /// What an operator, or an intruder, has in hand.
    pub fn pool(&self) -> &PgPool {
        self.database.pool()
    }

    /// Where the database is.
    pub fn options(&self) -> PgConnectOptions {
        self.database.url().parse().unwrap()
    }

    /// A process of its own: with its own connections, cache and writer.
    pub async fn store(&self) -> Store {
        self.opening().store().await
    }

    pub fn opening(&self) -> Opening {
        Opening {
            pool: pool(self.options()),
            keyring: Keyring::new(1, &master_key(1)),
            index_key: IndexKey::new([3; 32]),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
        }
    }

    pub async fn log(&self) -> Log {
        Log::open(self.pool().clone()).await.unwrap()
    }

    /// A new id of any kind.
    pub fn id<T>(&self) -> Id<T> {
        Id::new(self.ids.uuid())
    }

    /// Somebody with a workspace in the first shard.
    pub async fn person(&self, store: &Store) -> Person {
        self.person_in(store, Shard(0)).await
    }

    pub async fn person_in(&self, store: &Store, shard: Shard) -> Person {
        let person = Person { actor: self.id(), workspace: self.workspace_in(shard), ids: self.ids.clone() };
        person.create_workspace(store).await;
        person
    }

    pub fn workspace_in(&self, shard: Shard) -> WorkspaceId {
        let mut ids = std::iter::repeat_with(|| self.id());
        ids.find(|workspace| Shard::of(*workspace, SHARDS) == shard).unwrap()
    }

    /// Holds the lock of a shard, so that all who append to it wait.
    pub async fn hold(&self, shard: Shard) -> Transaction<'static, Postgres> {
        let mut transaction = self.pool().begin().await.unwrap();
        let lock = sqlx::query("select from es.shard where shard = $1 for update").bind(shard.0);
        lock.execute(&mut *transaction).await.unwrap();
        transaction
    }

    /// Those who wait for a lock in this database, by their process ids.
    pub async fn waiting(&self) -> Vec<i32> {
        let waiting =
            "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        sqlx::query_scalar(waiting).fetch_all(self.pool()).await.unwrap()
    }

    /// Waits until somebody waits for a lock.
    pub async fn somebody_waits(&self) {
        eventually("somebody waits for a lock", async || !self.waiting().await.is_empty()).await;
    }

    /// All events of all shards, which are held to what the log promises of them.
    pub async fn events(&self) -> Vec<Recorded<RawEvent>> {
        let log = self.log().await;
        let mut events = vec![];
        for shard in log.shards() {
            let read = read_all(&log, shard, 5_000).await;
            let head = log.head(shard).await.unwrap().number;
            let numbers = read.iter().map(|event| event.position.number);
            assert!(numbers.eq(1..=head), "positions of shard {shard} are dense, up to its head");
            assert!(read.is_sorted_by_key(|event| event.recorded_at), "instants of shard {shard} never go back");
            let mut versions = HashMap::new();
            for event in &read {
                let version = versions.entry(event.stream).or_insert(0);
                *version += 1;
                assert_eq!(event.version, *version, "versions are dense: {event:?}");
            }
            events.extend(read);
        }
        let ids: HashSet<_> = events.iter().map(|event| event.id).collect();
        assert_eq!(ids.len(), events.len(), "each event is there once");
        events
    }
}

impl Opening {
    pub async fn try_store(self) -> Result<Store, StoreError> {
        let Self { pool, keyring, index_key, clock, ids } = self;
        let vault = Vault::new(pool.clone(), keyring, clock.clone(), ids.clone());
        Store::open(pool, Arc::new(vault), index_key, clock, ids).await
    }

    pub async fn store(self) -> Store {
        self.try_store().await.unwrap()
    }
}

/// Somebody, and the workspace they change.
#[derive(Clone)]
pub struct Person {
    pub actor: UserId,
    pub workspace: WorkspaceId,
    pub ids: Arc<TestIds>,
}

impl Person {
    /// A new wish. All have the same fingerprint, unless a test says otherwise.
    pub fn command(&self) -> Command {
        self.command_with(self.ids.uuid().into())
    }

    pub fn command_with(&self, id: CommandId) -> Command {
        Command {
            id,
            actor: self.actor,
            workspace: self.workspace,
            fingerprint: Fingerprint([0; 16]),
            if_match: None,
            correlation: None,
            causation: None,
            trace_parent: None,
        }
    }

    pub async fn create_workspace(&self, store: &Store) {
        let settings =
            CalendarSettings { zone: "Europe/Berlin".into(), week_start: Weekday::Monday, day_start_minute: 0 };
        let (actor, workspace, command) = (self.actor, self.workspace, self.command());
        let created = store.execute(&command, (), |moment, ()| {
            Ok(Decision::on(workspace, moment.workspace.create(actor, settings.clone(), moment.now)?))
        });
        created.await.unwrap();
    }

    /// A goal of this title, just made.
    pub async fn goal(&self, store: &Store, title: &str) -> GoalId {
        let goal = self.ids.uuid().into();
        create(store, &self.command(), goal, title).await.unwrap();
        goal
    }
}

pub async fn create(store: &Store, command: &Command, goal: GoalId, title: &str) -> Result<Receipt, StoreError> {
    let create = CreateGoal {
        id: None,
        title: Personal::clear(title),
        description: None,
        target_date: None,
        total_minutes: None,
    };
    store.execute(command, New::stream(goal), |_, state| Ok(Decision::on(goal, state.create(&create)?))).await
}

/// Counts a goal's total up by one, which shows whether any change to it was lost.
pub async fn count_up(store: &Store, command: &Command, goal: GoalId) -> Result<Receipt, StoreError> {
    store.execute(command, goal, |_, state| Ok(Decision::on(goal, state.revise(&counted_up(state))?))).await
}

pub fn counted_up(goal: &Goal) -> ReviseGoal {
    ReviseGoal { total_minutes: Some(Some(goal.total_minutes.unwrap_or(0) + 1)), ..ReviseGoal::default() }
}

pub async fn complete(store: &Store, command: &Command, goal: GoalId) -> Result<Receipt, StoreError> {
    store.execute(command, goal, |_, state| Ok(Decision::on(goal, state.complete()?))).await
}

/// Logs today, which reads the goal and writes the log.
pub async fn log_day(store: &Store, command: &Command, goal: GoalId, log: DailyLogId) -> Result<Receipt, StoreError> {
    let wish = LogDay { id: None, goal_id: goal, day: None, minutes: 30, text: None };
    let logged = store.execute(command, (goal, New::stream(log)), |moment, (goal, state)| {
        Ok(Decision::on(log, state.create(&wish, goal, moment.today()?, moment.zone())?))
    });
    logged.await
}

/// Asks until there is an answer, as clients do: under the same id, while the database is away or others come first.
pub async fn answered<Asked: Future<Output = Result<Receipt, StoreError>>>(ask: impl Fn() -> Asked) -> Receipt {
    loop {
        match ask().await {
            Err(StoreError::Contended(_) | StoreError::Unavailable) => {}
            // Before anything is appended, the database's absence is told as it is.
            Err(StoreError::Database(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Database(_))) => {}
            answer => return answer.unwrap(),
        }
    }
}

/// All events of a shard, in pages.
pub async fn read_all(log: &Log, shard: Shard, page: i64) -> Vec<Recorded<RawEvent>> {
    let mut events: Vec<Recorded<RawEvent>> = vec![];
    loop {
        let after = events.last().map_or(0, |last| last.position.number);
        let read = log.read_shard(shard, after, page).await.unwrap();
        if read.is_empty() {
            return events;
        }
        events.extend(read);
    }
}

pub fn master_key(byte: u8) -> Zeroizing<[u8; 32]> {
    Zeroizing::new([byte; 32])
}

pub fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(4).connect_lazy_with(options)
}

/// Waits for something that must come about, and fails where it does not.
pub async fn eventually(what: &str, so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !so().await {
        assert!(Instant::now() < deadline, "not so within {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(5)).await;
    }
}
