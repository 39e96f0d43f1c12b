//! A world for each test: a log that commands are appended to and relayed from, and workers on it.

use std::{sync::Arc, time::Duration};

use domain::{
    CalendarSettings, CommandId, GoalId, Ids, Personal, Position, Shard, UserId, WorkspaceId,
    calendar::Weekday,
    goal::{CreateGoal, ReviseGoal},
};
use event_bus::{Bus, BusConfig, Election, Relay};
use event_store::{Command, Decision, Fingerprint, IndexKey, Keyring, Log, Store, Vault, install};
use futures::future::join_all;
use runtime::{Progress, RandomIds, SystemClock};
use sqlx::{
    PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use testkit::TestDatabase;
use tokio::time::{Instant, sleep};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use uuid::Uuid;
use worker::{AnyReadModel, Checkpoint, Rebuild, Schema, Worker};

use crate::ledger;

/// Nothing in these tests takes so long.
pub const PATIENCE: Duration = Duration::from_secs(30);
pub const SHARDS: i16 = 2;
/// Where the goals of these tests are, unless they are everywhere.
pub const SHARD: Shard = Shard(0);
/// The other.
pub const OTHER_SHARD: Shard = Shard(1);

/// Something that goes on until it is dropped, as if killed.
pub type Running = AbortOnDropHandle<()>;

/// Commands without end.
pub struct Load {
    stop: CancellationToken,
    task: Running,
}

impl Load {
    /// Ends it, and waits until all that was asked for is in the log.
    pub async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// A database with a log and the tables of all ledgers, who appends, and the relay.
pub struct World {
    pub database: TestDatabase,
    /// Sees the living tables, as query-api does.
    pub reader: PgPool,
    pub log: Log,
    store: Store,
    ids: Arc<RandomIds>,
    actor: UserId,
    /// One in each shard.
    workspaces: Vec<WorkspaceId>,
    /// What this test's streams are called by.
    prefix: String,
    bus: Arc<Bus>,
    relay: Running,
}

impl World {
    pub async fn new() -> Self {
        let database = testkit::database().await;
        ledger::create_tables(database.pool()).await;
        let (pool, clock, ids) = (database.pool().clone(), Arc::new(SystemClock), Arc::new(RandomIds));
        install(&pool, &*ids, SHARDS).await.unwrap();
        let keyring = Keyring::new(1, &zeroize::Zeroizing::new([1; 32]));
        let index_key = IndexKey::new([3; 32]);
        let vault = Arc::new(Vault::new(pool.clone(), keyring, clock.clone(), ids.clone()));
        let store = Store::open(pool.clone(), vault, index_key.clone(), clock, ids.clone()).await.unwrap();
        let prefix = format!("test{}", ids.uuid().simple());
        let config = BusConfig { prefix: prefix.clone(), ..BusConfig::new(&testkit::servers().nats_url, "test") };
        let bus = Arc::new(Bus::connect(&config, &index_key).await.unwrap());
        let relay = Relay::new(bus.clone(), store.clone(), Election::ByLock(pool));
        let log = store.log().clone();
        let in_shard = |shard| {
            let any = std::iter::repeat_with(|| WorkspaceId::new(ids.uuid()));
            any.into_iter().find(|workspace| log.shard_of(*workspace) == shard).unwrap()
        };
        let world = Self {
            reader: pool_on(&database, "reader", "read"),
            workspaces: log.shards().map(in_shard).collect(),
            actor: UserId::new(ids.uuid()),
            log,
            store,
            ids,
            prefix,
            bus,
            database,
            relay: AbortOnDropHandle::new(tokio::spawn(relay.run(CancellationToken::new()))),
        };
        for workspace in &world.workspaces {
            world.create_workspace(*workspace).await;
        }
        world
    }

    /// From now on nothing is relayed, and what was written last is lost from the log, though not from the bus.
    pub async fn lose_the_last(&self, events: i64) {
        let head = self.log.head(SHARD).await.unwrap().number;
        self.relayed(head).await;
        self.relay.abort();
        let lost = "delete from es.events where shard = $1 and position > $2";
        sqlx::query(lost).bind(SHARD.0).bind(head - events).execute(self.database.pool()).await.unwrap();
    }

    /// Waits until the bus has the event with this number.
    async fn relayed(&self, number: i64) {
        let client = async_nats::connect(&testkit::servers().nats_url).await.unwrap();
        let jetstream = async_nats::jetstream::new(client);
        let give_up = Instant::now() + PATIENCE;
        loop {
            // Not there at all before the first.
            let stream = jetstream.get_stream(format!("{}-evt-{SHARD}", self.prefix)).await;
            if stream.is_ok_and(|stream| stream.cached_info().state.last_sequence >= number.unsigned_abs()) {
                return;
            }
            assert!(Instant::now() < give_up, "the relay has not come to {number}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// A worker of this name with these read models.
    pub fn worker(&self, name: &'static str, models: &[Arc<dyn AnyReadModel>]) -> Worker {
        let pool = pool_on(&self.database, name, "read");
        let (log, bus, progress) = (self.log.clone(), self.bus.clone(), Progress::default());
        Worker { name, models: models.to_vec(), pool, log, bus, progress }
    }

    pub fn rebuild(&self, models: &[Arc<dyn AnyReadModel>]) -> Rebuild {
        let [living, next] =
            [Schema::READ.living, Schema::READ.next].map(|path| pool_on(&self.database, "rebuild", path));
        Rebuild { models: models.to_vec(), schema: Schema::READ, living, next, log: self.log.clone() }
    }

    /// Appends a goal with so many minutes in all, in the shard of most tests.
    pub async fn create_goal(&self, total_minutes: u32) -> GoalId {
        self.create_goal_in(SHARD, total_minutes).await
    }

    pub async fn create_goal_in(&self, shard: Shard, total_minutes: u32) -> GoalId {
        let id = GoalId::new(self.ids.uuid());
        let title = Personal::clear("Run");
        let create =
            CreateGoal { id: None, title, description: None, target_date: None, total_minutes: Some(total_minutes) };
        let command = self.command(self.workspace(shard));
        let done = self.store.execute(&command, id, |_, goal| Ok(Decision::on(id, goal.create(&create)?)));
        done.await.unwrap();
        id
    }

    /// Appends another event of that goal.
    pub async fn revise_goal(&self, id: GoalId, total_minutes: u32) {
        let revise = ReviseGoal { total_minutes: Some(Some(total_minutes)), ..ReviseGoal::default() };
        let command = self.command(self.workspace(SHARD));
        let done = self.store.execute(&command, id, |_, goal| Ok(Decision::on(id, goal.revise(&revise)?)));
        done.await.unwrap();
    }

    /// Appends so many goals to each shard.
    pub async fn create_goals(&self, number: usize) {
        let shards = self.log.shards().flat_map(|shard| std::iter::repeat_n(shard, number));
        join_all(shards.map(|shard| self.create_goal_in(shard, 100))).await;
    }

    /// Appends on and on, to new goals and to old ones.
    pub fn load(self: &Arc<Self>) -> Load {
        let (world, stop) = (self.clone(), CancellationToken::new());
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let goal = world.create_goal(0).await;
            for minutes in (1_000..).take_while(|_| !stopped.is_cancelled()) {
                tokio::join!(world.create_goals(3), world.revise_goal(goal, minutes));
            }
        });
        Load { stop, task: AbortOnDropHandle::new(task) }
    }

    /// Writes an event into the log that no command makes, as the superuser can.
    pub async fn plant(&self, stream: Uuid, name: &str, schema: i16, data: &str) {
        let mut transaction = self.sequencing().await;
        sqlx::query(
            "insert into es.events (shard, position, stream_id, version, id, type, schema, workspace, actor, command_id,
                                    recorded_at, local_day, data)
             select $1, head + 1, $2,
                    coalesce((select max(version) from es.events where shard = $1 and stream_id = $2), 0) + 1,
                    gen_random_uuid(), $3, $4, $5, $6, gen_random_uuid(), now(), current_date, $7::json
             from es.heads where shard = $1",
        )
        .bind(SHARD.0)
        .bind(stream)
        .bind(name)
        .bind(schema)
        .bind(self.workspace(SHARD).uuid())
        .bind(self.actor.uuid())
        .bind(data)
        .execute(&mut *transaction)
        .await
        .unwrap();
        transaction.commit().await.unwrap();
    }

    /// Writes so many events into the log at once, each of a stream of its own.
    pub async fn plant_many(&self, number: i64) {
        let mut transaction = self.sequencing().await;
        sqlx::query(
            "insert into es.events (shard, position, stream_id, version, id, type, schema, workspace, actor, command_id,
                                    recorded_at, local_day, data)
             select $1, head + number, gen_random_uuid(), 1, gen_random_uuid(), 'GoalArchived', 1, $3, $4,
                    gen_random_uuid(), now(), current_date, '{}'
             from es.heads, generate_series(1, $2) as number where shard = $1",
        )
        .bind(SHARD.0)
        .bind(number)
        .bind(self.workspace(SHARD).uuid())
        .bind(self.actor.uuid())
        .execute(&mut *transaction)
        .await
        .unwrap();
        transaction.commit().await.unwrap();
    }

    /// Holds the lock by which positions are given out.
    async fn sequencing(&self) -> Transaction<'static, Postgres> {
        let mut transaction = runtime::pool::begin(self.database.pool()).await.unwrap();
        let lock = sqlx::query("select from es.shard where shard = $1 for update").bind(SHARD.0);
        lock.execute(&mut *transaction).await.unwrap();
        transaction
    }

    /// Waits until these read models stand where the log ends now.
    pub async fn caught_up(&self, models: &[&str]) {
        for shard in self.log.shards() {
            let head = self.log.head(shard).await.unwrap();
            for model in models {
                self.reached(model, head).await;
            }
        }
    }

    /// Waits until a read model has come this far.
    pub async fn reached(&self, model: &str, position: Position) {
        eventually(&format!("{model} has taken in {position}"), async || {
            let at = self.checkpoint(model, position.shard).await;
            require(at >= position.number, || format!("it stands at {at}"))
        })
        .await;
    }

    pub async fn checkpoint(&self, model: &str, shard: Shard) -> i64 {
        let all = Checkpoint::all(&self.reader).await.unwrap();
        let own = all.into_iter().find(|it| it.model == model && it.shard == shard);
        own.map_or(0, |checkpoint| checkpoint.position)
    }

    pub async fn head(&self) -> Position {
        self.log.head(SHARD).await.unwrap()
    }

    /// Checks a ledger on and on, as a reader who always looks.
    pub fn watch(&self, model: &'static str) -> AbortOnDropHandle<()> {
        let reader = self.reader.clone();
        AbortOnDropHandle::new(tokio::spawn(async move {
            let mut before = 0;
            loop {
                let streams = ledger::check(&reader, model).await;
                assert!(streams >= before, "{model} had {before} streams, and now has {streams}");
                before = streams;
            }
        }))
    }

    /// Has whoever writes this ledger's rows in this schema wait, until the connection is closed.
    pub async fn close_gate(&self, model: &str, schema: &str) -> PgConnection {
        let mut gate = self.database.pool().acquire().await.unwrap().detach();
        sqlx::query("select pg_advisory_lock(hashtext($1), hashtext($2))")
            .bind(model)
            .bind(schema)
            .execute(&mut gate)
            .await
            .unwrap();
        gate
    }

    /// Waits until someone waits at a gate.
    pub async fn someone_at_gate(&self) {
        self.at_gate(1).await;
    }

    /// Waits until so many wait at a gate.
    pub async fn at_gate(&self, number: i64) {
        let waiting = "select count(*) from pg_locks where locktype = 'advisory' and objsubid = 2 and not granted
                       and database = (select oid from pg_database where datname = current_database())";
        eventually("they wait at the gate", async || {
            let count: i64 = sqlx::query_scalar(waiting).fetch_one(self.database.pool()).await.unwrap();
            require(count >= number, || format!("{count} of {number}"))
        })
        .await;
    }

    /// Waits until a query counts something.
    pub async fn sees(&self, what: &str, query: &'static str) {
        eventually(what, async || {
            let count: i64 = sqlx::query_scalar(query).fetch_one(self.database.pool()).await.unwrap();
            require(count > 0, || "not yet".into())
        })
        .await;
    }

    /// Ends the sessions of a worker or rebuild, all or only those that hold its leases or lock, as a failing network would.
    /// Waits until they are gone: who goes on finds free what they held.
    pub async fn disconnect(&self, name: &str, only_locks: bool) {
        sqlx::query(
            // All are found before any is ended, so that nobody is met who has just taken over.
            "select pg_terminate_backend(pid, 30000) from unnest(array(
                 select pid from pg_stat_activity
                 where datname = current_database() and application_name = $1 and (not $2 or exists (
                     select from pg_locks where pg_locks.pid = pg_stat_activity.pid and locktype = 'advisory'
                     and objsubid = 1 and granted)))) as pid",
        )
        .bind(name)
        .bind(only_locks)
        .execute(self.database.pool())
        .await
        .unwrap();
    }

    pub fn workspace(&self, shard: Shard) -> WorkspaceId {
        *self.workspaces.iter().find(|workspace| self.log.shard_of(**workspace) == shard).unwrap()
    }

    async fn create_workspace(&self, id: WorkspaceId) {
        let settings = CalendarSettings { zone: "UTC".into(), week_start: Weekday::Monday, day_start_minute: 0 };
        let command = self.command(id);
        let done = self.store.execute(&command, (), |moment, ()| {
            Ok(Decision::on(id, moment.workspace.create(self.actor, settings.clone(), moment.now)?))
        });
        done.await.unwrap();
    }

    fn command(&self, workspace: WorkspaceId) -> Command {
        Command {
            id: CommandId::new(self.ids.uuid()),
            actor: self.actor,
            workspace,
            fingerprint: Fingerprint([0; 16]),
            if_match: None,
            correlation: None,
            causation: None,
            trace_parent: None,
        }
    }
}

