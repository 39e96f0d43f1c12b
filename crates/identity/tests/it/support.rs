//! An identity over a database of its own, with a clock that the test sets.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta};
use domain::{CalendarSettings, Ids, calendar::Weekday, user::Language};
use identity::{Account, Error, Identity, Keys, Limits, Password, Registration, SignedIn, Wishes};
use runtime::http::ClientAddress;
use sqlx::PgPool;
use testkit::{TestClock, TestDatabase};
use uuid::Uuid;

pub const ADA: &str = "ada@example.org";
pub const PASSWORD: &str = "correct horse battery";
pub const HERE: ClientAddress = ClientAddress(IpAddr::V4(Ipv4Addr::LOCALHOST));

/// Ids and "random" bytes that follow from a count, and differ each time.
struct TestIds(AtomicU64);

impl TestIds {
    fn next_hash(&self) -> blake3::Hasher {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        hasher
    }
}

impl Ids for TestIds {
    fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        Uuid::from_bytes(bytes)
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.next_hash().finalize_xof().fill(bytes);
    }
}

/// What a test has: identity, and what it was made from, so that it can be made a second time.
pub struct Kit {
    pub identity: Arc<Identity>,
    pub db: PgPool,
    _database: TestDatabase,
    pub clock: Arc<TestClock>,
    ids: Arc<TestIds>,
    limits: Limits,
}

impl Kit {
    pub async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    pub async fn with(limits: Limits) -> Self {
        let clock = Arc::new(TestClock::at(DateTime::UNIX_EPOCH + TimeDelta::days(20_000)));
        let database = testkit::database().await;
        let (db, ids) = (database.pool().clone(), Arc::new(TestIds(AtomicU64::new(0))));
        let identity = Arc::new(Identity::new(db.clone(), keys(), limits, clock.clone(), ids.clone()));
        Self { identity, db, _database: database, clock, ids, limits }
    }

    /// As another process over the same database sees it.
    pub fn another_process(&self) -> Identity {
        Identity::new(self.db.clone(), keys(), self.limits, self.clock.clone(), self.ids.clone())
    }

    pub fn pass(&self, time: TimeDelta) {
        self.clock.pass(time);
    }

    /// Reserves an address with the usual password.
    pub async fn reserve(&self, address: &str) -> Account {
        match self.register(address, PASSWORD).await.expect("registration") {
            Registration::Begun(account) => account,
            Registration::Abandoned { user, .. } => panic!("abandoned by {user}"),
        }
    }

    pub async fn register(&self, address: &str, password: &str) -> Result<Registration, Error> {
        self.identity.register(Some(HERE), address, &Password::new(password), &wishes()).await
    }

    pub async fn sign_in(&self, address: &str, password: &str) -> Result<Account, Error> {
        self.identity.sign_in(HERE, address, &Password::new(password)).await
    }

    /// Registers Ada, and activates her account.
    pub async fn ada(&self) -> Account {
        let account = self.reserve(ADA).await;
        self.identity.activate(account.user).await.expect("activation");
        account
    }

    pub async fn open(&self, account: &Account) -> SignedIn {
        self.identity.open_session(account, None).await.expect("session")
    }
}

pub fn wishes() -> Wishes {
    let calendar = CalendarSettings { zone: "Europe/Berlin".into(), week_start: Weekday::Monday, day_start_minute: 0 };
    Wishes { language: Language::De, calendar }
}

fn keys() -> Keys {
    Keys { index_key: [1; 32], token_key: [2; 32] }
}
