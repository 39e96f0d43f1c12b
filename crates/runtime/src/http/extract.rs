//! Extractors for bodies, query strings and paths, whose every failure is a problem that names the field.

use axum::{
    RequestPartsExt,
    body::Bytes,
    extract::{
        FromRequest, FromRequestParts, Path as AxumPath, RawPathParams, Request,
        path::ErrorKind,
        rejection::{BytesRejection, FailedToBufferBody, PathRejection},
    },
    http::{HeaderMap, header, request::Parts},
};
use garde::Validate;
use serde::de::DeserializeOwned;

use super::{decode, limits};
use crate::{ApiError, ProblemKind};

/// A JSON body, read and validated: `Body(command): Body<LogDay>`.
///
/// Refused with 415 unless it says that it is JSON, 413 when too large, 400 when it is not JSON, 422 when a field is
/// missing, unknown, of the wrong type or against a rule.
#[derive(Clone, Copy, Debug)]
pub struct Body<T>(pub T);

impl<T, S> FromRequest<S> for Body<T>
where
    T: DeserializeOwned + Validate<Context: Default>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Self::with_bytes(request, state).await.map(|(body, _)| body)
    }
}

impl<T: DeserializeOwned + Validate<Context: Default>> Body<T> {
    /// The body along with the bytes it was read from, for those that tell whether two requests are the same.
    ///
    /// No body at all is read as an empty object, so that a command that says all in its path needs none.
    pub async fn with_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<(Self, Bytes), ApiError> {
        let is_json = says_json(request.headers());
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| unreadable(&rejection))?;
        if bytes.is_empty() {
            return decode::json(b"{}").map(|body| (Self(body), bytes));
        }
        if !is_json {
            return Err(ApiError::new(
                ProblemKind::UnsupportedMediaType,
                "Send JSON, with `Content-Type: application/json`.",
            ));
        }
        decode::json(&bytes).map(|body| (Self(body), bytes))
    }
}

fn unreadable(rejection: &BytesRejection) -> ApiError {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => limits::too_large(),
        _ => limits::broken_off(),
    }
}

fn says_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// A query string, read and validated: `Params(filter): Params<GoalFilter>`. Unknown parameters are refused.
#[derive(Clone, Copy, Debug)]
pub struct Params<T>(pub T);

impl<T, S> FromRequestParts<S> for Params<T>
where
    T: DeserializeOwned + Validate<Context: Default>,
    S: Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        decode::query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// What the path holds, as axum's `Path`: `Path(goal): Path<GoalId>`. What does not parse is 422.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match AxumPath::<T>::from_request_parts(parts, state).await {
            Ok(AxumPath(value)) => Ok(Self(value)),
            Err(rejection) => Err(unusable_path(rejection, &names_in_path(parts).await)),
        }
    }
}

async fn names_in_path(parts: &mut Parts) -> Vec<String> {
    match parts.extract::<RawPathParams>().await {
        Ok(params) => params.iter().map(|(name, _)| name.to_owned()).collect(),
        Err(_) => Vec::new(),
    }
}

fn unusable_path(rejection: PathRejection, names: &[String]) -> ApiError {
    let PathRejection::FailedToDeserializePathParams(rejection) = rejection else {
        return ApiError::internal(rejection);
    };
    let name = |index: usize| names.get(index).map_or("", String::as_str);
    match rejection.into_kind() {
        ErrorKind::ParseErrorAtKey { key, .. } | ErrorKind::DeserializeError { key, .. } => wrong_segment(&key),
        ErrorKind::ParseErrorAtIndex { index, .. } => wrong_segment(name(index)),
        ErrorKind::ParseError { .. } | ErrorKind::Message(_) => wrong_segment(name(0)),
        ErrorKind::InvalidUtf8InPathParam { key } => {
            ApiError::malformed(format!("The path's {key} is not UTF-8 once percent-decoded."))
        }
        // The rest means that a handler takes other parameters than its route has.
        fault => ApiError::internal(fault.to_string()),
    }
}

fn wrong_segment(name: &str) -> ApiError {
    ApiError::invalid_field(&format!("/{name}"), "unreadable", format!("The path's {name} does not have its form."))
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body as Bytes, extract::DefaultBodyLimit, http::StatusCode, response::Response, routing};
    use serde::Deserialize;
    use tower::ServiceExt;
    use uuid::Uuid;

    use super::*;

    #[derive(Deserialize, Validate)]
    struct Named {
        #[garde(length(max = 9))]
        name: String,
    }

    fn app() -> Router {
        Router::new()
            .route("/names", routing::post(async |Body(named): Body<Named>| named.name))
            .route("/names/{name}", routing::get(async |Path(id): Path<Uuid>| id.to_string()))
            .route("/pairs/{one}/{two}", routing::get(async |Path((id, n)): Path<(Uuid, u8)>| format!("{id}{n}")))
            .layer(DefaultBodyLimit::max(32))
    }

    async fn post(content_type: &str, body: &str) -> StatusCode {
        let request = Request::post("/names").header("content-type", content_type);
        let request = request.body(Bytes::from(body.to_owned())).expect("request");
        app().oneshot(request).await.expect("answer").status()
    }

    async fn get(path: &str) -> Response {
        app().oneshot(Request::get(path).body(Bytes::empty()).expect("request")).await.expect("answer")
    }

    #[tokio::test]
    async fn a_body_must_say_that_it_is_json() {
        let body = r#"{"name": "Ada"}"#;
        for good in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
            assert_eq!(post(good, body).await, StatusCode::OK, "{good}");
        }
        for bad in ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"] {
            assert_eq!(post(bad, body).await, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{bad}");
        }
    }

    #[tokio::test]
    async fn a_large_body_is_refused() {
        assert_eq!(post("application/json", &" ".repeat(40)).await, StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn an_id_that_is_none_is_told_by_its_name() {
        let response = get("/names/7").await;
        let problem = response.extensions().get::<crate::Problem>().expect("problem").clone();
        assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, "/name"));
        assert_eq!(get("/names/%ff").await.status(), StatusCode::BAD_REQUEST);
        let response = get("/pairs/019a0000-0000-7000-8000-000000000000/300").await;
        assert_eq!(response.extensions().get::<crate::Problem>().expect("problem").errors[0].pointer, "/two");
        assert_eq!(get("/names/019a0000-0000-7000-8000-000000000000").await.status(), StatusCode::OK);
    }
}
