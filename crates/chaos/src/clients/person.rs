//! Somebody with an account and a goal, whom several clients may act for.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, bail};
use domain::Ids;
use reqwest::Client;
use runtime::RandomIds;
use serde_json::{Value, json};
use tokio::{
    sync::{Mutex, RwLock},
    time::{Instant, sleep},
};
use uuid::Uuid;

use super::http::place;
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
/// What every text of a person's begins with, to be looked for where it must not be.
pub const MARK: &str = "xqzplanted";

/// A person.
pub(crate) struct Person {
    pub user: Uuid,
    pub goal: Uuid,
    email: String,
    token: RwLock<String>,
    /// One at a time signs in.
    signing_in: Mutex<()>,
}

impl Person {
    /// Registers somebody, however often it takes.
    pub async fn register(client: &Client, to: &[SocketAddr], recorder: &Recorder, nth: u32) -> anyhow::Result<Self> {
        let email = format!("{MARK}.{nth}.{}@example.org", RandomIds.uuid().simple());
        let zone = ZONES[nth as usize % ZONES.len()];
        let name = format!("{MARK} name");
        let body = json!({ "email": email, "password": PASSWORD, "name": name, "zone": zone, "tokens": "bearer" });
        let (told, place) = ask(client, to, "/v1/accounts", &body, &email).await?;
        let text = |pointer: &str| told.pointer(pointer).and_then(Value::as_str).context("a field is missing");
        let (user, workspace) = (text("/user_id")?.parse()?, text("/workspace_id")?.parse()?);
        if let Some(place) = place {
            recorder.write(Line::Registered { at_us: recorder.now(), user, workspace, place }).await?;
        }
        let token = RwLock::new(text("/tokens/access_token")?.to_owned());
        Ok(Self { user, goal: RandomIds.uuid(), email, token, signing_in: Mutex::new(()) })
    }

    /// What says who asks.
    pub async fn token(&self) -> String {
        self.token.read().await.clone()
    }

    /// Signs in anew, unless somebody did so since `token` was refused.
    pub async fn sign_in(&self, client: &Client, to: &[SocketAddr], token: &str) -> anyhow::Result<()> {
        let _turn = self.signing_in.lock().await;
        if *self.token.read().await != token {
            return Ok(());
        }
        let body = json!({ "email": self.email, "password": PASSWORD, "tokens": "bearer" });
        let (told, _) = ask(client, to, "/v1/sessions", &body, &self.email).await?;
        let token = told.pointer("/tokens/access_token").and_then(Value::as_str).context("no token")?;
        *self.token.write().await = token.to_owned();
        Ok(())
    }
}

/// Asks until it is answered, and tells where the log stood, where that is told. One who is registered already, since an
/// earlier answer was lost, signs in.
async fn ask(
    client: &Client,
    to: &[SocketAddr],
    path: &str,
    body: &Value,
    email: &str,
) -> anyhow::Result<(Value, Option<Place>)> {
    let give_up = Instant::now() + PATIENCE;
    let (mut path, mut body) = (path.to_owned(), body.clone());
    let mut chance = Chance::new(RandomIds.uuid().as_u64_pair().1);
    // An address of their own: registrations from one are limited.
    let [.., a, b, c] = chance.next().to_be_bytes();
    loop {
        let address = chance.pick(to).context("nobody to ask")?;
        let asking = client.post(format!("http://{address}{path}")).json(&body);
        let asking = asking.header("x-forwarded-for", format!("10.{a}.{b}.{c}"));
        let asking = asking.header("idempotency-key", RandomIds.uuid().to_string());
        let last = match asking.send().await {
            Ok(answer) => {
                let status = answer.status();
                let place = answer.headers().get("momentum-position").and_then(|it| place(it.to_str().ok()?));
                let told: Value = answer.json().await.unwrap_or_default();
                match status.as_u16() {
                    200..300 if !told.is_null() => return Ok((told, place)),
                    409 if told["code"] == "address-taken" => {
                        path = "/v1/sessions".to_owned();
                        body = json!({ "email": email, "password": PASSWORD, "tokens": "bearer" });
                    }
                    400..500 if ![401, 408, 409, 429].contains(&status.as_u16()) => bail!("{path}: {status} {told}"),
                    _ => {}
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
