//! What was answered.

use axum::{
    body::to_bytes,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::Value;

/// No answer but a stream is longer.
const BODY_BYTES_MAX: usize = 1 << 24;

/// What was answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, if it is JSON.
    pub body: Value,
    /// The body as it came, as far as it is text.
    pub raw: String,
}

impl Reply {
    pub(super) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, BODY_BYTES_MAX).await.expect("a body");
        let raw = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&raw).unwrap_or_default();
        Self { status: parts.status, headers: parts.headers, body, raw }
    }

    /// The text at a JSON pointer; empty where there is none.
    #[must_use]
    pub fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// The value at a JSON pointer; null where there is none.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Value {
        self.body.pointer(pointer).cloned().unwrap_or_default()
    }

    /// A header; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The items of a page.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        self.body["items"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// Status and code of a problem, and the first field at fault.
    #[must_use]
    pub fn problem(&self) -> (u16, &str, &str) {
        (self.status.as_u16(), self.text("/code"), self.text("/errors/0/pointer"))
    }

    /// The id of what a command was about.
    ///
    /// # Panics
    /// When it was not done.
    pub fn done(&self) -> String {
        assert!(self.status.is_success(), "{} {}", self.status, self.raw);
        self.text("/id").to_owned()
    }

    /// The position that a command answered with.
    #[must_use]
    pub fn position(&self) -> &str {
        self.header("momentum-position")
    }
}
