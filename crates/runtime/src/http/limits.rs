//! How much a request may be, how long it may take, and how many there may be at once.

use std::time::Duration;

use axum::{
    body::{Bytes, HttpBody},
    extract::{
        DefaultBodyLimit, FromRequest, Request,
        rejection::{BytesRejection, FailedToBufferBody},
    },
    http::Uri,
};
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

/// The request, once its body is there: one that comes byte by byte must not take up what others could be worked on with.
pub(super) async fn arrived(request: Request) -> Result<Request, ApiError> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    // One that says itself that it is too large is not waited for.
    if request.body().size_hint().lower() > BODY_BYTES_MAX as u64 {
        return Err(too_large());
    }
    let (parts, body) = request.into_parts();
    let mut body = Request::new(body);
    DefaultBodyLimit::max(BODY_BYTES_MAX).apply(&mut body);
    let bytes = Bytes::from_request(body, &()).await.map_err(|rejection| unreadable(&rejection))?;
    Ok(Request::from_parts(parts, bytes.into()))
}

fn too_large() -> ApiError {
    ApiError::new(ProblemKind::PayloadTooLarge, "The body is larger than is accepted here; send less at once.")
}

/// Why a body could not be read.
pub(super) fn unreadable(rejection: &BytesRejection) -> ApiError {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => too_large(),
        // Most often the client went away in the middle, and nobody reads this.
        _ => ApiError::malformed("The body broke off before its end; send it again."),
    }
}

/// Refuses a request at once when too many are at work: queueing them would only let all of them time out.
pub(super) fn slot(slots: &Semaphore) -> Result<SemaphorePermit<'_>, ApiError> {
    slots.try_acquire().map_err(|_| {
        let busy = ApiError::new(ProblemKind::Overloaded, "Too many requests are at work here. Try again in a moment.");
        busy.retry_after(BUSY_RETRY)
    })
}

/// Gives up on a request that takes too long. A command may have been carried out all the same.
pub(super) async fn in_time<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    timeout(limit, answer).await.unwrap_or_else(|_| {
        let late = "It took too long. Repeat a command with the same `Idempotency-Key` to learn its answer.";
        Err(ApiError::new(ProblemKind::Timeout, late).retry_after(BUSY_RETRY))
    })
}
