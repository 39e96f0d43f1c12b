//! Reading one's writes: waiting until read models have come as far as a command.

use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::{Position, Shard};
use sqlx::PgPool;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout_at},
};

use crate::Checkpoint;

/// While someone waits, checkpoints are looked at this often. One look serves all who wait.
const LOOK_INTERVAL: Duration = Duration::from_millis(2);
/// So long does a query wait at most.
pub const WAIT_MAX: Duration = Duration::from_secs(3);

/// A read model has not come far enough within the time a query may wait.
#[derive(Debug, thiserror::Error)]
#[error("{model} has not taken in {position} yet")]
pub struct Behind {
    /// The read model.
    pub model: &'static str,
    /// The position waited for.
    pub position: Position,
}

type Positions = HashMap<(String, Shard), i64>;

/// The checkpoints of a worker's read models, as a reader sees them. Cheap to clone.
#[derive(Clone)]
pub struct Checkpoints {
    positions: Arc<watch::Sender<Positions>>,
    waiting: Arc<watch::Sender<usize>>,
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
    /// Watches the checkpoints in the schema that the pool's tables are in. Its task ends when the last clone is dropped.
    pub fn watch(pool: PgPool) -> Self {
        let positions = Arc::new(watch::Sender::new(Positions::new()));
        let (waiting, watched) = watch::channel(0);
        tokio::spawn(look(pool, Arc::downgrade(&positions), watched));
        Self { positions, waiting: Arc::new(waiting) }
    }

    /// Waits until each of `models` has taken in `position`.
    pub async fn reached(&self, models: &[&'static str], position: Position) -> Result<(), Behind> {
        let mut seen = self.positions.subscribe();
        let behind = |positions: &Positions| {
            let at = |model: &str| positions.get(&(model.to_owned(), position.shard)).copied().unwrap_or(0);
            models.iter().find(|model| at(model) < position.number).copied()
        };
        if behind(&seen.borrow()).is_none() {
            return Ok(());
        }
        let _waiting = Waiting::new(&self.waiting);
        let deadline = Instant::now() + WAIT_MAX;
        let reached = timeout_at(deadline, seen.wait_for(|positions| behind(positions).is_none())).await;
        if matches!(reached, Ok(Ok(_))) {
            return Ok(());
        }
        let model = behind(&self.positions.borrow()).or(models.first().copied()).unwrap_or("");
        Err(Behind { model, position })
    }
}

/// Looks at the checkpoints for as long as anyone waits, and sleeps while nobody does.
async fn look(pool: PgPool, positions: std::sync::Weak<watch::Sender<Positions>>, mut waiting: watch::Receiver<usize>) {
    while waiting.wait_for(|count| *count > 0).await.is_ok() {
        let Some(positions) = positions.upgrade() else { return };
        match Checkpoint::all(&pool).await {
            Ok(checkpoints) => {
                let seen = checkpoints.into_iter().map(|it| ((it.model, it.shard), it.position)).collect();
                positions.send_replace(seen);
            }
            // Who waits is told "not yet"; the next look may do better.
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "checkpoints cannot be read"),
        }
        drop(positions);
        sleep(LOOK_INTERVAL).await;
    }
}
