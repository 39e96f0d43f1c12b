//! Somebody with an account and a goal, whom several clients may act for.

use std::{net::SocketAddr, ops::ControlFlow, time::Duration};

use anyhow::{Context, bail};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Clock, Ids};
use futures::future::join_all;
use reqwest::{Client, StatusCode};
use runtime::{RandomIds, SystemClock};
use serde_json::{Value, json};
use tokio::{
    sync::{Mutex, RwLock},
    time::{Instant, sleep},
};
use uuid::Uuid;

use super::http::{is_error, may_pass, place};
use crate::{
    chance::Chance,
    history::{Line, Place, Recorder},
};

/// Everybody's password.
const PASSWORD: &str = "correct horse battery";
/// Where people live: far apart.
const ZONES: [&str; 5] = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "UTC"];
/// The pause before what was not answered is asked again.
const RETRY_PAUSE: Duration = Duration::from_millis(200);
/// Somebody who is not let in for so long never is.
const PATIENCE: Duration = Duration::from_secs(60);
/// A token that ends sooner may have ended for somebody else.
const CLOCK_ERROR_MAX: TimeDelta = TimeDelta::minutes(1);
/// What every text of a person's begins with, to be looked for where it must not be.
pub const MARK: &str = "xqzplanted";

/// By what door somebody comes in, and who writes that down.
#[derive(Clone, Copy)]
pub(crate) struct Door<'a> {
    pub http: &'a Client,
    pub to: &'a [SocketAddr],
    pub recorder: &'a Recorder,
}

/// A person.
pub(crate) struct Person {
    pub user: Uuid,
    pub goal: Uuid,
    email: String,
    token: RwLock<Token>,
    /// One at a time signs in; nobody any more, once the right password was refused.
    signing_in: Mutex<ControlFlow<()>>,
}

/// What says who asks, and until when.
struct Token {
    text: String,
    ends: DateTime<Utc>,
}

impl Person {
    /// Registers somebody, however often it takes. Who is registered already, since an answer was lost, signs in.
    pub async fn register(door: Door<'_>, nth: u32) -> anyhow::Result<Self> {
        let email = format!("{MARK}.{nth}.{}@example.org", RandomIds.uuid().simple());
        let zone = ZONES[nth as usize % ZONES.len()];
        let name = format!("{MARK} name");
        let register = json!({ "email": email, "password": PASSWORD, "name": name, "zone": zone, "tokens": "bearer" });
        let give_up = Instant::now() + PATIENCE;
        let (mut path, mut body) = ("/v1/accounts", register);
        let (told, place) = loop {
            let (status, told, place) = door.ask(path, &body).await?;
            match (status, &told["code"]) {
                (200..300, _) => break (told, place),
                (409, code) if code == "address-taken" => (path, body) = ("/v1/sessions", credentials(&email)),
                // The earlier one is still under way.
                (401 | 409, _) if Instant::now() < give_up => {}
                _ => bail!("{path}: {status} {told}"),
            }
            sleep(RETRY_PAUSE).await;
        };
        let (user, workspace) = (text(&told, "/user_id")?.parse()?, text(&told, "/workspace_id")?.parse()?);
        if let Some(place) = place {
            let at_us = door.recorder.now();
            door.recorder.write(Line::Registered { at_us, user, workspace, place }).await?;
        }
        let token = RwLock::new(Token::read(&told)?);
        Ok(Self { user, goal: RandomIds.uuid(), email, token, signing_in: Mutex::new(ControlFlow::Continue(())) })
    }

    /// What says who asks.
    pub async fn token(&self) -> String {
        self.token.read().await.text.clone()
    }

    /// Signs in anew, unless somebody did so since `token` was refused. Writes down if a session was lost for that, or the
    /// account itself.
    pub async fn sign_in(&self, door: Door<'_>, token: &str) -> anyhow::Result<()> {
        let mut turn = self.signing_in.lock().await;
        let is_valid = match &*self.token.read().await {
            held if held.text != token || turn.is_break() => return Ok(()),
            held => held.ends > SystemClock.now() + CLOCK_ERROR_MAX,
        };
        // The clock of one of them may have jumped.
        if is_valid && door.is_refused_by_all(token).await {
            self.shut_out(door, "a session that has not ended").await?;
        }
        let (status, told, _) = door.ask("/v1/sessions", &credentials(&self.email)).await?;
        if !(200..300).contains(&status) {
            *turn = ControlFlow::Break(());
            return self.shut_out(door, &format!("the right password: {status} {told}")).await;
        }
        *self.token.write().await = Token::read(&told)?;
        Ok(())
    }

    async fn shut_out(&self, door: Door<'_>, by: &str) -> anyhow::Result<()> {
        let (at_us, user, what) = (door.recorder.now(), self.user, by.to_owned());
        door.recorder.write(Line::ShutOut { at_us, user, what }).await
    }
}

impl Token {
    fn read(told: &Value) -> anyhow::Result<Self> {
        let (token, ends) = (text(told, "/tokens/access_token")?, text(told, "/tokens/access_expires_at")?);
        Ok(Self { text: token.to_owned(), ends: ends.parse()? })
    }
}

impl Door<'_> {
    /// Asks until it is answered: with which status and what, and where the log stood, where that is told.
    async fn ask(self, path: &str, body: &Value) -> anyhow::Result<(u16, Value, Option<Place>)> {
        let give_up = Instant::now() + PATIENCE;
        let mut chance = Chance::new(RandomIds.uuid().as_u64_pair().1);
        // An address of their own: registrations from one are limited.
        let [.., a, b, c] = chance.next().to_be_bytes();
        loop {
            let address = chance.pick(self.to).context("nobody to ask")?;
            let asking = self.http.post(format!("http://{address}{path}")).json(body);
            let asking = asking.header("x-forwarded-for", format!("10.{a}.{b}.{c}"));
            let asking = asking.header("idempotency-key", RandomIds.uuid().to_string());
            let last = match asking.send().await {
                Ok(answer) => {
                    let status = answer.status().as_u16();
                    let place = answer.headers().get("momentum-position").and_then(|it| place(it.to_str().ok()?));
                    let told: Value = answer.json().await.unwrap_or_default();
                    if is_error(status) {
                        self.recorder.erred(format!("POST {path}: {status} {told}")).await?;
                    } else if !may_pass(status) && !told.is_null() {
                        return Ok((status, told, place));
                    }
                    format!("{status} {}", told["code"])
                }
                Err(error) => error.to_string(),
            };
            if Instant::now() > give_up {
                bail!("{path} was never answered; the last time: {last}");
            }
            sleep(RETRY_PAUSE).await;
        }
    }

    /// Whether each of them says that this token lets nobody in.
    async fn is_refused_by_all(self, token: &str) -> bool {
        let ask = |to: &SocketAddr| self.http.get(format!("http://{to}/v1/sessions")).bearer_auth(token).send();
        let answers = join_all(self.to.iter().map(ask)).await;
        answers.into_iter().all(|answer| answer.is_ok_and(|answer| answer.status() == StatusCode::UNAUTHORIZED))
    }
}

fn credentials(email: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "tokens": "bearer" })
}

fn text<'a>(told: &'a Value, pointer: &str) -> anyhow::Result<&'a str> {
    told.pointer(pointer).and_then(Value::as_str).with_context(|| format!("no {pointer} was told"))
}
