//! Pages for those who run it: is it alive, is it ready, which version, and the metrics. Served on the admin port.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing,
};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use tokio::{task::JoinSet, time::timeout};

use crate::Shutdown;

/// How long one check may take. Those who ask give up after a few seconds themselves.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

type Outcome = Result<String, String>;
type Check = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;

/// What must be well for this process to be ready. Roles add their checks as they start. Clones share them.
#[derive(Clone)]
pub struct Health(Arc<Parts>);

struct Parts {
    checks: Mutex<Vec<(&'static str, Check)>>,
    has_started: AtomicBool,
    shutdown: Shutdown,
}

/// What `/readyz` answers.
#[derive(Debug, Serialize)]
struct Readiness {
    /// `ready`, `starting`, `stopping` or `unready`.
    status: &'static str,
    checks: Vec<Checked>,
}

#[derive(Debug, Serialize)]
struct Checked {
    name: &'static str,
    ok: bool,
    detail: String,
    took_ms: u128,
}

impl Health {
    /// Of a process that is starting, and that is unready again as soon as its end begins.
    pub fn new(shutdown: Shutdown) -> Self {
        Self(Arc::new(Parts { checks: Mutex::default(), has_started: AtomicBool::new(false), shutdown }))
    }

    /// Adds a check. It says how things are, in a few words without secrets, as `Ok` or `Err`.
    pub fn check<F, Fut>(&self, name: &'static str, check: F)
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        let check: Check = Arc::new(move || Box::pin(check()));
        self.0.checks.lock().unwrap_or_else(PoisonError::into_inner).push((name, check));
    }

    /// Says that all roles have started, and so that all checks are there.
    pub fn started(&self) {
        self.0.has_started.store(true, Ordering::Release);
    }

    async fn readiness(&self) -> Readiness {
        let checks = self.0.checks.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut running = JoinSet::new();
        for (name, check) in checks {
            running.spawn(async move {
                let begun = Instant::now();
                // A task of its own, so that a check that panics is a check that fails.
                let outcome = match timeout(CHECK_TIMEOUT, tokio::spawn(check())).await {
                    Ok(Ok(outcome)) => outcome,
                    Ok(Err(_)) => Err("the check itself failed".to_owned()),
                    Err(_) => Err(format!("no answer within {} s", CHECK_TIMEOUT.as_secs())),
                };
                let (ok, detail) = outcome.map_or_else(|detail| (false, detail), |detail| (true, detail));
                Checked { name, ok, detail, took_ms: begun.elapsed().as_millis() }
            });
        }
        let mut checks = running.join_all().await;
        checks.sort_by_key(|check| check.name);
        let status = if self.0.shutdown.has_begun() {
            "stopping"
        } else if !self.0.has_started.load(Ordering::Acquire) {
            "starting"
        } else if checks.iter().all(|check| check.ok) {
            "ready"
        } else {
            "unready"
        };
        Readiness { status, checks }
    }
}

/// The pages: `/livez`, `/readyz`, `/healthz`, `/version` and `/metrics`. `version` is told as it is.
pub fn pages(health: Health, metrics: PrometheusHandle, version: serde_json::Value) -> Router {
    Router::new()
        .route("/livez", routing::get(async || Json(serde_json::json!({ "status": "alive" }))))
        .route("/readyz", routing::get(readyz))
        .route("/healthz", routing::get(readyz))
        .with_state(health)
        .route("/version", routing::get(async move || Json(version)))
        .route("/metrics", routing::get(async move || render(&metrics)))
}

async fn readyz(State(health): State<Health>) -> impl IntoResponse {
    let readiness = health.readiness().await;
    let status = if readiness.status == "ready" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness))
}

fn render(metrics: &PrometheusHandle) -> impl IntoResponse + use<> {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render())
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use axum::{
        body::{Body, to_bytes},
        http::Request,
    };
    use metrics_exporter_prometheus::PrometheusBuilder;
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;

    fn health() -> Health {
        Health::new(Shutdown::new(Duration::ZERO))
    }

    async fn get(health: &Health, path: &str) -> (StatusCode, String) {
        let recorder = PrometheusBuilder::new().build_recorder();
        metrics::with_local_recorder(&recorder, || metrics::counter!("x_total").increment(1));
        let pages = pages(health.clone(), recorder.handle(), serde_json::json!({ "version": "1.2.3" }));
        let request = Request::get(path).body(Body::empty()).expect("request");
        let response = pages.oneshot(request).await.expect("answer");
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 16).await.expect("body");
        (status, String::from_utf8(body.to_vec()).expect("UTF-8"))
    }

    async fn ready(health: &Health) -> (u16, Value) {
        let (status, body) = get(health, "/readyz").await;
        (status.as_u16(), serde_json::from_str(&body).expect("JSON"))
    }

    #[tokio::test]
    async fn it_is_ready_between_start_and_end() {
        let health = health();
        health.check("postgres", async || Ok("answers".to_owned()));
        assert_eq!(ready(&health).await.1["status"], "starting");
        health.started();
        let (status, told) = ready(&health).await;
        assert_eq!((status, &told["checks"][0]["detail"]), (200, &"answers".into()));
        health.0.shutdown.begin();
        let (status, told) = ready(&health).await;
        assert_eq!((status, &told["status"]), (503, &"stopping".into()));
        assert_eq!(get(&health, "/livez").await.0, StatusCode::OK, "it is alive to the last");
    }

    #[tokio::test(start_paused = true)]
    async fn each_check_that_fails_is_named() {
        let health = health();
        health.started();
        health.check("a", async || Ok("fine".to_owned()));
        health.check("b", async || Err("away".to_owned()));
        health.check("c", pending::<Outcome>);
        health.check("d", async || panic!("broken"));
        let (status, told) = ready(&health).await;
        let well: Vec<_> = told["checks"].as_array().expect("list").iter().map(|check| check["ok"] == true).collect();
        assert_eq!((status, well), (503, vec![true, false, false, false]));
        assert_eq!(told["checks"][2]["detail"], "no answer within 2 s");
    }

    #[tokio::test]
    async fn version_and_metrics_are_told() {
        assert_eq!(get(&health(), "/version").await.1, r#"{"version":"1.2.3"}"#);
        assert!(get(&health(), "/metrics").await.1.contains("x_total 1"));
    }
}
