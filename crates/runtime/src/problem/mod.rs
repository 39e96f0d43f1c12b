//! The only type that becomes an HTTP error: problem details after RFC 9457, with a stable type and what to do.

mod kind;
mod refusal;
mod report;
mod store;

use std::{borrow::Cow, error::Error, fmt, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::Refusal;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{ToSchema, openapi};

pub use kind::ProblemKind;
pub(crate) use kind::type_uri;
pub use refusal::explained;
pub(crate) use report::pointer;

/// The media type of problem details.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What a client is told when a request fails, after RFC 9457. Some kinds have members of their own besides, such as
/// `expected` and `actual` of a version conflict.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A stable reference to the kind of problem, which also answers `GET`; its last segment is `code`.
    #[serde(rename = "type")]
    #[schema(example = "/problems/version-conflict")]
    pub kind: String,
    /// The kind of problem in a few words, the same each time.
    pub title: Cow<'static, str>,
    /// The HTTP status.
    #[schema(example = 409)]
    pub status: u16,
    /// What happened this time, and what to do about it.
    pub detail: Cow<'static, str>,
    /// The kind of problem as a slug, for programs to tell cases apart.
    #[schema(example = "version-conflict")]
    pub code: Cow<'static, str>,
    /// Which fields are at fault, where it is a matter of fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    /// The id of the request, as in the header `x-request-id` and in the log of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub trace_id: Option<String>,
    /// Members that only some kinds have.
    #[serde(flatten)]
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    pub more: Map<String, Value>,
}

/// One field at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field as a JSON pointer (RFC 6901) into the body, or into the query string read as an object.
    #[schema(example = "/minutes")]
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
    /// What is wrong with it, as a slug.
    #[schema(example = "too-large")]
    pub code: Cow<'static, str>,
}

impl FieldError {
    /// A fault of the field at `pointer`. The detail becomes a sentence, if it is none: `must be text`.
    pub fn new(pointer: impl Into<String>, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: sentence(detail.into()), code: code.into() }
    }
}

fn sentence(mut text: String) -> String {
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

/// Why a request fails: a problem to tell, and perhaps a cause to log and keep to oneself.
///
/// Boxed, so that the results of handlers stay small.
#[derive(Debug)]
pub struct ApiError(Box<Parts>);

#[derive(Debug)]
struct Parts {
    problem: Problem,
    retry_after: Option<Duration>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl ApiError {
    /// A problem of this kind. `detail` says what happened and what to do, in whole sentences.
    pub fn new(kind: ProblemKind, detail: impl Into<Cow<'static, str>>) -> Self {
        let row = kind.row();
        Self::from_parts(row.status, row.code, row.title, detail.into())
    }

    fn from_parts(status: StatusCode, code: &'static str, title: &'static str, detail: Cow<'static, str>) -> Self {
        let problem = Problem {
            kind: type_uri(code),
            title: title.into(),
            status: status.as_u16(),
            detail,
            code: code.into(),
            errors: Vec::new(),
            trace_id: None,
            more: Map::new(),
        };
        Self(Box::new(Parts { problem, retry_after: None, cause: None }))
    }

    /// 422: the request can be read, but these fields cannot be accepted.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let mut error =
            Self::new(ProblemKind::InvalidInput, "Correct the fields listed under `errors` and send it again.");
        error.0.problem.errors = errors;
        error
    }

    /// 422: one field cannot be accepted.
    pub fn invalid_field(pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(pointer, code, detail)])
    }

    /// 400: the request cannot be read at all, because of its query, path or headers.
    pub fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ProblemKind::MalformedRequest, detail)
    }

    /// 404: there is no such `what`, or the asker may not know of it.
    pub fn not_found(what: &str) -> Self {
        Refusal::NotFound { what: what.to_owned().into() }.into()
    }

    /// 409: the current state does not allow it; `kind` says which conflict.
    pub fn conflict(kind: ProblemKind, detail: impl Into<Cow<'static, str>>) -> Self {
        debug_assert_eq!(kind.row().status, StatusCode::CONFLICT);
        Self::new(kind, detail)
    }

    /// 401: the request needs a session.
    pub fn not_signed_in() -> Self {
        Self::new(
            ProblemKind::NotSignedIn,
            "Sign in, and send the access token as `Authorization: Bearer …` or as the session's cookie.",
        )
    }

    /// 429: wait so long, then ask again.
    pub fn too_many(retry_after: Duration) -> Self {
        Self::new(ProblemKind::TooManyRequests, "Wait as long as `Retry-After` says, then try again.")
            .retry_after(retry_after)
    }

    /// 503: something this depends on is away; asking again after `retry_after` should help.
    pub fn unavailable(detail: impl Into<Cow<'static, str>>, retry_after: Duration) -> Self {
        Self::new(ProblemKind::Unavailable, detail).retry_after(retry_after)
    }

    /// 500: a fault of ours. The cause is logged with its whole chain, and the client is told nothing of it.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::fault().caused_by(cause)
    }

    /// 500, of a cause that the log has already.
    pub(crate) fn fault() -> Self {
        Self::new(
            ProblemKind::Internal,
            "Something went wrong here. If it stays so, tell the operator the `trace_id`; the log has the cause.",
        )
    }

    /// Adds a member that only this kind of problem has.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0.problem.more.insert(member.to_owned(), value.into());
        self
    }

    /// Sets `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Keeps a cause for the log; it is never told.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The HTTP status it will have.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The problem that will be told.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// Logs the cause, if there is one. Happens as the error becomes an answer, so that it is logged once.
    fn log(&self) {
        let Some(cause) = &self.0.cause else { return };
        let (code, cause) = (&*self.0.problem.code, chain(cause.as_ref()));
        if self.0.problem.status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(code, cause, "request failed");
        } else {
            tracing::warn!(code, cause, "request refused");
        }
    }
}

