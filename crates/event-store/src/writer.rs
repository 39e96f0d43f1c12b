//! The writer: one task that gathers concurrent commands into one transaction (group commit).
//!
//! While one batch commits, the next gathers in the queue; so a lone command waits for nobody, and many share a commit.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use domain::{Clock, RawEvent, Recorded};
use futures::FutureExt;
use metrics::{counter, histogram};
use sqlx::{PgPool, Postgres, pool::PoolConnection};
use tokio::{
    sync::{broadcast, mpsc, oneshot},
    time::{Instant, sleep, timeout, timeout_at},
};
use uuid::Uuid;

use crate::{
    StoreError,
    batch::{Outcome, Proposal, append},
    failure::Failure,
    memory::Memory,
};

/// So many commands may wait for the writer; one more waits for a place.
const QUEUE_COMMANDS_MAX: usize = 2_048;
/// So long does a command wait for a place in the queue.
const QUEUE_WAIT_MAX: Duration = Duration::from_secs(2);
/// So many commands share a transaction at most.
const BATCH_COMMANDS_MAX: usize = 512;
/// So long is a batch tried again while the database is away.
const PATIENCE: Duration = Duration::from_secs(10);
/// So long does a command wait for its outcome: a little longer than its batch is tried.
const OUTCOME_WAIT_MAX: Duration = Duration::from_secs(12);
/// The pause between two tries, doubling between these.
const PAUSE_MIN: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_secs(1);
/// How the writer's statements are planned: once, and by keys. Postgres takes an array that it does not know for longer than
/// most are, finds that a plan for each batch is better, and then takes longer for the plan than for the batch.
///
/// A writer that stands still in the middle holds up all others: it is given up before they lose patience.
const PLANNED_ONCE: &str = "set plan_cache_mode = force_generic_plan; set enable_seqscan = off;
    set idle_in_transaction_session_timeout = '2s'";
/// So many committed batches a slow listener may be behind before it reads the log instead.
const COMMITTED_BATCHES_MAX: usize = 256;

/// The events of one committed batch, those of each shard in order of position.
pub type Committed = Arc<[Recorded<RawEvent>]>;

type Answer = Result<Outcome, StoreError>;
type Waiting = (Proposal, oneshot::Sender<Answer>);

/// Hands proposals to the writer's task. Cheap to clone; the task ends when the last one is dropped.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Waiting>,
    committed: broadcast::Sender<Committed>,
    pool: PgPool,
    /// Up to here answers were forgotten: what stays of them is not passed again and again.
    forgotten: Arc<Mutex<Uuid>>,
}

impl Writer {
    pub fn start(pool: PgPool, clock: Arc<dyn Clock>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE_COMMANDS_MAX);
        let (committed, _) = broadcast::channel(COMMITTED_BATCHES_MAX);
        let memory = Memory::default();
        let task = Task { pool: pool.clone(), connection: None, memory, clock, committed: committed.clone() };
        tokio::spawn(task.run(waiting));
        Self { queue, committed, pool, forgotten: Arc::default() }
    }

    /// Appends, and tells what came of it.
    pub async fn append(&self, proposal: Proposal) -> Answer {
        let (answer, outcome) = oneshot::channel();
        let queued = self.queue.send_timeout((proposal, answer), QUEUE_WAIT_MAX).await;
        queued.map_err(|_| StoreError::Overloaded)?;
        // Whoever waits no longer learns by the same id what came of it.
        let told = timeout(OUTCOME_WAIT_MAX, outcome).await;
        told.ok().and_then(Result::ok).unwrap_or(Err(StoreError::Unavailable))
    }

    pub fn committed(&self) -> broadcast::Receiver<Committed> {
        self.committed.subscribe()
    }

    /// Deletes the answers to commands whose UUIDv7 was made before `instant`: the first of the primary key. Ids of
    /// another version do not tell when they were made, and stay.
    pub async fn forget_commands(&self, instant: DateTime<Utc>, limit: i64) -> Result<u64, StoreError> {
        let millis = u128::try_from(instant.timestamp_millis()).unwrap_or(0);
        let floor = Uuid::from_u128(millis << 80);
        let forgotten = *self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        let deleted = sqlx::query_scalar!(
            "delete from es.commands where (id, actor) in
             (select id, actor from es.commands where id >= $1 and id < $2 and get_byte(uuid_send(id), 6) >> 4 = 7
              order by id, actor limit $3)
             returning id",
            forgotten,
            floor,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let count = u64::try_from(deleted.len()).unwrap_or(u64::MAX);
        // Nothing older is kept any more than what was deleted last; nor than the floor, if that was all.
        let last = if count < limit.unsigned_abs() { Some(floor) } else { deleted.into_iter().max() };
        *self.forgotten.lock().unwrap_or_else(PoisonError::into_inner) = last.unwrap_or(forgotten);
        Ok(count)
    }
}

