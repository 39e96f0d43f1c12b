//! One request, and what came of it.

use std::{net::SocketAddr, time::Duration};

use reqwest::{Client, Method};
use serde_json::Value;
use uuid::Uuid;

use crate::history::{Place, Told};

/// So long does a client wait for an answer before it takes it for lost.
pub(crate) const ANSWER_WAIT_MAX: Duration = Duration::from_secs(5);
/// So long for a connection.
const CONNECT_WAIT_MAX: Duration = Duration::from_secs(1);

/// A command as it is sent, each time alike.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub command: Uuid,
    pub method: Method,
    pub path: String,
    pub body: Value,
    pub if_match: Option<u32>,
    /// What it is about.
    pub stream: Uuid,
}

/// What came of sending a command.
#[derive(Debug)]
pub(crate) enum Answer {
    Told(Told),
    /// The session is over: the command was not looked at.
    SignedOut,
    /// There was an internal error, which nobody must be told of.
    Erred(String),
}

/// No answers to what was asked: it may be done later.
const MAY_PASS: [u16; 5] = [408, 429, 502, 503, 504];

/// Whether the same may be answered in a moment.
pub(crate) fn may_pass(status: u16) -> bool {
    MAY_PASS.contains(&status)
}

/// Whether it is an internal error: what is away for a while is told otherwise.
pub(crate) fn is_error(status: u16) -> bool {
    status >= 500 && !may_pass(status)
}

/// A client of HTTP as careful as one should be, and no more.
pub(crate) fn client() -> anyhow::Result<Client> {
    Ok(Client::builder().timeout(ANSWER_WAIT_MAX).connect_timeout(CONNECT_WAIT_MAX).no_proxy().build()?)
}

/// Sends a command once.
pub(crate) async fn send(client: &Client, to: SocketAddr, token: &str, request: &Request) -> Answer {
    let Request { command, method, path, body, if_match, .. } = request;
    let mut asking = client.request(method.clone(), format!("http://{to}{path}"));
    asking = asking.bearer_auth(token).header("idempotency-key", command.to_string()).json(body);
    if let Some(version) = if_match {
        asking = asking.header("if-match", format!("\"{version}\""));
    }
    let answered = async {
        let answer = asking.send().await?;
        let status = answer.status().as_u16();
        let body = answer.json::<Value>().await;
        Ok::<_, reqwest::Error>((status, if is_error(status) { body.unwrap_or_default() } else { body? }))
    };
    match answered.await {
        Ok((status, body)) => read(status, &body),
        Err(error) => Answer::Told(Told::Unknown { why: short(&error) }),
    }
}

fn read(status: u16, body: &Value) -> Answer {
    let code = body["code"].as_str().unwrap_or_default().to_owned();
    Answer::Told(match status {
        200..300 => match done(body) {
            Some(done) => done,
            None => Told::Unknown { why: format!("{status} without an answer") },
        },
        401 => return Answer::SignedOut,
        _ if is_error(status) => return Answer::Erred(format!("{status} {body}")),
        // It may be done later under the same key.
        _ if may_pass(status) => Told::Unknown { why: format!("{status} {code}") },
        _ => Told::Refused { status, code },
    })
}

fn done(body: &Value) -> Option<Told> {
    let place = place(body["position"].as_str()?)?;
    let version = u32::try_from(body["version"].as_u64()?).ok()?;
    Some(Told::Done { place, stream: body["id"].as_str()?.parse().ok()?, version })
}

/// Reads a position as it is told: history, shard, number.
pub(crate) fn place(told: &str) -> Option<Place> {
    let mut parts = told.split('-').skip(1);
    Some(Place { shard: parts.next()?.parse().ok()?, number: parts.next()?.parse().ok()? })
}

/// What went wrong, without the address.
pub(crate) fn short(error: &reqwest::Error) -> String {
    let kind = [(error.is_timeout(), "no answer in time"), (error.is_connect(), "no connection")];
    kind.iter().find(|(is, _)| *is).map_or("the answer broke off", |(_, what)| what).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_are_told_from_what_may_pass() {
        let stream = Uuid::from_u128(7);
        let body = json!({ "id": stream, "version": 3, "position": "0199aabb-2-41" });
        let done = Told::Done { place: Place { shard: 2, number: 41 }, stream, version: 3 };
        assert!(matches!(read(201, &body), Answer::Told(told) if told == done));
        let refused = Told::Refused { status: 409, code: "log-withdrawn".into() };
        assert!(matches!(read(409, &json!({ "code": "log-withdrawn" })), Answer::Told(told) if told == refused));
        for status in MAY_PASS {
            assert!(matches!(read(status, &Value::Null), Answer::Told(Told::Unknown { .. })), "{status}");
        }
        assert!(matches!(read(500, &Value::Null), Answer::Erred(_)));
        assert!(matches!(read(401, &Value::Null), Answer::SignedOut));
    }
}
