//! What the program tells those who watch it: systemd, Prometheus, and a collector of traces.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, routing};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, UnixDatagram},
    time::Instant,
};

use crate::product::Product;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACE_BYTES: [u8; 16] = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes();
/// So long may it take until what was done is shown, on however busy a machine.
const SHOWN_WITHIN: Duration = Duration::from_secs(30);

/// A collector that keeps what it is sent, as it is sent.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Bytes>>>);

impl Collector {
    /// Listens, and tells where.
    async fn listen(&self) -> SocketAddr {
        let keep = async |State(collector): State<Self>, body: Bytes| {
            collector.0.lock().expect("bodies").push(body);
        };
        let router = Router::new().route("/v1/traces", routing::post(keep)).with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    /// Whether these bytes stand in one of the bodies that have this text in them.
    fn has(&self, text: &str, bytes: &[u8]) -> bool {
        let contains = |body: &[u8], part: &[u8]| body.windows(part.len()).any(|window| window == part);
        self.0.lock().expect("bodies").iter().any(|body| contains(body, text.as_bytes()) && contains(body, bytes))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_watch_are_told() {
    let collector = Collector::default();
    let socket = tempfile::tempdir().expect("a folder");
    let systemd = UnixDatagram::bind(socket.path().join("notify")).expect("a socket");
    let environment = vec![
        ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{}", collector.listen().await)),
        ("NOTIFY_SOCKET", socket.path().join("notify").display().to_string()),
    ];
    let mut product = Product::watched(environment);
    product.up().await;
    assert_eq!(said(&systemd).await, "READY=1");

    let told = in_one_trace(&product.address()).await;
    assert_eq!(told["event"]["type"], "GoalCreated");
    let parent = told["trace_parent"].as_str().expect("the event's trace");
    assert!(parent.starts_with(&format!("00-{TRACE}-")), "{parent}");

    let page = product.metrics().await;
    let told: BTreeSet<&str> = page.lines().filter_map(|it| it.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let undocumented: Vec<_> = told.iter().filter(|name| !documented(name)).collect();
    assert!(undocumented.is_empty(), "{undocumented:?}");
    for name in ["momentum_commands_total", "momentum_append_seconds", "momentum_pool_connections"] {
        assert!(told.contains(name), "{name} is not in {told:?}");
    }

    product.stop().await;
    assert_eq!(said(&systemd).await, "STOPPING=1");
    assert!(collector.has("/v1/goals", &TRACE_BYTES), "the request is part of the trace");
    assert!(collector.has("take_in", &TRACE_BYTES), "the workers' spans link to it");
}

/// The next thing that systemd is told, but for being alive.
async fn said(systemd: &UnixDatagram) -> String {
    let mut bytes = [0; 256];
    loop {
        let length =
            tokio::time::timeout(crate::PATIENCE, systemd.recv(&mut bytes)).await.expect("told").expect("read");
        let text = String::from_utf8_lossy(&bytes[..length]).trim_end().to_owned();
        if text != "WATCHDOG=1" {
            return text;
        }
    }
}

/// Makes a goal as part of a trace, sees it, and answers with its event as it is told.
async fn in_one_trace(address: &str) -> Value {
    let client = Client::new();
    let ada = json!({ "email": "ada@example.org", "password": "correct horse battery", "name": "Ada", "zone": "UTC", "tokens": "bearer" });
    let registered = client.post(format!("{address}/v1/accounts")).json(&ada).send().await.expect("answers");
    let registered: Value = registered.json().await.expect("JSON");
    let token = registered["tokens"]["access_token"].as_str().expect("a token");
    let goal = client
        .post(format!("{address}/v1/goals"))
        .bearer_auth(token)
        .header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"))
        .header("idempotency-key", uuid())
        .json(&json!({ "title": "Be seen" }));
    let done: Value = goal.send().await.expect("answers").json().await.expect("JSON");
    let at = done["position"].as_str().expect("a position");
    let goal = format!("{address}/v1/goals/{}", done["id"].as_str().expect("an id"));
    let give_up = Instant::now() + SHOWN_WITHIN;
    loop {
        let seen = client.get(&goal).bearer_auth(token).header("momentum-position", at);
        let seen = seen.send().await.expect("answers");
        if seen.status().is_success() {
            break;
        }
        let (status, told) = (seen.status(), seen.text().await.expect("text"));
        assert!(told.contains("not-yet-shown") && Instant::now() < give_up, "{status} {told}");
    }
    let events = client.get(format!("{address}/v1/events")).bearer_auth(token).send().await.expect("answers");
    let events: Value = events.json().await.expect("JSON");
    events["items"].as_array().and_then(|items| items.last()).expect("events").clone()
}

fn uuid() -> String {
    domain::Ids::uuid(&runtime::RandomIds).to_string()
}

fn documented(name: &str) -> bool {
    include_str!("../../../../docs/metrics.md").contains(&format!("| `{name}` |"))
}
