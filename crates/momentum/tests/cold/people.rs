//! People who keep a diary over HTTP, and try again when something is away.

use std::{ops::Range, time::Duration};

use chrono::{Days, NaiveDate};
use domain::{Clock, Ids};
use futures::{StreamExt, stream};
use reqwest::{Client, Method, StatusCode};
use runtime::RandomIds;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::PATIENCE;

/// So many requests of one person are under way at once.
const REQUESTS_AT_ONCE: usize = 4;
/// The pause before a request is made again.
const RETRY_PAUSE: Duration = Duration::from_millis(100);
/// Each log has so many minutes, and each tenth one is corrected to one more.
const MINUTES: u64 = 30;

pub struct Person {
    pub address: String,
    /// Where queries go, if not to the same address.
    pub query_address: Option<String>,
    client: Client,
    email: String,
    token: String,
    pub goal: String,
    first_day: NaiveDate,
    position: String,
}

impl Person {
    pub async fn register_all(address: &str, people: &[(&str, &str)]) -> Vec<Self> {
        let registered = people.iter().map(|(email, zone)| Self::register(address, email, zone));
        futures::future::join_all(registered).await
    }

    async fn register(address: &str, email: &str, zone: &str) -> Self {
        let mut person = Self {
            address: address.to_owned(),
            query_address: None,
            client: Client::new(),
            email: email.to_owned(),
            token: String::new(),
            goal: String::new(),
            first_day: NaiveDate::default(),
            position: String::new(),
        };
        let body =
            json!({ "email": email, "password": PASSWORD, "name": "A person", "zone": zone, "tokens": "bearer" });
        let answer = person.send(Method::POST, "/v1/accounts", Some(body)).await;
        person.token = text(&answer, "/tokens/access_token");
        // Yesterday in London has ended or is at least under way in every zone.
        person.first_day = runtime::SystemClock.now().date_naive() - Days::new(365);
        let goal = json!({ "title": "Write every day", "description": "A page at least", "total_minutes": 20_000 });
        person.goal = text(&person.send(Method::POST, "/v1/goals", Some(goal)).await, "/id");
        person
    }

    /// The same person, where all of it was taken to: signs in again, is told that their position is gone, and takes a
    /// new one.
    pub async fn moves_to(&mut self, address: &str) {
        self.address = address.to_owned();
        let body = json!({ "email": self.email, "password": PASSWORD, "tokens": "bearer" });
        let answer = self.send(Method::POST, "/v1/sessions", Some(body)).await;
        self.token = text(&answer, "/tokens/access_token");
        let goal = format!("/v1/goals/{}", self.goal);
        let request = self.client.get(format!("{address}{goal}")).bearer_auth(&self.token);
        let gone = request.header("momentum-position", &self.position).send().await.expect("an answer");
        assert_eq!(gone.status(), StatusCode::GONE);
        let unchanged = json!({ "description": "A page at least" });
        self.position = text(&self.send(Method::PATCH, &goal, Some(unchanged)).await, "/position");
    }

    /// Signs in with another address from now on.
    pub async fn changes_address(&mut self, to: &str) {
        let body = json!({ "email": to, "current_password": PASSWORD });
        self.position = text(&self.send(Method::PUT, "/v1/me/address", Some(body)).await, "/position");
        self.email = to.to_owned();
    }

    /// Makes another goal, and tells its id.
    pub async fn creates_goal(&self, title: &str) -> String {
        text(&self.send(Method::POST, "/v1/goals", Some(json!({ "title": title }))).await, "/id")
    }

    /// What a goal is called.
    pub async fn title_of(&self, goal: &str) -> String {
        text(&self.query(&format!("/v1/goals/{goal}")).await, "/title")
    }

    /// What an answer says that it lacks.
    pub async fn is_told_incomplete(&self, path: &str) -> Option<String> {
        let request = self.client.get(format!("{}{path}", self.address)).bearer_auth(&self.token);
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.headers().get("momentum-incomplete").map(|models| models.to_str().expect("text").to_owned())
    }

    /// Logs a day, and asks for totals and goals, each once; tells what was not answered as it must be.
    pub async fn tries(&self, commands: &str, queries: &str, day: u64) -> Result<(), String> {
        let body = json!({ "goal_id": self.goal, "day": self.first_day + Days::new(day % 365), "minutes": 1 });
        let log = self.client.post(format!("{commands}/v1/daily-logs"));
        let log = log.header("idempotency-key", RandomIds.uuid().to_string()).json(&body);
        let (from, to) = (self.first_day, self.first_day + Days::new(364));
        let totals = self.client.get(format!("{queries}/v1/daily-totals?from={from}&to={to}"));
        let goals = self.client.get(format!("{queries}/v1/goals"));
        for request in [log, totals, goals] {
            let request = request.bearer_auth(&self.token).build().expect("a request");
            let what = format!("{} {}", request.method(), request.url());
            match self.client.execute(request).await {
                Ok(answer) if answer.status().is_success() => {}
                Ok(answer) => return Err(format!("{what}: {} {:?}", answer.status(), answer.text().await)),
                Err(error) => return Err(format!("{what}: {error:?}")),
            }
        }
        Ok(())
    }

