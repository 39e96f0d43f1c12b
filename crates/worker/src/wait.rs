//! Reading one's writes: waiting until read models have come as far as a command.

use std::{sync::Arc, time::Duration};

use domain::Position;
use runtime::Progress;
use sqlx::PgPool;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use crate::Checkpoint;

/// A worker of this process tells by itself how far it is. Not told within this, one looks: it may work no longer.
const TOLD_WAIT_MAX: Duration = Duration::from_millis(20);
/// While someone waits, checkpoints are looked at this often. One look serves all who wait, and costs about as much as a
/// query: oftener than this, looking would take from the workers the time that they need to get there.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);
/// After so long without any change, they are looked at less often: the worker is away, or at something long.
const STILL_AFTER: Duration = Duration::from_millis(100);
const STILL_LOOK_INTERVAL: Duration = Duration::from_millis(20);
/// The pause after a look that failed.
const FAILURE_PAUSE: Duration = Duration::from_millis(200);
/// So long does a query wait at most, unless told otherwise.
const WAIT_MAX: Duration = Duration::from_secs(3);

/// A read model has not come far enough within the time a query may wait.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{model} has not taken in {position} yet")]
pub struct Behind {
    /// The read model.
    pub model: &'static str,
    /// The position waited for.
    pub position: Position,
}

/// The checkpoints of a worker's read models, as a reader sees them. Cheap to clone.
#[derive(Clone)]
pub struct Checkpoints {
    progress: Progress,
    waiting: Arc<watch::Sender<usize>>,
    wait_max: Duration,
}

/// Counts one who waits, for as long as it lives.
struct Waiting(Arc<watch::Sender<usize>>);

impl Waiting {
    fn new(waiting: &Arc<watch::Sender<usize>>) -> Self {
        waiting.send_modify(|count| *count += 1);
        Self(waiting.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl Checkpoints {
    /// Watches the checkpoints in the schema that the pool's tables are in, and what the process knows of them. Its task
    /// ends when the last clone is dropped.
    pub fn watch(pool: PgPool, progress: Progress) -> Self {
        let (waiting, watched) = watch::channel(0);
        tokio::spawn(look(pool, progress.clone(), watched));
        Self { progress, waiting: Arc::new(waiting), wait_max: WAIT_MAX }
    }

    /// The same, where nobody waits longer than this.
    #[must_use]
    pub fn waiting_at_most(self, wait_max: Duration) -> Self {
        Self { wait_max, ..self }
    }

    /// Waits until each of `models` has taken in `position`.
    pub async fn reached(&self, models: &[&'static str], position: Position) -> Result<(), Behind> {
        if self.progress.behind(models, position).is_none() {
            return Ok(());
        }
        let told = timeout(TOLD_WAIT_MAX.min(self.wait_max), self.progress.reached(models, position));
        if self.progress.is_told(models, position.shard) && told.await.is_ok() {
            return Ok(());
        }
        let _waiting = Waiting::new(&self.waiting);
        if timeout(self.wait_max, self.progress.reached(models, position)).await.is_ok() {
            return Ok(());
        }
        self.progress.behind(models, position).map_or(Ok(()), |model| Err(Behind { model, position }))
    }
}

/// Looks at the checkpoints for as long as anyone waits, and sleeps while nobody does.
async fn look(pool: PgPool, progress: Progress, mut waiting: watch::Receiver<usize>) {
    let mut changed_at = Instant::now();
    loop {
        // Gone with the last of those who could wait.
        if waiting.has_changed().is_err() {
            return;
        }
        if *waiting.borrow() == 0 {
            let Ok(_) = waiting.wait_for(|count| *count > 0).await else { return };
            changed_at = Instant::now();
        }
        let pause = match Checkpoint::all(&pool).await {
            Ok(checkpoints) => {
                if progress.see(checkpoints.iter().map(Checkpoint::told)) {
                    changed_at = Instant::now();
                }
                if changed_at.elapsed() < STILL_AFTER { LOOK_INTERVAL } else { STILL_LOOK_INTERVAL }
            }
            // Who waits is told "not yet"; the next look may do better.
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "checkpoints cannot be read");
                FAILURE_PAUSE
            }
        };
        sleep(pause).await;
    }
}
