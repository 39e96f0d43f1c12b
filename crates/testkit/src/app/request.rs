//! A request as it is put together, and handed to the product.

use axum::{
    body::Body,
    http::{Request, header},
    response::Response,
};
use serde_json::Value;
use tower::ServiceExt;

use super::{App, EventStream, Reply, contract};

/// A request that is being put together.
#[must_use]
pub struct Asking<'a> {
    app: &'a App,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl App {
    /// A request of nobody in particular.
    pub fn ask(&self, method: &str, path: &str) -> Asking<'_> {
        Asking { app: self, method: method.to_owned(), path: path.to_owned(), headers: vec![], body: vec![] }
    }
}

impl Asking<'_> {
    /// Adds a header, or replaces it.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Leaves a header out.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// The id of the command.
    pub fn key(self, id: impl Into<String>) -> Self {
        self.header("idempotency-key", id)
    }

    /// The version that was seen.
    pub fn if_match(self, version: impl std::fmt::Display) -> Self {
        self.header("if-match", format!("\"{version}\""))
    }

    /// The position to wait for.
    pub fn at(self, position: impl Into<String>) -> Self {
        self.header("momentum-position", position)
    }

    /// A JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }

    /// Any body.
    pub fn raw(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header(header::CONTENT_TYPE.as_str(), content_type)
    }

    /// Sends it, and waits for the whole answer, which must be one that the OpenAPI document tells.
    pub async fn send(self) -> Reply {
        let (method, path) = (self.method.clone(), self.path.clone());
        let reply = Reply::read(self.respond().await).await;
        contract::hold(&method, &path, &reply);
        reply
    }

    /// Sends it as a client that wants a stream.
    pub async fn stream(self) -> EventStream {
        EventStream::new(self.header(header::ACCEPT.as_str(), "text/event-stream").respond().await)
    }

    /// Sends it, and waits until its answer begins.
    pub async fn respond(self) -> Response {
        let request = Request::builder().method(self.method.as_str()).uri(self.path);
        let request = self.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let request = request.body(Body::from(self.body)).expect("a request");
        self.app.router.clone().oneshot(request).await.expect("an answer")
    }
}