    /// The minutes of all days, as queries at this address tell them.
    pub async fn minutes_at(&mut self, queries: &str) -> u64 {
        let unchanged = json!({ "description": "A page at least" });
        let goal = format!("/v1/goals/{}", self.goal);
        self.position = text(&self.send(Method::PATCH, &goal, Some(unchanged)).await, "/position");
        self.query_address = Some(queries.to_owned());
        let (from, to) = (self.first_day, self.first_day + Days::new(364));
        let totals = self.query(&format!("/v1/daily-totals?from={from}&to={to}")).await;
        totals["items"].as_array().expect("days").iter().filter_map(|day| day["minutes"].as_u64()).sum()
    }

    /// How an attempt to sign in is answered.
    pub async fn signs_in_at(&self, address: &str) -> StatusCode {
        let body = json!({ "email": self.email, "password": PASSWORD, "tokens": "bearer" });
        let request = self.client.post(format!("{address}/v1/sessions"));
        let request = request.header("idempotency-key", RandomIds.uuid().to_string()).json(&body);
        request.send().await.expect("an answer").status()
    }

    async fn log(&self, day: u64) -> String {
        let date = self.first_day + Days::new(day);
        let body = json!({ "goal_id": self.goal, "day": date, "minutes": MINUTES, "text": format!("page {day}") });
        let logged = self.send(Method::POST, "/v1/daily-logs", Some(body)).await;
        if !day.is_multiple_of(10) {
            return text(&logged, "/position");
        }
        let path = format!("/v1/daily-logs/{}", text(&logged, "/id"));
        text(&self.send(Method::PATCH, &path, Some(json!({ "minutes": MINUTES + 1 }))).await, "/position")
    }

    /// Sends a command until it is answered, under the same id each time.
    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let key = RandomIds.uuid().to_string();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let request = self.client.request(method.clone(), format!("{}{path}", self.address));
            let request = request.header("idempotency-key", &key).bearer_auth(&self.token).json(&body);
            match request.send().await {
                Ok(answer) if answer.status().is_success() => return answer.json().await.expect("JSON"),
                Ok(answer) if !may_pass(answer.status()) => {
                    panic!("{method} {path} of {}: {} {:?}", self.email, answer.status(), answer.text().await)
                }
                Ok(_) | Err(_) => {}
            }
            assert!(Instant::now() < deadline, "{method} {path} was never answered");
            sleep(RETRY_PAUSE).await;
        }
    }

    /// Asks until the answer shows everything that was done.
    async fn query(&self, path: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let address = self.query_address.as_ref().unwrap_or(&self.address);
            let request = self.client.get(format!("{address}{path}")).bearer_auth(&self.token);
            match request.header("momentum-position", &self.position).send().await {
                Ok(answer) if answer.status().is_success() => return answer.json().await.expect("JSON"),
                Ok(answer) if !may_pass(answer.status()) => {
                    panic!("GET {path} of {}: {} {:?}", self.email, answer.status(), answer.text().await)
                }
                Ok(_) | Err(_) => {}
            }
            assert!(Instant::now() < deadline, "GET {path} was never answered");
            sleep(RETRY_PAUSE).await;
        }
    }

    /// Everything that was logged is there, once, in every read model.
    pub async fn sees_a_year(&self) {
        let minutes = 365 * MINUTES + 37;
        let goal = self.query(&format!("/v1/goals/{}", self.goal)).await;
        assert_eq!((&goal["logs"], &goal["minutes"]), (&json!(365), &json!(minutes)), "goal of {}", self.email);
        assert_eq!(goal["title"], "Write every day");
        let (from, to) = (self.first_day, self.first_day + Days::new(364));
        let totals = self.query(&format!("/v1/daily-totals?from={from}&to={to}")).await;
        let days = totals["items"].as_array().expect("days");
        assert_eq!(days.len(), 365);
        assert_eq!(days.iter().filter_map(|day| day["minutes"].as_u64()).sum::<u64>(), minutes);
        let mut texts: Vec<String> = vec![];
        let mut cursor = String::new();
        loop {
            let page = self.query(&format!("/v1/daily-logs?limit=200{cursor}")).await;
            texts.extend(page["items"].as_array().expect("logs").iter().map(|log| text(log, "/text")));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        texts.sort_by_key(|text| text.trim_start_matches("page ").parse::<u64>().ok());
        assert_eq!(texts, (0..365).map(|day| format!("page {day}")).collect::<Vec<_>>());
    }
}

/// Logs these days of the year, all people side by side, days not in order.
pub async fn log_a_year(people: &mut [Person], days: Range<u64>) {
    let logged = people.iter_mut().map(|person| {
        let days = days.clone();
        async move {
            let logs = stream::iter(days.rev()).map(|day| person.log(day)).buffer_unordered(REQUESTS_AT_ONCE);
            let positions: Vec<String> = logs.collect().await;
            let number = |position: &String| position.rsplit('-').next().and_then(|it| it.parse::<i64>().ok());
            person.position = positions.into_iter().max_by_key(number).expect("positions");
        }
    });
    futures::future::join_all(logged).await;
}

fn may_pass(status: StatusCode) -> bool {
    status.is_server_error() && status != StatusCode::INTERNAL_SERVER_ERROR || status == StatusCode::TOO_MANY_REQUESTS
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {value}")).to_owned()
}

const PASSWORD: &str = "correct horse battery";
