//! What arrives over real connections: requests that break off, dawdle, or are none at all.

use std::{future::pending, net::SocketAddr, time::Duration};

use runtime::{Shutdown, serve};
use serde_json::{Value, json};
use testkit::app::{App, Caller, Options};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

/// Longer than any of this takes, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// So long a request may take where one is meant to take too long: still enough for a busy machine to register somebody.
const SOON: Duration = Duration::from_secs(3);
/// How long a client that dribbles waits before its next byte.
const DRIBBLE_PAUSE: Duration = Duration::from_millis(100);

/// The product, behind a port.
struct Served {
    app: App,
    address: SocketAddr,
    shutdown: Shutdown,
}

impl Served {
    async fn new() -> Self {
        Self::with(Options::default()).await
    }

    async fn with(options: Options) -> Self {
        let app = App::with(options).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let address = listener.local_addr().expect("address");
        let shutdown = Shutdown::new(Duration::ZERO);
        shutdown.spawn("http", serve(listener, app.router().clone(), 16, shutdown.clone()));
        Self { app, address, shutdown }
    }

    /// Sends these bytes and then, unless the client holds on, nothing more for ever; answers with all that comes back.
    async fn send(&self, bytes: &[u8], holds_on: bool) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("connection");
        // Who was refused in the middle may not take the rest.
        let _ = stream.write_all(bytes).await;
        if !holds_on {
            let _ = stream.shutdown().await;
        }
        let mut answer = vec![];
        let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("an answer, or the end");
        // A connection that is reset has said what it had to say.
        let _ = read;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Sends these bytes, and then this byte again and again; answers with what comes back.
    async fn dribble(&self, bytes: &[u8], byte: u8) -> String {
        let stream = TcpStream::connect(self.address).await.expect("connection");
        let (mut reading, mut writing) = stream.into_split();
        writing.write_all(bytes).await.expect("written");
        let mut answer = vec![];
        let dribbling = async {
            while writing.write_all(&[byte]).await.is_ok() {
                sleep(DRIBBLE_PAUSE).await;
            }
            pending::<()>().await;
        };
        tokio::select! {
            read = timeout(PATIENCE, reading.read_to_end(&mut answer)) => drop(read.expect("an answer, or the end")),
            () = dribbling => {}
        }
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

/// A command as bytes, with these headers besides the usual, and this body.
fn command(served: &Served, caller: &Caller<'_>, headers: &str, body: &str) -> Vec<u8> {
    let (token, key) = (caller.token(), served.app.new_id());
    format!(
        "POST /v1/goals HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nidempotency-key: {key}\r\n\
         content-type: application/json\r\nconnection: close\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

fn code(answer: &str) -> String {
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    let problem: Value = serde_json::from_str(body).unwrap_or_default();
    problem["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_whole_command_is_done_and_one_that_breaks_off_is_not() {
    let served = Served::new().await;
    let ada = served.app.register("ada@example.org").await;
    let body = json!({ "title": "Run a marathon" }).to_string();
    let length = format!("content-length: {}\r\n", body.len());
    let events = served.app.events().await;
    let whole = command(&served, &ada, &length, &body);
    for cut in [1, 10, whole.len() / 2, whole.len() - body.len(), whole.len() - 1] {
        let answer = served.send(&whole[..cut], false).await;
        assert!(["", "400"].contains(&status(&answer)), "{cut}: {answer}");
    }
    assert_eq!(served.app.events().await, events, "nothing half done");
    assert_eq!(status(&served.send(&whole, true).await), "201");
    assert_eq!(served.app.events().await, events + 1);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_waited_for_only_so_long() {
    let served = Served::with(Options { request_timeout: Some(SOON), ..Options::default() }).await;
    let ada = served.app.register("ada@example.org").await;
    let events = served.app.events().await;
    for headers in ["content-length: 100\r\n", "transfer-encoding: chunked\r\n"] {
        let answer = served.send(&command(&served, &ada, headers, ""), true).await;
        assert_eq!((status(&answer), &*code(&answer)), ("408", "body-timeout"), "{answer}");
    }
    let answer = served.dribble(&command(&served, &ada, "content-length: 60000\r\n", "{"), b' ').await;
    assert_eq!((status(&answer), &*code(&answer)), ("408", "body-timeout"), "{answer}");
    assert_eq!(served.app.events().await, events);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_unread() {
    let served = Served::new().await;
    let ada = served.app.register("ada@example.org").await;
    let answer = served.send(&command(&served, &ada, "content-length: 9999999999\r\n", "{"), true).await;
    assert_eq!((status(&answer), &*code(&answer)), ("413", "payload-too-large"), "{answer}");
    let chunk = format!("{:x}\r\n{}\r\n", 70_000, "x".repeat(70_000));
    let answer = served.send(&command(&served, &ada, "transfer-encoding: chunked\r\n", &chunk), true).await;
    assert_eq!((status(&answer), &*code(&answer)), ("413", "payload-too-large"), "{answer}");
}

#[tokio::test]
async fn what_was_left_unread_is_not_taken_for_the_next_request() {
    let served = Served::new().await;
    let ada = served.app.register("ada@example.org").await;
    let events = served.app.events().await;
    let goal = json!({ "title": "Smuggled" }).to_string();
    let smuggled = command(&served, &ada, &format!("content-length: {}\r\n", goal.len()), &goal);
    let smuggled = String::from_utf8(smuggled).expect("text");
    for headers in [format!("content-length: {}\r\n", 100_000), "content-length: 5\r\ncontent-length: 6\r\n".to_owned()]
    {
        let outer = command(&served, &ada, &headers, &smuggled);
        let outer = String::from_utf8(outer).expect("text").replacen("connection: close\r\n", "", 1);
        let answer = served.send(outer.as_bytes(), true).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    }
    assert_eq!(served.app.events().await, events);
}

#[tokio::test]
async fn requests_sent_without_waiting_are_answered_in_their_order() {
    let served = Served::new().await;
    let ada = served.app.register("ada@example.org").await;
    let (token, title) = (ada.token(), "Pipelined");
    let goal = json!({ "title": title }).to_string();
    let last = command(&served, &ada, &format!("content-length: {}\r\n", goal.len()), &goal);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n");
    let first = [get("/v1/goals"), get("/v1/nowhere"), get("/v1/me")].concat();
    let answer = served.send(&[first.as_bytes(), &last].concat(), true).await;
    let statuses: Vec<&str> = answer.split("HTTP/1.1 ").skip(1).filter_map(|one| one.split(' ').next()).collect();
    assert_eq!(statuses, ["200", "404", "200", "201"], "{answer}");
}

#[tokio::test]
async fn an_address_that_is_too_long_is_told_so() {
    let served = Served::new().await;
    let get = |path: String| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let answer = served.send(get(format!("/v1/goals/{}", "x".repeat(9_000))).as_bytes(), true).await;
    assert_eq!((status(&answer), &*code(&answer)), ("414", "uri-too-long"), "{answer}");
    let answer = served.send(get(format!("/{}", "x".repeat(70_000))).as_bytes(), true).await;
    assert!(["414", "431"].contains(&status(&answer)), "{answer}");
}

#[tokio::test]
async fn what_is_no_http_or_contradicts_itself_harms_nobody() {
    let served = Served::new().await;
    let ada = served.app.register("ada@example.org").await;
    let events = served.app.events().await;
    let body = json!({ "title": "Run" }).to_string();
    let contradicting = [
        "content-length: 5\r\ncontent-length: 15\r\n",
        "content-length: -1\r\n",
        "content-length: fifteen\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 15\r\n",
        "transfer-encoding: gzip\r\n",
        "x-broken\r\ncontent-length: 15\r\n",
    ];
    let broken = contradicting.map(|headers| command(&served, &ada, headers, &body));
    let chunks = command(&served, &ada, "transfer-encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n");
    let none: [&[u8]; 5] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0\0\0\0",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    for bytes in broken.iter().map(Vec::as_slice).chain([&*chunks]).chain(none) {
        let answer = served.send(bytes, false).await;
        assert!(["", "400", "501", "505"].contains(&status(&answer)), "{} {answer}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(served.app.events().await, events, "nothing half done");
    let good = command(&served, &ada, &format!("content-length: {}\r\n", body.len()), &body);
    assert_eq!(status(&served.send(&good, true).await), "201", "and others are served");
}

#[tokio::test]
async fn methods_and_targets_of_every_kind_are_told() {
    let served = Served::new().await;
    for (line, expected) in [
        ("OPTIONS * HTTP/1.1", "404"),
        ("TRACE / HTTP/1.1", "405"),
        ("BREW /v1/goals HTTP/1.1", "405"),
        ("GET http://localhost/v1/goals HTTP/1.1", "401"),
        ("GET http://elsewhere.example/v1/goals HTTP/1.1", "421"),
        ("GET //v1/goals HTTP/1.1", "404"),
        ("GET /v1/goals/../goals HTTP/1.1", "404"),
        ("GET /v1/goals/%00 HTTP/1.1", "401"),
        ("HEAD /v1/goals HTTP/1.1", "401"),
        ("GET /v1/goals HTTP/1.0", "401"),
    ] {
        let answer =
            served.send(format!("{line}\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes(), true).await;
        assert_eq!(status(&answer), expected, "{line}: {answer}");
    }
}
