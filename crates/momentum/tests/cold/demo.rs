//! `momentum demo` against the real program: twice, cut off in the middle, and on two installations.

use std::time::Duration;

use chrono::Days;
use domain::Clock;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    PATIENCE,
    product::Product,
    program::{demo, demo_cut_off},
};

const LOOK_PAUSE: Duration = Duration::from_millis(50);
/// What an interrupted demo has come to.
const EVENTS_BEFORE_CUT: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_fills_an_account_once_and_every_installation_alike() {
    // It is this day, or later, in every zone.
    let today = runtime::SystemClock.now().date_naive() - Days::new(1);
    let mut whole = Product::cold();
    whole.up().await;
    let printed = demo(&whole.address(), today).await;
    let robin = Robin::sign_in(&whole.address(), &printed).await;
    let (first, events) = (robin.sees().await, robin.events().await);
    assert!(first.logs.len() > 500, "{} logs", first.logs.len());
    assert_eq!(first.goals.len(), 8);

    assert_eq!(demo(&whole.address(), today).await, printed, "it is told alike");
    assert_eq!(robin.events().await, events, "and does nothing twice");
    assert_eq!(robin.sees().await, first);
    whole.stop().await;

    let mut cut = Product::cold();
    cut.up().await;
    let address = cut.address();
    demo_cut_off(&address, today, Robin::has_begun(&address, &printed)).await;
    demo(&address, today).await;
    let robin = Robin::sign_in(&address, &printed).await;
    assert_eq!(robin.events().await, events, "what was cut off is finished, and nothing done twice");
    assert_eq!(robin.sees().await, first, "ids and all");
    cut.stop().await;
    cut.verify_is_clean().await;
}

/// The demo's person.
struct Robin {
    client: Client,
    address: String,
    token: String,
}

/// What they see, without what a server makes: instants and positions.
#[derive(Debug, PartialEq)]
struct Seen {
    goals: Vec<Value>,
    logs: Vec<Value>,
}

impl Robin {
    /// Signs in as was printed.
    async fn sign_in(address: &str, printed: &str) -> Self {
        Self::try_to(address, printed).await.expect("signed in")
    }

    async fn try_to(address: &str, printed: &str) -> Option<Self> {
        let of =
            |mark: &str| printed.lines().find_map(|line| line.trim().strip_prefix(mark)).unwrap_or_default().trim();
        let body = json!({ "email": of("E-mail"), "password": of("Password"), "tokens": "bearer" });
        let client = Client::new();
        let answer = client.post(format!("{address}/v1/sessions")).json(&body).send().await.ok()?;
        let answer: Value = answer.json().await.ok()?;
        let token = answer.pointer("/tokens/access_token")?.as_str()?.to_owned();
        Some(Self { client, address: address.to_owned(), token })
    }

    /// Waits until a demo under way has done something.
    async fn has_begun(address: &str, printed: &str) {
        let robin = loop {
            match Self::try_to(address, printed).await {
                Some(robin) => break robin,
                // Signing in is throttled.
                None => sleep(LOOK_PAUSE * 20).await,
            }
        };
        while robin.events().await < EVENTS_BEFORE_CUT {
            sleep(LOOK_PAUSE).await;
        }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(format!("{}{path}", self.address)).bearer_auth(&self.token).send().await;
        answer.expect("answer").json().await.expect("JSON")
    }

    /// All pages of a list.
    async fn all(&self, path: &str, cursor: &str) -> Vec<Value> {
        let (mut items, mut next) = (vec![], String::new());
        loop {
            let page = self.get(&format!("{path}limit=500{next}")).await;
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            let Some(token) = page["next"].as_str() else { return items };
            next = format!("&{cursor}={token}");
        }
    }

    async fn events(&self) -> usize {
        self.all("/v1/events?", "after").await.len()
    }

    /// Goals and logs, once the read models have taken everything in.
    async fn sees(&self) -> Seen {
        let newest = self.get("/v1/history?limit=1").await;
        let position = newest.pointer("/items/0/position").and_then(Value::as_str).expect("a position").to_owned();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let asked = self.client.get(format!("{}/v1/goals?status=all&limit=500", self.address));
            let answer = asked.bearer_auth(&self.token).header("momentum-position", &position).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            assert!(Instant::now() < deadline, "never shown");
            sleep(LOOK_PAUSE).await;
        }
        let known = |mut item: Value, names: &[&str]| {
            item.as_object_mut().expect("an object").retain(|name, _| names.contains(&name.as_str()));
            item
        };
        let goals = self.all("/v1/goals?status=all&", "cursor").await.into_iter();
        let logs = self.all("/v1/daily-logs?withdrawn=true&", "cursor").await.into_iter();
        let of_goals = ["id", "title", "target_date", "total_minutes", "minutes", "logs", "version"];
        let of_logs = ["id", "goal_id", "day", "minutes", "text", "version"];
        Seen {
            goals: goals.map(|goal| known(goal, &of_goals)).collect(),
            logs: logs.map(|log| known(log, &of_logs)).collect(),
        }
    }
}
