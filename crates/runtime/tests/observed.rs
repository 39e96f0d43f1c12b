//! What a request leaves in log and metrics. Alone in its process: whether a line is written at all is decided once for
//! all threads, so that tests beside it could take its lines away.

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    routing,
};
use metrics_exporter_prometheus::PrometheusBuilder;
use runtime::{
    RandomIds,
    http::{Edge, layers},
};
use tower::ServiceExt;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("lines").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn log_and_metrics_tell_the_template_and_nothing_personal() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let lines = Lines::default();
    let sink = lines.clone();
    tracing_subscriber::fmt().json().with_writer(move || sink.clone()).init();
    let _metrics = metrics::set_default_local_recorder(&recorder);

    let routes = Router::new().route("/goals/{goal}", routing::post(async || StatusCode::CREATED));
    let app = layers(routes, &Edge::new("http://localhost:1", Arc::new(RandomIds))).expect("origin");
    let request = Request::post("/goals/private-path?q=private-query").header("authorization", "private-header");
    app.oneshot(request.body(Body::from("private-body")).expect("request")).await.expect("answer");

    let log = String::from_utf8(lines.0.lock().expect("lines").clone()).expect("UTF-8");
    let metrics = recorder.handle().render();
    assert!(log.contains("/goals/{goal}") && log.contains("\"status\":201") && log.contains("latency_ms"), "{log}");
    let labels = r#"{method="POST",route="/goals/{goal}",status="2xx"}"#;
    assert!(metrics.contains(&format!("http_requests_total{labels} 1")), "{metrics}");
    assert!(metrics.contains("http_request_duration_seconds") && metrics.contains("http_requests_in_flight 0"));
    assert!(!log.contains("private") && !metrics.contains("private"), "{log}{metrics}");
}
