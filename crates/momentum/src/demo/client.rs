//! The API as the demo's person calls it: signed in, and again where an answer was lost.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use reqwest::{Client as Http, Method, RequestBuilder, Response, StatusCode, Url, header::RETRY_AFTER};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// So long a request is made again and again before it is given up.
const PATIENCE: Duration = Duration::from_secs(20);
/// The pause before it is made again, where the server does not name one.
const PAUSE: Duration = Duration::from_millis(200);
/// No answer takes longer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(30);

/// Somebody who is signed in.
pub struct Client {
    http: Http,
    address: Url,
    token: String,
}

/// A problem, as the API tells it.
pub struct Problem {
    /// Its status.
    pub status: StatusCode,
    /// Its stable code.
    pub code: String,
    text: String,
}

/// Who signs in.
pub struct Credentials {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

impl Client {
    /// One who calls this address, and is not signed in yet.
    pub fn new(address: &str) -> anyhow::Result<Self> {
        let address = Url::parse(address).with_context(|| format!("{address:?} is no address"))?;
        if address.scheme() != "http" {
            bail!(
                "{address} is not plain HTTP, which is all that this speaks; run it beside the server, on its own port"
            );
        }
        let http = Http::builder().timeout(ANSWER_WAIT_MAX).build()?;
        Ok(Self { http, address, token: String::new() })
    }

    /// Whether it calls this very machine.
    pub fn is_on_loopback(&self) -> bool {
        let host = self.address.host_str().unwrap_or_default().trim_matches(['[', ']']);
        host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
    }

    /// Signs in; false, if address and password are not those of an account.
    pub async fn sign_in(&mut self, who: &Credentials) -> anyhow::Result<bool> {
        let body = json!({ "email": who.email, "password": who.password, "tokens": "bearer" });
        match self.ask(self.request(Method::POST, "/v1/sessions").json(&body)).await? {
            Ok(answer) => self.signed_in(&answer),
            Err(problem) if problem.code == "wrong-credentials" => Ok(false),
            Err(problem) => Err(problem.into()),
        }
    }

    /// Registers, and is signed in; false, if the address is taken.
    pub async fn register(&mut self, who: &Credentials, name: &str, zone: &str) -> anyhow::Result<bool> {
        let body = json!({
            "email": who.email, "password": who.password, "name": name, "zone": zone, "tokens": "bearer",
        });
        match self.ask(self.request(Method::POST, "/v1/accounts").json(&body)).await? {
            Ok(answer) => self.signed_in(&answer),
            Err(problem) if problem.code == "address-taken" => Ok(false),
            Err(problem) => Err(problem.into()),
        }
    }

    fn signed_in(&mut self, answer: &Value) -> anyhow::Result<bool> {
        let token = answer.pointer("/tokens/access_token").and_then(Value::as_str).context("no token came back")?;
        token.clone_into(&mut self.token);
        Ok(true)
    }

    /// Reads; none, if there is no such thing.
    pub async fn get(&self, path: &str) -> anyhow::Result<Option<Value>> {
        match self.patiently(|| self.request(Method::GET, path)).await? {
            Ok(answer) => Ok(Some(answer)),
            Err(problem) if problem.status == StatusCode::NOT_FOUND => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }

    /// Has a command done, once, however often it is sent.
    pub async fn command(
        &self,
        id: Uuid,
        method: &Method,
        path: &str,
        body: &Value,
    ) -> anyhow::Result<Result<Value, Problem>> {
        let request = || self.request(method.clone(), path).header("idempotency-key", id.to_string()).json(body);
        self.patiently(request).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut url = self.address.clone();
        url.set_path(path);
        let request = self.http.request(method, url);
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    /// Asks until there is an answer other than to come back later.
    async fn patiently(&self, request: impl Fn() -> RequestBuilder) -> anyhow::Result<Result<Value, Problem>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let pause = match request().send().await {
                Ok(answer) if comes_back(answer.status()) && Instant::now() < deadline => pause_of(&answer),
                Ok(answer) => return told(answer).await,
                Err(_) if Instant::now() < deadline => PAUSE,
                Err(error) => return Err(self.unreachable(error)),
            };
            sleep(pause.min(PATIENCE)).await;
        }
    }

    async fn ask(&self, request: RequestBuilder) -> anyhow::Result<Result<Value, Problem>> {
        told(request.send().await.map_err(|error| self.unreachable(error))?).await
    }

    fn unreachable(&self, error: reqwest::Error) -> anyhow::Error {
        anyhow!(error).context(format!("Momentum does not answer at {}; `momentum up` starts it", self.address))
    }
}

async fn told(answer: Response) -> anyhow::Result<Result<Value, Problem>> {
    let status = answer.status();
    let body: Value = answer.json().await.context("what answers there is not Momentum")?;
    if status.is_success() {
        return Ok(Ok(body));
    }
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    Ok(Err(Problem { status, code: text("code"), text: format!("{} {}", text("title"), text("detail")) }))
}

fn comes_back(status: StatusCode) -> bool {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
}

fn pause_of(answer: &Response) -> Duration {
    let seconds = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    seconds.map_or(PAUSE, Duration::from_secs)
}

impl From<Problem> for anyhow::Error {
    fn from(Problem { status, code, text }: Problem) -> Self {
        match code.as_str() {
            "registration-closed" => anyhow!(
                "registration is closed there; name an account with --email and --password-file, or start Momentum with \
                 server.registration = \"open\""
            ),
            _ => anyhow!("{} ({}, {code})", text.trim(), status.as_u16()),
        }
    }
}
