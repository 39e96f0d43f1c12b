//! What a command or query that succeeded is answered with: JSON, the version as `ETag`, and the position.

use std::fmt::Display;

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::MOMENTUM_POSITION;
use crate::ApiError;

/// A JSON answer. Personal text in it is told in the clear, so it goes to its owner only.
#[derive(Clone, Debug)]
#[must_use]
pub struct Answer<T> {
    status: StatusCode,
    body: T,
    headers: Vec<(HeaderName, String)>,
}

impl<T> Answer<T> {
    /// 200.
    pub fn ok(body: T) -> Self {
        Self { status: StatusCode::OK, body, headers: Vec::new() }
    }

    /// 201, of something without an address of its own.
    pub fn made(body: T) -> Self {
        Self { status: StatusCode::CREATED, ..Self::ok(body) }
    }

    /// 201, with `Location`: the path of what was made.
    pub fn created(location: impl Display, body: T) -> Self {
        Self::ok(body).into_created(location)
    }

    /// The same as 201, with `Location`.
    pub fn into_created(self, location: impl Display) -> Self {
        Self { status: StatusCode::CREATED, ..self }.with(header::LOCATION, location)
    }

    /// The body.
    pub const fn body(&self) -> &T {
        &self.body
    }

    /// Adds the stream's version as `ETag`, for `If-Match`.
    pub fn version(self, version: u32) -> Self {
        self.with(header::ETAG, format_args!("\"{version}\""))
    }

    /// Adds the position that a query can wait for, or that a query stood at.
    pub fn at(self, position: impl Display) -> Self {
        self.with(MOMENTUM_POSITION, position)
    }

    fn with(mut self, name: HeaderName, value: impl Display) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let body = match domain::answering(|| serde_json::to_vec(&self.body)) {
            Ok(body) => body,
            Err(error) => return ApiError::internal(error).into_response(),
        };
        let mut response = (self.status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        for (name, value) in self.headers {
            match HeaderValue::try_from(value) {
                Ok(value) => response.headers_mut().insert(name, value),
                Err(error) => return ApiError::internal(error).into_response(),
            };
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use domain::Personal;

    use super::*;

    #[tokio::test]
    async fn an_answer_tells_version_position_and_personal_text() {
        let response = Answer::created("/v1/goals/7", Personal::clear("run")).version(3).at("2-1041").into_response();
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.headers()[header::LOCATION], "/v1/goals/7");
        assert_eq!(response.headers()[header::ETAG], "\"3\"");
        assert_eq!(response.headers()[MOMENTUM_POSITION], "2-1041");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(to_bytes(response.into_body(), 99).await.expect("body"), "\"run\"");
    }
}
