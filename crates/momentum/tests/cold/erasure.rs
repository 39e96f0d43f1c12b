//! A person is erased from everything: words are planted in every field that takes text, and looked for afterwards in
//! answers, read models, log, bus, process logs, metrics, and in a backup from before, opened with the keys of today.

use std::{fs, path::Path, sync::Arc, time::Duration};

use domain::{Event, HasPersonal, Personal, UserId, WorkspaceId};
use embedded::{Durability, Folder, Postgres, PostgresOptions, Tools};
use event_store::{Keyring, Log, Vault};
use reqwest::{Client, Method, Response};
use runtime::{RandomIds, SystemClock};
use secrecy::zeroize::Zeroizing;
use serde_json::{Value, json};
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::{process::Command, time::sleep};

use crate::{
    PATIENCE,
    program::{Process, done, readable_folder, verify},
};

/// The major version whose `pg_dump` Debian has.
const MAJOR: u32 = 15;
const PASSWORD: &str = "correct horse battery";
/// Keys of a test, which are no secret.
const FIRST: &str = "7f3c1e9ab2d4586f01e2c3b4a5968778695a4b3c2d1e0f9f8e7d6c5b4a392817";
const SECOND: &str = "c90d5b7e11f3284a6e8f0b2d4c6a8897f5e3d1b09c7a5836147250cbed9fa861";
const INDEX: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9fe0dcbabba9987766554433221100f1e";

/// Ada's words, each in a field of its own.
const WORDS: [&str; 10] = [
    "quittenbrot",
    "wacholdern",
    "zimtschnecke",
    "heidelbeer",
    "mirabellen",
    "sauerampfer",
    "johannisbeer",
    "schlehdorn",
    "kornelkirsch",
    "vogelbeerig",
];

struct Product {
    postgres: Postgres,
    folder: TempDir,
    process: Option<Process>,
    address: String,
    admin_port: u16,
    /// What the browser calls itself.
    agent: String,
    said: Vec<String>,
}

impl Product {
    async fn start(bin: &Path) -> Self {
        let folder = readable_folder();
        let data = Folder::open(&folder.path().join("servers")).expect("folder");
        let options = PostgresOptions { durability: Durability::Full, ..PostgresOptions::default() };
        let postgres = Postgres::start(&data, bin, &options).await.expect("Postgres");
        let admin_port = embedded::free_port().expect("a port");
        Self {
            postgres,
            folder,
            process: None,
            address: String::new(),
            admin_port,
            agent: "Test/1.0".into(),
            said: vec![],
        }
    }

    /// The product with these master keys.
    async fn up(&mut self, master: &str) {
        let mut arguments = vec!["up".to_owned()];
        arguments.extend(self.arguments());
        let mut process = Process::start(&arguments, &self.environment(master));
        self.address = process.says("Momentum is up:").await;
        self.process = Some(process);
    }

    async fn down(&mut self) {
        let process = self.process.take().expect("running");
        let said = process.said.clone();
        process.stop().await;
        self.said.extend(said.lock().expect("lines").iter().cloned());
    }

    fn arguments(&self) -> Vec<String> {
        let data = self.folder.path().join("data").to_str().expect("a path").to_owned();
        let admin = format!("server.admin_listen=127.0.0.1:{}", self.admin_port);
        ["--listen", "127.0.0.1:0", "--set", &admin, "--data", &data, "--set", "log.level=debug"]
            .map(str::to_owned)
            .to_vec()
    }