/// An error and everything that caused it, in one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Many errors repeat their source in their own text already.
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

impl Problem {
    /// The answer that tells this problem. The problem itself stays in the extensions, so that the layers can add the id of the request.
    pub(crate) fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let Parts { problem, retry_after, .. } = *self.0;
        let unauthorized = problem.status == StatusCode::UNAUTHORIZED;
        let mut response = problem.into_response();
        let headers = response.headers_mut();
        if let Some(wait) = retry_after {
            // Rounded up: a client that comes back a moment too early would be refused again.
            let seconds = wait.as_millis().div_ceil(1000).max(1);
            headers.extend(HeaderValue::from_str(&seconds.to_string()).map(|value| (header::RETRY_AFTER, value)));
        }
        if unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { title, code, detail, errors, .. } = &self.0.problem;
        write!(f, "{title} ({code}): {detail}")?;
        errors.iter().try_for_each(|FieldError { pointer, detail, .. }| write!(f, " {pointer}: {detail}"))
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}

/// Lets an endpoint's OpenAPI text say `responses(…, ApiError)`: any failure is a [`Problem`].
impl utoipa::IntoResponses for ApiError {
    fn responses() -> std::collections::BTreeMap<String, openapi::RefOr<openapi::Response>> {
        let schema = openapi::Ref::from_schema_name(Problem::name());
        let content = openapi::ContentBuilder::new().schema(Some(schema)).build();
        let wait = openapi::HeaderBuilder::new()
            .schema(Some(openapi::Object::with_type(openapi::Type::Integer)))
            .description(Some("After how many seconds to try again, where that can help."))
            .build();
        let response = openapi::ResponseBuilder::new()
            .description("The request failed; the problem says why and what to do.")
            .content(PROBLEM_JSON, content)
            .header("Retry-After", wait)
            .build();
        [("default".to_owned(), response.into())].into()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn an_error_answers_with_problem_details() {
        let error =
            ApiError::conflict(ProblemKind::VersionConflict, "Read it again.").with("expected", 3).with("actual", 4);
        let response = error.into_response();
        assert_eq!(response.status(), StatusCode::CONFLICT);
        assert_eq!(response.headers()[header::CONTENT_TYPE], PROBLEM_JSON);
        let body = to_bytes(response.into_body(), 4096).await.expect("body");
        let told: Value = serde_json::from_slice(&body).expect("JSON");
        let expected = serde_json::json!({
            "type": "/problems/version-conflict", "title": "Changed meanwhile", "status": 409,
            "detail": "Read it again.", "code": "version-conflict", "expected": 3, "actual": 4,
        });
        assert_eq!(told, expected);
    }

    #[test]
    fn waiting_times_are_whole_seconds_rounded_up() {
        let wait = |millis| {
            let response = ApiError::too_many(Duration::from_millis(millis)).into_response();
            response.headers()[header::RETRY_AFTER].to_str().expect("text").to_owned()
        };
        assert_eq!((wait(0), wait(1000), wait(1001)), ("1".into(), "1".into(), "2".into()));
    }

    #[test]
    fn not_signed_in_says_how_to_sign_in() {
        assert_eq!(ApiError::not_signed_in().into_response().headers()[header::WWW_AUTHENTICATE], "Bearer");
    }

    #[tokio::test]
    async fn the_cause_of_an_internal_error_is_not_told() {
        let response = ApiError::internal("relation es.events does not exist").into_response();
        let body = to_bytes(response.into_body(), 4096).await.expect("body");
        assert!(!String::from_utf8_lossy(&body).contains("es.events"));
    }

    #[test]
    fn a_cause_is_logged_with_its_whole_chain() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] std::io::Error);
        assert_eq!(chain(&Outer(std::io::Error::other("inner"))), "outer: inner");
    }
}
