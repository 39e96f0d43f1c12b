//! How long the log is waited for.

use std::time::Duration;

use event_store::StoreError;
use tokio::time::timeout;

/// Longer than Postgres lets a statement take. Who waits longer waits for a connection that is dead, though nothing said so.
const LOG_WAIT_MAX: Duration = Duration::from_secs(12);

/// What the log answers, or that it does not.
pub(crate) async fn in_time<T>(asked: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(LOG_WAIT_MAX, asked).await.unwrap_or(Err(StoreError::Unavailable))
}
