//! The service over a database of its own, called as a client would, with a clock that the test sets.

use std::{num::NonZeroU32, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderName, Request, StatusCode, header},
};
use chrono::TimeDelta;
use domain::{Clock, Ids, Recorded, WorkspaceId};
use event_store::{IndexKey, Keyring, Store, Vault};
use identity::{Identity, Keys, Limits};
use runtime::{
    RandomIds, SystemClock,
    http::{Edge, layers},
};
use serde_json::Value;
use testkit::{TestClock, TestDatabase};
use tower::ServiceExt;
use uuid::{Builder, Uuid};
use zeroize::Zeroizing;

use crate::{AppState, Pace, RegistrationOpen, routes};

/// The service, and what it stands on.
pub(crate) struct App {
    pub store: Store,
    pub identity: Arc<Identity>,
    pub database: TestDatabase,
    pub clock: Arc<TestClock>,
    router: Router,
}

/// What was answered.
pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Null where the body is empty.
    pub body: Value,
}

impl App {
    pub async fn new() -> Self {
        Self::with(RegistrationOpen(true)).await
    }

    pub async fn with(registration: RegistrationOpen) -> Self {
        Self::of(registration, NonZeroU32::MAX).await
    }

    pub async fn of(registration: RegistrationOpen, commands_a_minute: NonZeroU32) -> Self {
        let database = testkit::database().await;
        let pool = database.pool().clone();
        let ids: Arc<dyn Ids> = Arc::new(RandomIds);
        let clock = Arc::new(TestClock::at(SystemClock.now()));
        event_store::install(&pool, &*ids, 2).await.expect("install");
        let keyring = Keyring::new(1, &Zeroizing::new([1; 32]));
        let vault = Arc::new(Vault::new(pool.clone(), keyring, clock.clone(), ids.clone()));
        let index_key = IndexKey::new([2; 32]);
        let store = Store::open(pool.clone(), vault, index_key, clock.clone(), ids.clone()).await.expect("store");
        let keys = Keys { index_key: [3; 32], token_key: [4; 32] };
        let identity = Arc::new(Identity::new(pool, keys, Limits::default(), clock.clone(), ids.clone()));
        let pace = Arc::new(Pace::of(commands_a_minute));
        let state =
            AppState { store: store.clone(), identity: identity.clone(), clock: clock.clone(), pace, registration };
        let (routes, _) = routes().with_state(state).split_for_parts();
        let router = layers(routes, &Edge::new("http://localhost:8080", ids)).expect("layers");
        Self { store, identity, database, clock, router }
    }

    /// A UUIDv7 of the moment that it is here.
    pub fn new_id(&self) -> Uuid {
        let millis = u64::try_from(self.clock.now().timestamp_millis()).expect("after 1970");
        let mut random = [0; 10];
        RandomIds.fill(&mut random);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// Lets time go by.
    pub fn pass(&self, time: TimeDelta) {
        self.clock.pass(time);
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send("POST", path, &[], Some(body)).await
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(HeaderName, String)], body: Option<Value>) -> Reply {
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let body = body.map_or_else(Body::empty, |body| body.to_string().into());
        let answer = self.router.clone().oneshot(request.body(body).expect("request")).await.expect("answer");
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, 1 << 20).await.expect("body");
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") };
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// All events of a workspace.
    pub async fn events(&self, workspace: WorkspaceId) -> Vec<Recorded> {
        self.store.log().read_workspace(workspace, 0, 100).await.expect("events")
    }
}

impl Reply {
    /// The text at a JSON pointer; empty where there is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// What was set as cookies, as a browser would send it back.
    pub fn cookies(&self) -> (HeaderName, String) {
        let set = self.headers.get_all(header::SET_COOKIE).iter();
        let pairs = set.map(|cookie| cookie.to_str().expect("text").split(';').next().expect("pair"));
        (header::COOKIE, pairs.collect::<Vec<_>>().join("; "))
    }

    /// The access token in the body, as a program would send it back.
    pub fn bearer(&self) -> (HeaderName, String) {
        (header::AUTHORIZATION, format!("Bearer {}", self.text("/tokens/access_token")))
    }

    /// Status and code of a problem, and the first field at fault.
    pub fn problem(&self) -> (u16, &str, &str) {
        (self.status.as_u16(), self.text("/code"), self.text("/errors/0/pointer"))
    }
}
