//! How far a worker's read models are behind the log, and what they leave aside, as metrics.

use std::{collections::HashMap, error::Error, time::Duration};

use event_store::StoreError;
use metrics::gauge;
use tokio::time::sleep;

use crate::{Checkpoint, Worker};

/// How often it is measured.
const INTERVAL: Duration = Duration::from_secs(5);

impl Worker {
    /// Measures on and on.
    pub(crate) async fn measure(&self) {
        loop {
            if let Err(error) = self.try_measure().await {
                tracing::warn!(error = &error as &dyn Error, worker = self.name, "lag cannot be measured");
            }
            sleep(INTERVAL).await;
        }
    }

    async fn try_measure(&self) -> Result<(), StoreError> {
        let checkpoints = Checkpoint::all(&self.pool).await?;
        let at: HashMap<_, _> = checkpoints.iter().map(|it| ((&*it.model, it.shard), it.position)).collect();
        for shard in self.log.shards() {
            let head = self.log.head(shard).await?.number;
            for model in &self.models {
                // One that has not begun is as far behind as there are events.
                let lag = head - at.get(&(model.name(), shard)).copied().unwrap_or(0);
                let labels = [("model", model.name().to_owned()), ("shard", shard.to_string())];
                gauge!("momentum_checkpoint_lag_events", &labels).set(count(lag));
            }
        }
        let parked = sqlx::query!(r#"select model, count(*) as "streams!" from parked group by model"#);
        let parked = parked.fetch_all(&self.pool).await?;
        let parked: HashMap<String, i64> = parked.into_iter().map(|row| (row.model, row.streams)).collect();
        for model in &self.models {
            let streams = parked.get(model.name()).copied().unwrap_or(0);
            gauge!("momentum_parked_streams", "model" => model.name()).set(count(streams));
        }
        Ok(())
    }
}

fn count(number: i64) -> f64 {
    i32::try_from(number).map_or(f64::from(i32::MAX), f64::from)
}
