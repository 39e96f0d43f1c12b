//! The layers around every route, in the one order that works.

use std::{any::Any, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing,
};
use domain::Ids;
use futures::FutureExt;
use tokio::sync::Semaphore;
use tower::ServiceBuilder;

use super::{
    Network,
    limits::{self, CONCURRENT_REQUESTS_MAX, REQUEST_TIMEOUT},
    names::Names,
    observe::Observer,
    problem_page, security,
};
use crate::{
    ApiError, ProblemKind,
    config::{Config, PublicUrl},
};

/// What stands between the network and the routes, as configured.
#[derive(Clone)]
pub struct Edge {
    /// Where browsers find this, as scheme, host and port: the one origin that changes are taken from.
    pub public_origin: String,
    /// Whose word counts on who the client is.
    pub trusted_proxies: Vec<Network>,
    /// How many requests are worked on at once.
    pub concurrent_requests_max: usize,
    /// How long a request may take until its answer begins: [`REQUEST_TIMEOUT`] but in tests.
    pub request_timeout: Duration,
    /// Makes the ids of requests.
    pub ids: Arc<dyn Ids>,
}

impl Edge {
    /// An edge on this origin with the usual limits and no proxies.
    pub fn new(public_origin: impl Into<String>, ids: Arc<dyn Ids>) -> Self {
        Self {
            public_origin: public_origin.into(),
            trusted_proxies: Vec::new(),
            concurrent_requests_max: CONCURRENT_REQUESTS_MAX,
            request_timeout: REQUEST_TIMEOUT,
            ids,
        }
    }

    /// The edge as configured, of a server that listens on `bound`.
    pub fn configured(config: &Config, bound: SocketAddr, ids: Arc<dyn Ids>) -> Self {
        Self {
            trusted_proxies: config.server.trusted_proxies.clone(),
            concurrent_requests_max: config.limits.concurrent_requests_max,
            ..Self::new(config.server.public_url_at(bound).as_str(), ids)
        }
    }

    /// Whether only this machine's browsers are to find it, and nobody in front hands on what others ask.
    pub(super) fn is_for_this_machine(&self) -> bool {
        let origin: Result<PublicUrl, _> = self.public_origin.parse();
        origin.is_ok_and(|origin| origin.is_loopback()) && self.trusted_proxies.is_empty()
    }
}

/// The public origin is not one that a browser would send.
#[derive(Debug, thiserror::Error)]
#[error("the public address cannot be used: {0}")]
pub struct UnusableOrigin(String);

/// Puts the layers around `router`, and problems where it has no route or method. Call it once, after all routes are
/// merged.
///
/// From the outside in: the request is observed (so that everything below has an id, a span and metrics), headers are
/// set on whatever comes back, panics become answers, then limits, that of time among them, then protection.
pub fn layers(router: Router, edge: &Edge) -> Result<Router, UnusableOrigin> {
    let cross_site = security::cross_site(&edge.public_origin).map_err(|error| UnusableOrigin(error.to_string()))?;
    let gate = Gate {
        observer: Observer { ids: edge.ids.clone(), trusted_proxies: edge.trusted_proxies.clone() },
        names: Names::of(edge),
        is_https: edge.public_origin.starts_with("https:"),
        slots: Semaphore::new(edge.concurrent_requests_max),
        request_timeout: edge.request_timeout,
    };
    // One layer for axum, which would box every one of several, and each request's way through it. The first one added is
    // the outermost.
    let layers = ServiceBuilder::new().layer(from_fn_with_state(Arc::new(gate), pass)).layer(cross_site);
    Ok(router
        .route(problem_page::ROUTE, routing::get(problem_page::page))
        .fallback(unknown_route)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(layers))
}

/// What every request passes, and every answer.
struct Gate {
    observer: Observer,
    names: Names,
    is_https: bool,
    slots: Semaphore,
    request_timeout: Duration,
}

async fn pass(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let answer = async |request| {
        let answered = AssertUnwindSafe(gate.limited(request, next)).catch_unwind().await;
        let mut response = answered.unwrap_or_else(panicked).into_response();
        security::set_headers(response.headers_mut(), gate.is_https);
        response
    };
    gate.observer.observed(request, answer).await
}

impl Gate {
    async fn limited(&self, request: Request, next: Next) -> Result<Response, ApiError> {
        limits::check_uri(request.uri())?;
        self.names.check(&request)?;
        let request = limits::arrived(self.request_timeout, request).await?;
        let _slot = limits::slot(&self.slots)?;
        limits::in_time(self.request_timeout, next.run(request)).await
    }
}

async fn unknown_route() -> ApiError {
    ApiError::new(ProblemKind::UnknownRoute, "Nothing is served under this path; `/docs` lists what is.")
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(
        ProblemKind::MethodNotAllowed,
        "The path exists, but not with this method; `Allow` lists those it has.",
    )
}