struct Task {
    pool: PgPool,
    connection: Option<PoolConnection<Postgres>>,
    memory: Memory,
    clock: Arc<dyn Clock>,
    committed: broadcast::Sender<Committed>,
}

impl Task {
    async fn run(mut self, mut waiting: mpsc::Receiver<Waiting>) {
        let mut batch = Vec::with_capacity(BATCH_COMMANDS_MAX);
        while waiting.recv_many(&mut batch, BATCH_COMMANDS_MAX).await > 0 {
            // What nobody waits for any more is left undone: after an outage, those who still wait come first.
            let awaited = batch.drain(..).filter(|(_, answer): &Waiting| !answer.is_closed());
            let (proposals, answers): (Vec<_>, Vec<_>) = awaited.unzip();
            if proposals.is_empty() {
                continue;
            }
            let outcomes = self.commit(&proposals).await;
            // Who asked may have gone away meanwhile; the outcome is in the log all the same.
            answers.into_iter().zip(outcomes).for_each(|(answer, outcome)| drop(answer.send(outcome)));
        }
    }

    /// Appends the batch. Where one command spoils it for all, halves are tried, until that one stands alone.
    async fn commit(&mut self, proposals: &[Proposal]) -> Vec<Answer> {
        let started = Instant::now();
        let mut answers = Vec::with_capacity(proposals.len());
        let mut parts = vec![proposals];
        while let Some(part) = parts.pop() {
            match self.persist(part, started + PATIENCE).await {
                Ok(outcomes) => answers.extend(outcomes.into_iter().map(Ok)),
                Err(error) if part.len() > 1 && Failure::of(&error) == Failure::OfOne => {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, commands = part.len(), "append failed");
                    answers.extend(part.iter().map(|_| Err(Failure::told(&error))));
                }
            }
        }
        histogram!("momentum_append_batch_commands").record(count(proposals.len()));
        histogram!("momentum_append_seconds").record(started.elapsed());
        answers
    }

    /// Appends, again and again while the database is away.
    ///
    /// Trying again is right even when the outcome of a COMMIT is not known: its locks must be gone before ours are
    /// given, and then the command ids tell what is in the log already.
    async fn persist(&mut self, proposals: &[Proposal], deadline: Instant) -> Result<Vec<Outcome>, sqlx::Error> {
        let mut pause = PAUSE_MIN;
        loop {
            let error = match timeout_at(deadline, self.try_persist(proposals)).await {
                Ok(Ok(outcomes)) => return Ok(outcomes),
                Ok(Err(error)) => error,
                Err(_) => sqlx::Error::PoolTimedOut,
            };
            // Whatever the connection was in the middle of, it is not used again; and what came of it is not known.
            self.memory = Memory::default();
            if let Some(connection) = self.connection.take() {
                drop(connection.detach());
            }
            if Failure::of(&error) != Failure::Passing || Instant::now() + pause >= deadline {
                return Err(error);
            }
            tracing::warn!(error = &error as &dyn std::error::Error, "append interrupted, trying again");
            counter!("momentum_append_retries_total").increment(1);
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    async fn try_persist(&mut self, proposals: &[Proposal]) -> Result<Vec<Outcome>, sqlx::Error> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(connect(&self.pool).await?),
        };
        // A command that makes us panic must not end the writer for all others.
        let appended =
            AssertUnwindSafe(append(connection, proposals, &*self.clock, &mut self.memory)).catch_unwind().await;
        let appended = appended.unwrap_or(Err(sqlx::Error::WorkerCrashed))?;
        if !appended.events.is_empty() {
            counter!("momentum_events_appended_total").increment(appended.events.len() as u64);
            // Nobody listening is fine: the log can be read.
            drop(self.committed.send(appended.events.into()));
        }
        Ok(appended.outcomes)
    }
}

/// A connection for batches only.
async fn connect(pool: &PgPool) -> Result<PoolConnection<Postgres>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    sqlx::raw_sql(PLANNED_ONCE).execute(&mut *connection).await?;
    Ok(connection)
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
