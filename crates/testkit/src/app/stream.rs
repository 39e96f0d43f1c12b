//! A stream of Server-Sent Events, as a client reads it.

use axum::{
    body::BodyDataStream,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use futures::StreamExt;
use serde_json::Value;
use tokio::time::timeout;

use super::PATIENCE;

/// A stream that is being read; nothing is taken from it but by asking for the next message.
pub struct EventStream {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    body: BodyDataStream,
    unread: String,
}

/// A message of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The position.
    pub id: String,
    /// The type of the event, or `heartbeat`.
    pub event: String,
    /// The event.
    pub data: Value,
}

impl EventStream {
    pub(super) fn new(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        Self { status: parts.status, headers: parts.headers, body: body.into_data_stream(), unread: String::new() }
    }

    /// The next message; none, when the stream has ended.
    pub async fn next_message(&mut self) -> Option<Message> {
        loop {
            if let Some((message, rest)) = self.unread.split_once("\n\n") {
                let (message, rest) = (Message::parse(message), rest.to_owned());
                self.unread = rest;
                return Some(message);
            }
            let chunk = timeout(PATIENCE, self.body.next()).await.expect("a message comes, or the end");
            let chunk = chunk?.expect("a whole stream");
            self.unread += std::str::from_utf8(&chunk).expect("UTF-8");
        }
    }

    /// The next message that is an event; none, when the stream has ended.
    pub async fn next_event(&mut self) -> Option<Message> {
        loop {
            let message = self.next_message().await?;
            if message.event != "heartbeat" {
                return Some(message);
            }
        }
    }

    /// So many events.
    ///
    /// # Panics
    /// When the stream ends before.
    pub async fn events(&mut self, count: usize) -> Vec<Message> {
        let mut events = Vec::with_capacity(count);
        while events.len() < count {
            events.push(self.next_event().await.expect("the stream goes on"));
        }
        events
    }
}

impl Message {
    fn parse(text: &str) -> Self {
        let field = |name: &str| {
            text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default().to_owned()
        };
        Self { id: field("id"), event: field("event"), data: serde_json::from_str(&field("data")).unwrap_or_default() }
    }
}
