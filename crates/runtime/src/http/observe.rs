//! What is seen of each request from outside: its id, one span and line in the log, and its metrics.
//!
//! Only the route's template is told, never the path, the query, headers or bodies, which may hold personal text.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use domain::Ids;
use tracing::Instrument;

use super::{ClientAddress, Network, TraceParent, client_address::comes_from_proxy};
use crate::{Problem, traces::continue_trace};

/// The header that carries the id of a request.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over from a proxy.
const REQUEST_ID_BYTES_MAX: usize = 64;
/// The route of requests that match none.
const NO_ROUTE: &str = "none";

/// The id of the request, in the extensions of each: the `trace_id` of problems, and in every line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

/// Sees each request from outside.
pub(super) struct Observer {
    pub ids: Arc<dyn Ids>,
    pub trusted_proxies: Vec<Network>,
}

impl Observer {
    /// Gives the request its id and its client's address, lets it run in a span, and notes how it went.
    pub async fn observed<F: Future<Output = Response>>(
        &self,
        mut request: Request,
        answer: impl FnOnce(Request) -> F,
    ) -> Response {
        let begun = Instant::now();
        let id = self.request_id(&request);
        let client = ClientAddress::of(request.extensions(), request.headers(), &self.trusted_proxies);
        request.extensions_mut().insert(client);
        request.extensions_mut().insert(RequestId(id.clone()));
        let method = method_name(request.method());
        let route =
            request.extensions().get::<MatchedPath>().map_or_else(|| NO_ROUTE.into(), |path| path.as_str().to_owned());

        let span = tracing::info_span!("request", method, route, request_id = &*id);
        if let Some(parent) = TraceParent::of(request.headers()) {
            continue_trace(&span, &parent);
        }
        let in_flight = InFlight::begin();
        let mut response = answer(request).instrument(span.clone()).await;
        drop(in_flight);
        let latency = begun.elapsed();
        span.in_scope(|| log(response.status(), latency));
        measure(method, route, response.status(), latency);

        if let Some(problem) = response.extensions_mut().remove::<Problem>() {
            response = with_trace_id(response, problem, &id);
        }
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(X_REQUEST_ID, value);
        }
        response
    }

    /// A proxy may have given the request an id, by which its own log knows it; a client's own wish does not count.
    fn request_id(&self, request: &Request) -> Arc<str> {
        let given = || {
            let from_proxy = comes_from_proxy(request.extensions(), &self.trusted_proxies);
            from_proxy.then(|| usable_id(request.headers())).flatten().map(Arc::from)
        };
        given().unwrap_or_else(|| self.ids.uuid().to_string().into())
    }
}

fn usable_id(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(X_REQUEST_ID)?.to_str().ok()?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    (is_plain && (1..=REQUEST_ID_BYTES_MAX).contains(&text.len())).then_some(text)
}

/// Clients may invent methods, and each would become a label of its own.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

fn log(status: StatusCode, latency: Duration) {
    // To the microsecond; the digits of a float after that only look like more.
    let (status, latency_ms) = (status.as_u16(), (latency.as_secs_f64() * 1e6).round() / 1e3);
    if status >= 500 {
        tracing::warn!(status, latency_ms, "answered");
    } else {
        tracing::info!(status, latency_ms, "answered");
    }
}

fn measure(method: &'static str, route: String, status: StatusCode, latency: Duration) {
    const CLASSES: [&str; 6] = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"];
    let class = CLASSES.get(usize::from(status.as_u16() / 100)).copied().unwrap_or("other");
    let labels = [("method", method.into()), ("route", metrics::SharedString::from(route)), ("status", class.into())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels).record(latency);
}

/// One request at work. Counted by a guard, since a client that goes away ends its request at any point.
struct InFlight(metrics::Gauge);

impl InFlight {
    fn begin() -> Self {
        let gauge = metrics::gauge!("http_requests_in_flight");
        gauge.increment(1);
        Self(gauge)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// The error itself does not know its request, so the problem is written again with the id in it.
fn with_trace_id(response: Response, mut problem: Problem, id: &str) -> Response {
    problem.trace_id = Some(id.to_owned());
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(serde_json::to_vec(&problem).unwrap_or_default()))
}
