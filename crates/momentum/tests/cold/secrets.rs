//! Nothing secret and nothing personal leaves by a side door: words planted in every field of text, every password, token
//! and key are looked for in logs at their most talkative, metrics, problems, and all that lies on the disk.

use std::{fs, path::Path, sync::Mutex};

use domain::Ids;
use reqwest::{Client, Method, StatusCode};
use runtime::RandomIds;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    PATIENCE, PEOPLE,
    people::{Person, log_a_year},
    product::Product,
};

/// What every planted word begins with; no word of ours does.
const MARK: &str = "xqzplanted";

/// Somebody whose every word is a planted one.
struct Planter {
    address: String,
    client: Client,
    token: String,
    /// Everything secret that was handed out or made up, to be looked for.
    secrets: Vec<String>,
    /// Every problem that was told.
    problems: Mutex<Vec<String>>,
}

impl Planter {
    /// One request; a problem is kept.
    async fn ask(&self, method: Method, path: &str, body: &str) -> (StatusCode, Value) {
        let key = RandomIds.uuid().to_string();
        let asking = self.client.request(method, format!("{}{path}", self.address)).bearer_auth(&self.token);
        let asking = asking.header("idempotency-key", key).header("content-type", "application/json");
        let Ok(answer) = asking.body(body.to_owned()).send().await else {
            return (StatusCode::BAD_GATEWAY, Value::Null);
        };
        let (status, text) = (answer.status(), answer.text().await.unwrap_or_default());
        if !status.is_success() {
            self.problems.lock().expect("problems").push(text.clone());
        }
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// The same, until it is done.
    async fn done(&self, method: Method, path: &str, body: Value) -> Value {
        let give_up = Instant::now() + PATIENCE;
        loop {
            let (status, answer) = self.ask(method.clone(), path, &body.to_string()).await;
            if status.is_success() {
                return answer;
            }
            assert!(status.is_server_error() && Instant::now() < give_up, "{path}: {status} {answer}");
            sleep(std::time::Duration::from_millis(100)).await;
        }
    }

    fn text(&self, answer: &Value, pointer: &str) -> String {
        answer.pointer(pointer).and_then(Value::as_str).expect(pointer).to_owned()
    }

    /// Takes the tokens that were handed out.
    fn goes_on_with(&mut self, answer: &Value) {
        self.token = self.text(answer, "/tokens/access_token");
        self.secrets.extend(["/tokens/access_token", "/tokens/refresh_token"].map(|it| self.text(answer, it)));
    }

    /// Registers, signs in, refreshes and changes the password, each a few times in a wrong way, too.
    async fn sign_in(&mut self) {
        let email = format!("{MARK}.address@example.org");
        let (password, next) = (format!("{MARK} password"), format!("{MARK} next password"));
        let body = json!({
            "email": email, "password": password, "name": format!("{MARK} name"), "zone": "Europe/Berlin",
            "tokens": "bearer",
        });
        let answer = self.done(Method::POST, "/v1/accounts", body.clone()).await;
        self.goes_on_with(&answer);
        let refresh = json!({ "refresh_token": self.text(&answer, "/tokens/refresh_token") });
        let answer = self.done(Method::POST, "/v1/sessions/refresh", refresh).await;
        self.goes_on_with(&answer);
        let changed = json!({ "current_password": password, "new_password": next, "tokens": "bearer" });
        let answer = self.done(Method::PUT, "/v1/me/password", changed).await;
        self.goes_on_with(&answer);

        let refused = [
            ("/v1/accounts", body.to_string()),
            (
                "/v1/accounts",
                json!({ "email": format!("{MARK}.no-address"), "password": MARK, "zone": "UTC" }).to_string(),
            ),
            ("/v1/accounts", json!({ "email": [email], "password": { "is": password }, "zone": 7 }).to_string()),
            ("/v1/sessions", json!({ "email": email, "password": format!("{MARK} wrong password") }).to_string()),
            ("/v1/sessions", json!({ "email": email, "password": [password] }).to_string()),
            ("/v1/sessions", format!("{{\"email\": \"{email}\", \"password\": \"{password}")),
            ("/v1/sessions/refresh", json!({ "refresh_token": format!("mom_rt_{MARK}") }).to_string()),
        ];
        for (path, body) in refused {
            let (status, answer) = self.ask(Method::POST, path, &body).await;
            assert!(status.is_client_error(), "{path} {status} {answer}");
        }
        let nobody = self.client.get(format!("{}/v1/goals", self.address)).bearer_auth(format!("mom_at_{MARK}"));
        assert_eq!(nobody.send().await.expect("an answer").status(), StatusCode::UNAUTHORIZED);
    }

    /// Writes into every field of text there is, and reads it back everywhere; `word` tells one time from another.
    async fn write(&self, word: &str) {
        let said = |what: &str| format!("{MARK} {what} {word}");
        let goal = json!({ "title": said("title"), "description": said("description") });
        let goal = self.text(&self.done(Method::POST, "/v1/goals", goal).await, "/id");
        let log = json!({ "goal_id": goal, "minutes": 5, "text": said("text") });
        let log = self.done(Method::POST, "/v1/daily-logs", log).await;
        let (log, position) = (self.text(&log, "/id"), self.text(&log, "/position"));
        for (method, path, body) in [
            (Method::PATCH, format!("/v1/goals/{goal}"), json!({ "title": said("other title") })),
            (Method::PATCH, format!("/v1/daily-logs/{log}"), json!({ "text": said("other text") })),
            (Method::PUT, "/v1/me/profile".to_owned(), json!({ "name": said("other name") })),
            (Method::PUT, "/v1/workspace/name".to_owned(), json!({ "name": said("workspace") })),
            (Method::POST, format!("/v1/history/{position}/undo"), json!({})),
        ] {
            self.done(method, &path, body).await;
        }
        for (path, body) in [
            ("/v1/goals", json!({ "title": said("title"), "total_minutes": said("minutes") }).to_string()),
            ("/v1/goals", json!({ "title": { "sealed": said("seal") } }).to_string()),
            ("/v1/goals", json!({ "title": said(&"long ".repeat(100)) }).to_string()),
            ("/v1/daily-logs", json!({ "goal_id": said("goal"), "minutes": 5, "text": said("text") }).to_string()),
            ("/v1/daily-logs", json!({ "goal_id": goal, "minutes": 5_000, "text": said("text") }).to_string()),
            ("/v1/daily-logs", json!({ "goal_id": goal, "minutes": 5, "text": said("\u{7}") }).to_string()),
            ("/v1/daily-logs", format!("{{\"text\": \"{}", said("broken"))),
        ] {
            let (status, answer) = self.ask(Method::POST, path, &body).await;
            assert!(status.is_client_error(), "{path} {body} {status} {answer}");
        }
        for path in ["/v1/me", "/v1/goals", "/v1/daily-logs", "/v1/history", "/v1/events"] {
            self.ask(Method::GET, path, "").await;
        }
        self.ask(Method::GET, &format!("/v1/history?type={MARK}&cursor={MARK}"), "").await;
        self.ask(Method::GET, &format!("/v1/goals/{MARK}?{MARK}={MARK}"), "").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_secret_or_personal_is_found_nowhere_in_the_clear() {
    let mut product = Product::watched(vec![("MOMENTUM_LOG__LEVEL", "trace".to_owned())]);
    product.up().await;
    let mut planter = Planter {
        address: product.address(),
        client: Client::new(),
        token: String::new(),
        secrets: vec![],
        problems: Mutex::default(),
    };
    planter.sign_in().await;
    planter.write("at peace").await;
    product.wipe_bus();
    planter.write("without a bus").await;
    let mut logged = product.logged();
    product.kill().await;
    product.up().await;
    planter.address = product.address();
    planter.write("after a crash").await;
    let metrics = product.metrics().await;
    assert!(metrics.contains("http"), "{metrics}");
    // While it still runs, with whatever it has not folded away yet.
    logged += &product.logged();
    assert!(logged.contains("TRACE"), "the log is at its most talkative");

    let mut words = vec![MARK.to_owned()];
    words.append(&mut planter.secrets);
    for file in ["keys/master.key", "keys/index.key", "postgres.password"] {
        words.push(fs::read_to_string(product.data().join(file)).expect(file).trim().to_owned());
    }
    let problems = planter.problems.lock().expect("problems").join("\n");
    for word in &words {
        for (place, text) in [("the log", &logged), ("the metrics", &metrics), ("a problem", &problems)] {
            let found = text.lines().find(|line| line.contains(word.as_str()));
            assert_eq!(found, None, "{place} tells {word}");
        }
    }
    product.stop().await;
    let mut files = 0;
    for folder in ["postgres", "nats", "logs"] {
        files += search(&product.data().join(folder), &words);
    }
    assert!(files > 100, "the folders are where they were");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_master_key_is_there_to_be_copied_before_anything_needs_it() {
    let mut product = Product::cold();
    product.up().await;
    let mut people = Person::register_all(&product.address(), &PEOPLE[..1]).await;
    log_a_year(&mut people, 0..1).await;
    let mut person = people.remove(0);
    let goal = person.creates_goal("Kept").await;
    let keys = || fs::read_to_string(product.data().join("keys/master.key")).expect("keys");
    let first = keys();
    let told = product.fails(&["vault", "rotate"]).await;
    assert!(told.contains("momentum vault rotate --prepare"), "{told}");
    assert_eq!(keys(), first, "nothing is destroyed");
    product.does(&["vault", "rotate", "--prepare"]).await;
    let prepared = keys();
    product.does(&["vault", "rotate", "--prepare"]).await;
    assert_eq!((keys(), prepared.lines().count()), (prepared.clone(), 2), "prepared again, it is the same");

    let mut restored = Product::cold().with_keys_of(&product);
    product.does(&["vault", "rotate"]).await;
    assert_eq!(keys().lines().count(), 1);
    let backup = product.beside("backup");
    product.does(&["backup", &backup]).await;
    product.kill().await;
    restored.does(&["restore", &backup]).await;
    restored.up().await;
    person.moves_to(&restored.address()).await;
    assert_eq!(person.title_of(&goal).await, "Kept");
    restored.stop().await;
}

/// Looks for the words in every file below a folder; answers with how many there were.
fn search(folder: &Path, words: &[String]) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files += search(&path, words);
        } else if let Ok(content) = fs::read(&path) {
            // Bytes that are no text stand for none of the words.
            let content = String::from_utf8_lossy(&content);
            let found = words.iter().find(|word| content.contains(word.as_str()));
            assert_eq!(found, None, "in {}", path.display());
            files += 1;
        }
    }
    files
}
