//! A next version beside the one that runs, and then in its place, while people go on.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use sqlx::{Connection, PgConnection};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use crate::{
    PATIENCE,
    people::{Person, log_a_year},
    program::{Process, next_program},
    roles::Roles,
};

const LOOK_PAUSE: Duration = Duration::from_millis(50);
/// So long a reader keeps a table that the next version's migration wants for a moment.
const READER_STAYS: Duration = Duration::from_secs(2);

/// Somebody who goes on all the time, and whose every request must be answered, at the first attempt.
struct Load {
    /// Commands and queries go to each of these in turn.
    addresses: Arc<Mutex<Vec<(String, String)>>>,
    rounds: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    task: JoinHandle<(Person, Vec<String>)>,
}

impl Load {
    fn begin(person: Person, address: (String, String)) -> Self {
        let addresses = Arc::new(Mutex::new(vec![address]));
        let (rounds, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (asked, done, stopped) = (addresses.clone(), rounds.clone(), stop.clone());
        let task = tokio::spawn(async move {
            let mut failed = vec![];
            while !stopped.load(Relaxed) {
                let round = done.load(Relaxed);
                let (commands, queries) = {
                    let addresses = asked.lock().expect("addresses");
                    addresses[usize::try_from(round).expect("small") % addresses.len()].clone()
                };
                failed.extend(person.tries(&commands, &queries, round).await.err());
                done.fetch_add(1, Relaxed);
            }
            (person, failed)
        });
        Self { addresses, rounds, stop, task }
    }

    /// From now on, requests go there.
    fn goes_to(&self, addresses: Vec<(String, String)>) {
        *self.addresses.lock().expect("addresses") = addresses;
    }

    async fn goes_on(&self, rounds: u64) {
        let until = self.rounds.load(Relaxed) + rounds;
        eventually(async || self.rounds.load(Relaxed) >= until).await;
    }

    async fn end(self) -> (Person, u64) {
        self.stop.store(true, Relaxed);
        let (person, failed) = timeout(PATIENCE, self.task).await.expect("ends in time").expect("ends well");
        assert_eq!(failed, Vec::<String>::new());
        (person, self.rounds.load(Relaxed))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_next_version_rolls_in_under_load_and_no_request_fails() {
    let next = tokio::task::spawn_blocking(next_program).await.expect("built");
    let mut roles = Roles::cold().await;
    let old = roles.addresses();
    let mut people = Person::register_all(&old.0, &[("ada@example.org", "Europe/Berlin")]).await;
    people[0].query_address = Some(old.1.clone());
    log_a_year(&mut people, 0..100).await;
    let before = people[0].minutes_at(&old.1).await;
    let load = Load::begin(people.remove(0), old.clone());
    load.goes_on(20).await;

    // Workers first: they expand the tables, for which they wait in short turns, and fill what is new beside the old ones.
    let mut database = PgConnection::connect(&roles.database_url()).await.expect("connected");
    let reading = tokio::spawn(read_for_a_while(roles.database_url()));
    let workers = [roles.start_beside(&next, "analytics"), roles.start_beside(&next, "projector")];
    load.goes_on(20).await;
    reading.await.expect("read");
    eventually(async || is_filled(&mut database).await).await;

    // Then those who answer, at first beside the old ones.
    let (mut commands, mut queries) =
        (roles.start_beside(&next, "command-api"), roles.start_beside(&next, "query-api"));
    let new = (commands.says("Momentum is up:").await, queries.says("Momentum is up:").await);
    load.goes_to(vec![old, new.clone(), new.clone()]);
    load.goes_on(60).await;

    // Then in their place.
    load.goes_to(vec![new.clone()]);
    load.goes_on(2).await;
    roles.stop_roles().await;
    load.goes_on(40).await;
    let (mut person, rounds) = load.end().await;
    person.address = new.0.clone();
    assert_eq!(person.minutes_at(&new.1).await, before + rounds);
    roles.verify_is_clean_by(&next).await;

    // An old one can still be started again, as long as nothing is contracted.
    roles.start_workers();
    end(workers.into_iter().chain([commands, queries])).await;
    roles.stop().await;
}

async fn end(processes: impl Iterator<Item = Process>) {
    for process in processes {
        process.stop().await;
    }
}

/// Keeps a table from being changed, as a long report does.
async fn read_for_a_while(url: String) {
    let mut reader = PgConnection::connect(&url).await.expect("connected");
    let mut transaction = reader.begin().await.expect("begun");
    sqlx::query("select from analytics.daily_totals limit 1").execute(&mut *transaction).await.expect("read");
    sleep(READER_STAYS).await;
    transaction.rollback().await.expect("ended");
}

/// Whether the next version's read model has come as far as the one that it is to replace.
async fn is_filled(database: &mut PgConnection) -> bool {
    let behind: Result<bool, sqlx::Error> = sqlx::query_scalar(
        "select to_regclass('analytics.daily_totals_2') is null or exists (
             select from analytics.checkpoint as old where model = 'figures' and position > coalesce(
                 (select position from analytics.checkpoint as new
                  where new.shard = old.shard and new.model = 'daily_totals_2'), 0))",
    )
    .fetch_one(database)
    .await;
    !behind.expect("asked")
}

async fn eventually(mut so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + 2 * PATIENCE;
    while !so().await {
        assert!(Instant::now() < deadline, "it never comes about");
        sleep(LOOK_PAUSE).await;
    }
}
