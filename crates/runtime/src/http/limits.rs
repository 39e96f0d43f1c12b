//! How much a request may be, how long it may take, and how many there may be at once.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::Uri,
};
use futures::StreamExt;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use crate::{ApiError, ProblemKind};

/// The largest body that is read.
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
/// How long a request's body may take to arrive, and after that the request until its answer begins. Streams are as long
/// as they like once they have begun.
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

/// The request, once its body is there: one that comes byte by byte must not take up what others could be worked on with.
pub(super) async fn arrived(limit: Duration, request: Request) -> Result<Request, ApiError> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    // One that says itself that it is too large is not waited for.
    if request.body().size_hint().lower() > BODY_BYTES_MAX as u64 {
        return Err(too_large());
    }
    let (parts, body) = request.into_parts();
    let bytes = timeout(limit, whole(body)).await.unwrap_or_else(|_| {
        let late = "The body did not arrive in time, and nothing was done; send it again.";
        Err(ApiError::new(ProblemKind::BodyTimeout, late))
    })?;
    Ok(Request::from_parts(parts, bytes.into()))
}

/// Copied piece by piece: each, however small, holds on to what it was read into.
async fn whole(body: Body) -> Result<Vec<u8>, ApiError> {
    let (mut bytes, mut pieces) = (vec![], body.into_data_stream());
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| broken_off())?;
        if bytes.len() + piece.len() > BODY_BYTES_MAX {
            return Err(too_large());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

pub(super) fn too_large() -> ApiError {
    let detail = format!("The body may have {} KiB; send less at once.", BODY_BYTES_MAX / 1024);
    ApiError::new(ProblemKind::PayloadTooLarge, detail)
}

/// Most often the client went away in the middle, and nobody reads this.
pub(super) fn broken_off() -> ApiError {
    ApiError::malformed("The body broke off before its end; send it again.")
}

/// Refuses a request at once when too many are at work: queueing them would only let all of them time out.
pub(super) fn slot(slots: &Semaphore) -> Result<SemaphorePermit<'_>, ApiError> {
    slots.try_acquire().map_err(|_| {
        let busy = ApiError::new(ProblemKind::Overloaded, "Too many requests are at work here. Try again in a moment.");
        busy.retry_after(BUSY_RETRY)
    })
}

/// Gives up on a request that takes too long. A command may have been carried out all the same.
pub(super) async fn in_time<T>(limit: Duration, answer: impl Future<Output = T>) -> Result<T, ApiError> {
    timeout(limit, answer).await.map_err(|_| {
        let late = "The server took too long. Repeat a command with the same `Idempotency-Key` to learn its answer.";
        ApiError::new(ProblemKind::Timeout, late).retry_after(BUSY_RETRY)
    })
}
