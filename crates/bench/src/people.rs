//! People who are signed in and have a goal, made over HTTP as anybody would be.

use anyhow::Context;
use domain::{Clock, GoalId, Ids, UserId, WorkspaceId};
use runtime::{RandomIds, SystemClock};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{http::Client, product::Process};

/// Everybody's password.
const PASSWORD: &str = "correct horse battery";
/// Access tokens last for a quarter of an hour; older ones than this are renewed before a load begins.
pub const TOKEN_AGE_MAX: std::time::Duration = std::time::Duration::from_secs(300);

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who they are.
    pub user: UserId,
    /// Where their goal is.
    pub workspace: WorkspaceId,
    /// Their goal.
    pub goal: GoalId,
    /// The header that says who asks, as a line.
    pub authorization: String,
    refresh_token: String,
    signed_in: Instant,
}

impl Person {
    /// Somebody registers, and names a goal.
    pub async fn register(product: &Process, nth: u32) -> anyhow::Result<Self> {
        let mut client = product.client().await?;
        let body = json!({
            "email": format!("person-{nth}@example.org"), "password": PASSWORD, "name": "Ada", "zone": "Europe/Berlin",
            "tokens": "bearer",
        });
        // An address of their own: registrations from one are limited.
        let [.., a, b, c] = nth.to_be_bytes();
        let from = format!("x-forwarded-for: 10.{a}.{b}.{c}\r\n");
        let told = client.ask("POST", "/v1/accounts", &from, body.to_string().as_bytes()).await?.json()?;
        let mut person = Self {
            user: text(&told, "/user_id")?.parse()?,
            workspace: text(&told, "/workspace_id")?.parse()?,
            goal: GoalId::new(RandomIds.uuid()),
            authorization: authorization(&told)?,
            refresh_token: text(&told, "/tokens/refresh_token")?.to_owned(),
            signed_in: Instant::now(),
        };
        let goal = json!({ "id": person.goal, "title": "Run a marathon", "target_date": "2030-10-03" });
        person.command(&mut client, "POST", "/v1/goals", &goal).await?;
        Ok(person)
    }

    /// Many of them.
    pub async fn register_many(product: &Process, count: u32) -> anyhow::Result<Vec<Self>> {
        let mut people = vec![];
        for nth in 0..count {
            people.push(Self::register(product, nth).await?);
        }
        Ok(people)
    }

    /// Renews the access token, if it gets old.
    pub async fn stay_signed_in(&mut self, product: &Process) -> anyhow::Result<()> {
        if self.signed_in.elapsed() < TOKEN_AGE_MAX {
            return Ok(());
        }
        let body = json!({ "refresh_token": self.refresh_token }).to_string();
        let mut client = product.client().await?;
        let told = client.ask("POST", "/v1/sessions/refresh", "", body.as_bytes()).await?.json()?;
        self.authorization = authorization(&told)?;
        self.refresh_token = text(&told, "/tokens/refresh_token")?.to_owned();
        self.signed_in = Instant::now();
        Ok(())
    }

    /// Sends a command, and tells what was answered.
    pub async fn command(
        &mut self,
        client: &mut Client,
        method: &str,
        path: &str,
        body: &Value,
    ) -> anyhow::Result<Value> {
        let headers = format!("{}idempotency-key: {}\r\n", self.authorization, RandomIds.uuid());
        client.ask(method, path, &headers, body.to_string().as_bytes()).await?.json()
    }

    /// The body that logs some minutes today.
    #[must_use]
    pub fn log(&self, minutes: u16) -> String {
        format!(
            r#"{{"goal_id":"{}","minutes":{minutes},"text":"Along the river, and back over the bridge."}}"#,
            self.goal
        )
    }

    /// The date it is, far from midnight wherever that matters.
    #[must_use]
    pub fn today() -> chrono::NaiveDate {
        SystemClock.now().date_naive()
    }
}

fn authorization(told: &Value) -> anyhow::Result<String> {
    Ok(format!("authorization: Bearer {}\r\n", text(told, "/tokens/access_token")?))
}

fn text<'a>(value: &'a Value, pointer: &str) -> anyhow::Result<&'a str> {
    value.pointer(pointer).and_then(Value::as_str).with_context(|| format!("no {pointer} in {value}"))
}