fn panicked(_: Box<dyn Any + Send>) -> Result<Response, ApiError> {
    // The panic hook logged it, and knew the place.
    Err(ApiError::fault())
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        future::pending,
        net::{IpAddr, Ipv4Addr},
    };

    use axum::{
        body::{Body, to_bytes},
        extract::{ConnectInfo, Request},
        http::StatusCode,
    };
    use futures::stream;
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;
    use crate::{RandomIds, http::ClientAddress};

    /// Who asks.
    const PEER: ConnectInfo<SocketAddr> = ConnectInfo(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), 7));

    fn edge() -> Edge {
        let mut edge = Edge::new("https://momentum.example", Arc::new(RandomIds));
        edge.trusted_proxies = vec!["10.0.0.0/8".parse().expect("network")];
        edge.request_timeout = Duration::from_millis(20);
        edge
    }

    fn app(edge: &Edge) -> Router {
        let routes = Router::new()
            .route("/goals/{goal}", routing::get(async || "goal").put(async || "changed"))
            .route("/address", routing::get(async |ClientAddress(address): ClientAddress| address.to_string()))
            .route("/panic", routing::get(async || -> String { panic!("secret") }))
            .route("/forever", routing::get(pending::<String>))
            .route("/cached", routing::get(async || ([("cache-control", "max-age=60")], "file")));
        layers(routes, edge).expect("origin")
    }

    async fn send(edge: &Edge, request: &str, headers: &[(&str, &str)]) -> Response {
        let (method, path) = request.split_once(' ').expect("method and path");
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.extension(PEER).body(Body::empty()).expect("request");
        app(edge).oneshot(request).await.expect("answer")
    }

    async fn put(app: &Router, body: Body) -> Response {
        let request = Request::builder().method("PUT").uri("/goals/1").extension(PEER).body(body).expect("request");
        app.clone().oneshot(request).await.expect("answer")
    }

    /// A body that does not come.
    fn never() -> Body {
        Body::from_stream(stream::pending::<Result<&[u8], Infallible>>())
    }

    async fn text(response: Response) -> String {
        String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.expect("body").to_vec()).expect("UTF-8")
    }

    async fn problem(response: Response) -> Value {
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        serde_json::from_str(&text(response).await).expect("JSON")
    }

    #[tokio::test]
    async fn an_unknown_route_is_a_problem_that_names_its_request() {
        let response = send(&edge(), "GET /nowhere", &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        let id = response.headers()["x-request-id"].to_str().expect("text").to_owned();
        let told = problem(response).await;
        assert_eq!((&told["code"], &told["trace_id"]), (&"unknown-route".into(), &id.into()));
    }

    #[tokio::test]
    async fn a_wrong_method_lists_the_right_ones() {
        let response = send(&edge(), "DELETE /goals/1", &[]).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()["allow"], "GET,HEAD,PUT");
        assert_eq!(problem(response).await["code"], "method-not-allowed");
    }

    #[tokio::test]
    async fn a_panic_is_a_500_that_tells_nothing() {
        let response = send(&edge(), "GET /panic", &[]).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!problem(response).await.to_string().contains("secret"));
    }

    #[tokio::test]
    async fn what_takes_too_long_is_given_up() {
        let response = send(&edge(), "GET /forever", &[]).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()["retry-after"], "1");
        assert_eq!(problem(response).await["code"], "timeout");
    }

    #[tokio::test]
    async fn too_many_at_once_are_told_to_come_back() {
        let edge = Edge { concurrent_requests_max: 0, ..edge() };
        assert_eq!(problem(send(&edge, "GET /goals/1", &[]).await).await["code"], "overloaded");
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_holds_up_no_other() {
        let app = app(&Edge { concurrent_requests_max: 1, request_timeout: Duration::from_secs(60), ..edge() });
        let mut dribbling = std::pin::pin!(put(&app, never()));
        assert!(futures::poll!(&mut dribbling).is_pending());
        assert_eq!(put(&app, Body::from("{}")).await.status(), StatusCode::OK);
        assert!(futures::poll!(&mut dribbling).is_pending());
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for_for_ever() {
        let response = put(&app(&edge()), never()).await;
        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
        assert_eq!(problem(response).await["code"], "body-timeout");
    }

    #[tokio::test]
    async fn a_body_may_have_its_greatest_length_and_no_more() {
        let app = app(&edge());
        assert_eq!(put(&app, Body::from(vec![b'x'; limits::BODY_BYTES_MAX])).await.status(), StatusCode::OK);
        let piece = || Ok::<_, Infallible>(vec![b'x'; limits::BODY_BYTES_MAX / 2]);
        let told = Body::from(vec![b'x'; limits::BODY_BYTES_MAX + 1]);
        for body in [told, Body::from_stream(stream::iter([piece(), piece(), piece()]))] {
            assert_eq!(problem(put(&app, body).await).await["code"], "payload-too-large");
        }
    }

    #[tokio::test]
    async fn a_long_address_is_refused() {
        let path = format!("GET /goals/1?q={}", "x".repeat(limits::URI_BYTES_MAX));
        assert_eq!(send(&edge(), &path, &[]).await.status(), StatusCode::URI_TOO_LONG);
    }

    #[tokio::test]
    async fn every_answer_has_the_security_headers() {
        for path in ["GET /goals/1", "GET /nowhere", "GET /panic"] {
            let response = send(&edge(), path, &[]).await;
            let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}");
            assert_eq!(response.headers()["cache-control"], "no-store");
            assert_eq!(response.headers()["x-content-type-options"], "nosniff");
            assert!(response.headers().contains_key("strict-transport-security"));
        }
        assert_eq!(send(&edge(), "GET /cached", &[]).await.headers()["cache-control"], "max-age=60");
    }

    #[tokio::test]
    async fn changes_from_other_sites_are_refused_and_programs_pass() {
        let put = async |headers: &[(&str, &str)]| send(&edge(), "PUT /goals/1", headers).await.status();
        assert_eq!(put(&[("host", "a"), ("authorization", "Bearer x")]).await, StatusCode::OK);
        assert_eq!(put(&[("sec-fetch-site", "same-origin")]).await, StatusCode::OK);
        assert_eq!(put(&[("host", "inner:80"), ("origin", "https://momentum.example")]).await, StatusCode::OK);
        for refused in [
            &[("sec-fetch-site", "cross-site")] as &[_],
            &[("sec-fetch-site", "same-site"), ("origin", "https://evil.momentum.example")],
            &[("host", "momentum.example"), ("origin", "https://evil.example")],
            &[("host", "momentum.example"), ("origin", "null")],
        ] {
            assert_eq!(put(refused).await, StatusCode::FORBIDDEN, "{refused:?}");
        }
        let read = send(&edge(), "GET /goals/1", &[("sec-fetch-site", "cross-site")]).await;
        assert_eq!(read.status(), StatusCode::OK, "reading changes nothing");
    }

    #[tokio::test]
    async fn an_installation_for_this_machine_is_not_asked_by_a_name_that_a_stranger_led_to_it() {
        let edge = Edge::new("http://localhost:8080", Arc::new(RandomIds));
        let rebound = [("host", "evil.example:8080"), ("origin", "http://evil.example:8080")];
        let refused = send(&edge, "PUT /goals/1", &rebound).await;
        assert_eq!(refused.status(), StatusCode::MISDIRECTED_REQUEST);
        assert_eq!(problem(refused).await["code"], "misdirected");
        let own = [("host", "localhost:8080"), ("origin", "http://localhost:8080")];
        assert_eq!(send(&edge, "PUT /goals/1", &own).await.status(), StatusCode::OK);
        // Who put a proxy before it has set there which names lead to it.
        let behind = Edge { trusted_proxies: vec!["10.0.0.0/8".parse().expect("network")], ..edge };
        assert_eq!(send(&behind, "GET /goals/1", &[("host", "momentum.example")]).await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn a_trusted_proxy_says_who_the_client_is_and_what_the_request_is_called() {
        let headers = [("x-forwarded-for", "6.6.6.6, 203.0.113.9"), ("x-request-id", "from-proxy.1")];
        let response = send(&edge(), "GET /address", &headers).await;
        assert_eq!(response.headers()["x-request-id"], "from-proxy.1");
        assert_eq!(text(response).await, "203.0.113.9");

        let alone = Edge { trusted_proxies: Vec::new(), ..edge() };
        let response = send(&alone, "GET /address", &headers).await;
        assert_ne!(response.headers()["x-request-id"], "from-proxy.1");
        assert_eq!(text(response).await, "10.0.0.1");
    }

    #[tokio::test]
    async fn the_type_of_a_problem_can_be_followed() {
        let told = text(send(&edge(), "GET /problems/version-conflict", &[]).await).await;
        assert!(told.contains("\"title\":\"Changed meanwhile\""), "{told}");
        let page = text(send(&edge(), "GET /problems/version-conflict", &[("accept", "text/html")]).await).await;
        assert!(page.contains("<h1>Changed meanwhile</h1>"));
        assert_eq!(send(&edge(), "GET /problems/other", &[]).await.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn head_answers_have_no_body() {
        assert_eq!(text(send(&edge(), "HEAD /nowhere", &[]).await).await, "");
    }

    #[test]
    fn an_origin_that_no_browser_sends_is_refused() {
        assert!(layers(Router::new(), &Edge::new("momentum.example/path", Arc::new(RandomIds))).is_err());
    }
}