/// Has a worker work until what this returns is dropped.
pub fn run(worker: Worker) -> Running {
    AbortOnDropHandle::new(tokio::spawn(worker.run(CancellationToken::new())))
}

/// Ends what is running, and waits until it has ended. What it found wrong is told.
pub async fn end(running: Running) {
    running.abort();
    if let Err(error) = running.detach().await
        && let Ok(panic) = error.try_into_panic()
    {
        std::panic::resume_unwind(panic);
    }
}

/// Waits for something that must come about, and fails where it does not.
pub async fn eventually(what: &str, so: impl AsyncFn() -> Result<(), String>) {
    let deadline = Instant::now() + PATIENCE;
    while let Err(why) = so().await {
        assert!(Instant::now() < deadline, "not so within {PATIENCE:?}: {what} ({why})");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Turns a condition into what [`eventually`] waits for.
pub fn require(so: bool, why_not: impl FnOnce() -> String) -> Result<(), String> {
    if so { Ok(()) } else { Err(why_not()) }
}

/// A pool of a process of this name.
pub fn pool_on(database: &TestDatabase, name: &str, search_path: &str) -> PgPool {
    let options: PgConnectOptions = database.url().parse().unwrap();
    let options = options.application_name(name).options([("search_path", search_path)]);
    PgPoolOptions::new().max_connections(8).connect_lazy_with(options)
}
