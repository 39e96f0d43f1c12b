//! How much a request may be, how long it may take, and how many there may be at once.

use std::time::Duration;

use axum::{http::Uri, response::Response};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use crate::{ApiError, ProblemKind};

/// The largest body that is read. A route that needs more says so with `DefaultBodyLimit`.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// The longest path and query string.
pub const URI_BYTES_MAX: usize = 8 * 1024;
/// The longest head of a request, first line and all headers together.
pub const HEAD_BYTES_MAX: usize = 32 * 1024;
/// The most headers that a request may have.
pub const HEADERS_MAX: usize = 100;
/// How long a client may take to send the head of its request, and how long a connection may idle between two.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a client may leave unread all that is sent to it. Less than the process waits for those at its end.
pub const UNREAD_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a request may take until its answer begins. Streams are as long as they like once they have begun.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// How many requests are worked on at once, unless configured otherwise.
pub const CONCURRENT_REQUESTS_MAX: usize = 512;
/// When a client that found the server too busy should come back.
const BUSY_RETRY: Duration = Duration::from_secs(1);

/// Refuses addresses that are too long.
pub(super) fn check_uri(uri: &Uri) -> Result<(), ApiError> {
    let bytes = uri.path_and_query().map_or(0, |path| path.as_str().len());
    if bytes > URI_BYTES_MAX {
        let detail = format!("Path and query string may have {URI_BYTES_MAX} bytes; use fewer or shorter filters.");
        return Err(ApiError::new(ProblemKind::UriTooLong, detail));
    }
    Ok(())
}

/// Refuses a request at once when too many are at work: queueing them would only let all of them time out.
pub(super) fn slot(slots: &Semaphore) -> Result<SemaphorePermit<'_>, ApiError> {
    slots.try_acquire().map_err(|_| {
        let busy = ApiError::new(ProblemKind::Overloaded, "Too many requests are at work here. Try again in a moment.");
        busy.retry_after(BUSY_RETRY)
    })
}

/// Gives up on a request that takes too long. A command may have been carried out all the same.
pub(super) async fn in_time(limit: Duration, answer: impl Future<Output = Response>) -> Result<Response, ApiError> {
    timeout(limit, answer).await.map_err(|_| {
        ApiError::new(
            ProblemKind::Timeout,
            "The server took too long. Repeat a command with the same `Idempotency-Key` to learn its answer.",
        )
        .retry_after(BUSY_RETRY)
    })
}