    fn environment(&self, master: &str) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", self.postgres.url()),
            ("MOMENTUM_VAULT__MASTER_KEY", master.to_owned()),
            ("MOMENTUM_VAULT__INDEX_KEY", INDEX.to_owned()),
        ]
    }

    async fn run(&self, arguments: &[&str], master: &str) -> String {
        let own = self.arguments();
        let all: Vec<&str> = arguments.iter().copied().chain(own.iter().map(String::as_str)).collect();
        done(&all, &self.environment(master)).await
    }

    async fn ask(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> Response {
        let request = Client::new().request(method, format!("{}{path}", self.address));
        let request = request.header("idempotency-key", uuid_v7()).header("user-agent", &self.agent);
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        request.json(&body).send().await.expect("an answer")
    }

    async fn done(&self, method: Method, path: &str, token: &str, body: Value) -> Value {
        let answer = self.ask(method, path, token, Some(body)).await;
        let (status, told) = (answer.status(), answer.text().await.expect("body"));
        assert!(status.is_success(), "{path}: {status} {told}");
        serde_json::from_str(&told).unwrap_or_default()
    }

    /// What one reads, once it is there.
    async fn read(&self, path: &str, token: &str, until: &str) -> String {
        let seen = async {
            loop {
                let told = self.ask(Method::GET, path, token, None).await.text().await.expect("body");
                if told.contains(until) {
                    return told;
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.unwrap_or_else(|_| panic!("{path} never told {until}"))
    }

    async fn register(&self, email: &str, name: &str) -> Value {
        let body =
            json!({ "email": email, "password": PASSWORD, "name": name, "zone": "Europe/Berlin", "tokens": "bearer" });
        self.done(Method::POST, "/v1/accounts", "", body).await
    }
}

fn uuid_v7() -> String {
    let millis = u64::try_from(domain::Clock::now(&SystemClock).timestamp_millis()).expect("after 1970");
    let mut random = [0; 10];
    domain::Ids::fill(&RandomIds, &mut random);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {value}")).to_owned()
}

/// Says every word, in every field that takes one, kept and refused, changed and taken back.
async fn plant(product: &Product) -> (String, UserId, WorkspaceId) {
    let ada = product.register(&format!("{}@example.org", WORDS[0]), WORDS[1]).await;
    let token = text(&ada, "/tokens/access_token");
    let said = async |method, path: &str, body| product.done(method, path, &token, body).await;
    said(Method::PUT, "/v1/me/profile", json!({ "name": WORDS[2] })).await;
    said(Method::PUT, "/v1/workspace/name", json!({ "name": WORDS[3] })).await;
    let goal = said(Method::POST, "/v1/goals", json!({ "title": WORDS[4], "description": WORDS[5] })).await;
    let goal = text(&goal, "/id");
    said(Method::PATCH, &format!("/v1/goals/{goal}"), json!({ "title": WORDS[6] })).await;
    let log = said(Method::POST, "/v1/daily-logs", json!({ "goal_id": goal, "minutes": 30, "text": WORDS[7] })).await;
    said(Method::PATCH, &format!("/v1/daily-logs/{}", text(&log, "/id")), json!({ "text": WORDS[8] })).await;
    let refused = json!({ "goal_id": goal, "minutes": 9_999, "text": WORDS[7], WORDS[8]: true });
    product.ask(Method::POST, "/v1/daily-logs", &token, Some(refused)).await;
    product.ask(Method::GET, &format!("/v1/goals?cursor={}", WORDS[6]), &token, None).await;
    product.read("/v1/daily-logs", &token, WORDS[8]).await;
    product.read("/v1/goals", &token, WORDS[6]).await;
    product.read("/v1/history", &token, WORDS[4]).await;
    product.read("/v1/sessions", &token, WORDS[9]).await;
    (token, text(&ada, "/user_id").parse().expect("id"), text(&ada, "/workspace_id").parse().expect("id"))
}

/// None of these words stands in these bytes.
fn holds_none(words: &[&str], what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
    assert_eq!(words.iter().find(|word| text.contains(**word)), None, "in {what}");
}

fn holds_no_word(what: &str, bytes: &[u8]) {
    holds_none(&WORDS, what, bytes);
}

fn each_file(folder: &Path, look: &mut impl FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(folder).expect("folder").flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            each_file(&path, look);
        } else if let Ok(bytes) = fs::read(&path) {
            look(&path, &bytes);
        }
    }
}

async fn dump(bin: &Path, url: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(bin.join("pg_dump")).args(arguments).arg(url).output().await.expect("pg_dump");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

async fn restore(bin: &Path, folder: &Path, url: &str, sql: &[u8]) {
    let file = folder.join("dump.sql");
    fs::write(&file, sql).expect("dump");
    let output =
        Command::new(bin.join("psql")).args(["-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&file).arg(url).output();
    let output = output.await.expect("psql");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The texts of a workspace's events, opened with these keys; none, if they cannot be opened.
async fn texts(url: &str, keyring: Keyring, workspace: WorkspaceId) -> Option<Vec<Personal>> {
    let pool = PgPool::connect(url).await.expect("connected");
    let log = Log::open(pool.clone()).await.expect("log");
    let vault = Vault::new(pool.clone(), keyring, Arc::new(SystemClock), Arc::new(RandomIds));
    let mut events = log.read_workspace(workspace, 0, 1_000).await.expect("events");
    assert!(matches!(events[0].event, Event::User(_)), "the log has them");
    let opened = vault.open_events(&mut events).await;
    let mut texts = vec![];
    events.each_personal(&mut |_, text| texts.push(text.clone()));
    pool.close().await;
    opened.ok().map(|()| texts)
}

fn second_keyring() -> Keyring {
    let bytes = (0..32).map(|at| u8::from_str_radix(&SECOND[2 * at..2 * at + 2], 16).expect("hex"));
    let key: Vec<u8> = bytes.collect();
    Keyring::new(2, &Zeroizing::new(key.try_into().expect("32 bytes")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_person_is_nowhere_to_be_found_and_nobody_else_is_touched() {
    // Only a machine with Debian's packages has programs that dump and restore.
    let Some(bin) = Tools::debian_postgres_bin(MAJOR) else { return };
    let mut product = Product::start(&bin).await;
    product.up(FIRST).await;
    let eve = product.register("eve@example.org", "Eve").await;
    let (eves_token, eves) = (text(&eve, "/tokens/access_token"), text(&eve, "/workspace_id").parse().expect("id"));
    product.done(Method::POST, "/v1/goals", &eves_token, json!({ "title": "Bleibt stehen" })).await;
    product.agent = format!("{}/1.0", WORDS[9]);
    let (token, user, workspace) = plant(&product).await;
    product.agent = "Test/1.0".into();
    let before = dump(&bin, &product.postgres.url(), &["--no-owner", "--no-privileges"]).await;

    let erased = product.ask(Method::DELETE, "/v1/me", &token, Some(json!({ "password": PASSWORD }))).await;
    assert_eq!(erased.status().as_u16(), 204);
    // Within a second: so long each side remembers a session.
    product.read("/v1/me", &token, "\"status\":401").await;
    let sign_in = json!({ "email": format!("{}@example.org", WORDS[0]), "password": PASSWORD, "tokens": "bearer" });
    assert_eq!(product.ask(Method::POST, "/v1/sessions", "", Some(sign_in.clone())).await.status().as_u16(), 401);
    let metrics = Client::new().get(format!("http://127.0.0.1:{}/metrics", product.admin_port)).send().await;
    holds_no_word("metrics", &metrics.expect("metrics").bytes().await.expect("body"));
    product.read("/v1/goals", &eves_token, "Bleibt stehen").await;

    let (from, to) = (format!("1:{FIRST}"), format!("1:{FIRST},2:{SECOND}"));
    product.down().await;
    product.up(&to).await;
    let rotated = product.run(&["vault", "rotate"], &to).await;
    assert!(rotated.contains("Master key 2 wraps every key now"), "{rotated}");
    product.read("/v1/goals", &eves_token, "Bleibt stehen").await;
    product.down().await;
    product.up(&format!("2:{SECOND}")).await;
    product.read("/v1/goals", &eves_token, "Bleibt stehen").await;
    product.register(&format!("{}@example.net", "somebody"), "Somebody").await;
    product.down().await;
    let arguments = product.arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    verify(&arguments, &product.environment(&format!("2:{SECOND}"))).await;

    // Log, read models, credentials, and what they were made from.
    let after = dump(&bin, &product.postgres.url(), &["--no-owner", "--no-privileges"]).await;
    holds_no_word("the database", &after);
    let said = product.said.join("\n");
    holds_no_word("what the processes said", said.as_bytes());
    assert!(!said.is_empty() && ![FIRST, SECOND, INDEX].iter().any(|key| said.contains(key)), "a key was told");
    let (mut files, data) = (0, product.folder.path().join("data"));
    each_file(product.folder.path(), &mut |path, bytes| {
        // What browsers call themselves is not sealed: gone from its table, it stays in Postgres' files for a while.
        let words = if path.starts_with(&data) { &WORDS[..] } else { &WORDS[..9] };
        holds_none(words, &path.display().to_string(), bytes);
        files += 1;
    });
    assert!(files > 100 && data.join("nats").exists(), "{files}");

    // A backup from before, with its own vault, and with the newest one.
    let old = product.postgres.url_of("old");
    let admin = PgPool::connect(&product.postgres.url()).await.expect("connected");
    sqlx::query("create database old").execute(&admin).await.expect("made");
    restore(&bin, product.folder.path(), &old, &before).await;
    assert!(texts(&old, second_keyring(), workspace).await.is_none(), "the master key of its vault is destroyed");
    let newest =
        dump(&bin, &product.postgres.url(), &["--no-owner", "--no-privileges", "--clean", "--schema=vault"]).await;
    restore(&bin, product.folder.path(), &old, &newest).await;
    let hers = texts(&old, second_keyring(), workspace).await.expect("opened");
    assert!(hers.len() >= 8 && hers.iter().all(|text| *text == Personal::Erased), "{hers:?} of {user}");
    let others = texts(&old, second_keyring(), eves).await.expect("opened");
    assert!(others.iter().any(|text| text.text() == Some("Bleibt stehen")), "{others:?} {from}");
    admin.close().await;
    product.postgres.stop().await;
}
