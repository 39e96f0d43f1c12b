//! Reading one's writes: who waits is told as soon as a read model has come far enough, or that it has not.

use std::time::{Duration, Instant};

use domain::Position;
use futures::future::join_all;
use runtime::Progress;
use sqlx::PgPool;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;
use worker::{Behind, Checkpoints};

use crate::{
    ledger::{Kind, Plain},
    world::{PATIENCE, SHARD, World, eventually, pool_on, require},
};

const MODEL: &str = Plain::NAME;
/// Many times as long as the pause between two looks.
const QUIET: Duration = Duration::from_millis(200);

/// Checkpoints whose every look is counted.
struct Watched {
    world: World,
    checkpoints: Checkpoints,
    progress: Progress,
    pool: PgPool,
}

impl Watched {
    async fn new() -> Self {
        let world = World::new().await;
        let script = "create schema watched;
            create sequence watched.looks;
            create function watched.look() returns bigint language sql as $$ select nextval('watched.looks') $$;
            create view watched.checkpoint as
            select model, shard, position from read.checkpoint, (select watched.look() offset 0) as look;
            insert into read.checkpoint values ('plain', 0, 0, 1)";
        sqlx::raw_sql(script).execute(world.database.pool()).await.unwrap();
        // Longer than any test: who is told in time was woken.
        let (tables, progress) = (pool_on(&world.database, "query-api", "watched"), Progress::default());
        let checkpoints = Checkpoints::watch(tables, progress.clone()).waiting_at_most(10 * PATIENCE);
        let pool = world.database.pool().clone();
        Self { world, checkpoints, progress, pool }
    }

    async fn looks(&self) -> i64 {
        sqlx::query_scalar("select last_value from watched.looks").fetch_one(&self.pool).await.unwrap()
    }

    async fn move_to(&self, number: i64) {
        let update = "update read.checkpoint set position = $1";
        sqlx::query(update).bind(number).execute(&self.pool).await.unwrap();
    }

    /// So many who wait for the event with this number.
    fn waiting(&self, number: i64, people: usize) -> Vec<AbortOnDropHandle<Result<(), Behind>>> {
        let wait = || {
            let checkpoints = self.checkpoints.clone();
            AbortOnDropHandle::new(tokio::spawn(async move { checkpoints.reached(&[MODEL], at(number)).await }))
        };
        std::iter::repeat_with(wait).take(people).collect()
    }

    /// Waits until nobody looks any more.
    async fn is_quiet(&self) {
        eventually("nobody looks", async || {
            let before = self.looks().await;
            let begun = Instant::now();
            while begun.elapsed() < QUIET {
                self.world.head().await;
            }
            require(self.looks().await == before, || "someone does".into())
        })
        .await;
    }
}

/// What someone who waits is told.
async fn told(waiting: AbortOnDropHandle<Result<(), Behind>>) -> Result<(), Behind> {
    timeout(PATIENCE, waiting).await.expect("told in time").unwrap()
}

fn at(number: i64) -> Position {
    Position { shard: SHARD, number }
}

#[tokio::test]
async fn who_waits_is_told_when_the_read_model_is_there() {
    let watched = Watched::new().await;
    let mut waiting = watched.waiting(7, 1);
    watched.move_to(6).await;
    let seen = watched.looks().await;
    eventually("it was looked at", async || require(watched.looks().await > seen + 1, String::new)).await;
    assert!(!waiting[0].is_finished());
    watched.move_to(7).await;
    assert_eq!(told(waiting.remove(0)).await, Ok(()));
    assert_eq!(watched.checkpoints.reached(&[MODEL], at(7)).await, Ok(()));
}

#[tokio::test]
async fn what_was_seen_is_not_looked_for_again() {
    let watched = Watched::new().await;
    watched.move_to(9).await;
    watched.checkpoints.reached(&[MODEL], at(9)).await.unwrap();
    watched.is_quiet().await;
    let looks = watched.looks().await;
    join_all((0..=9).map(|number| watched.checkpoints.reached(&[MODEL], at(number)))).await;
    assert_eq!(watched.looks().await, looks);
}

#[tokio::test]
async fn what_a_worker_of_the_same_process_tells_is_not_looked_for() {
    let watched = Watched::new().await;
    watched.progress.tell([MODEL], at(1));
    let looks = watched.looks().await;
    watched.checkpoints.reached(&[MODEL], at(1)).await.unwrap();
    let mut waiting = watched.waiting(2, 1);
    watched.progress.tell([MODEL], at(2));
    assert_eq!(told(waiting.remove(0)).await, Ok(()));
    assert!(watched.looks().await <= looks + 1, "at the most, it took a while to be told");
    // One that tells no more is not relied upon.
    watched.move_to(3).await;
    assert_eq!(told(watched.waiting(3, 1).remove(0)).await, Ok(()));
}

#[tokio::test]
async fn one_look_serves_all_who_wait() {
    let watched = Watched::new().await;
    let waiting = watched.waiting(5, 2_000);
    eventually("it was looked at", async || require(watched.looks().await > 2, String::new)).await;
    watched.move_to(5).await;
    assert!(join_all(waiting.into_iter().map(told)).await.into_iter().all(|told| told.is_ok()));
    assert!(watched.looks().await < 1_000, "{} looks", watched.looks().await);
}

#[tokio::test]
async fn who_waited_long_enough_is_told_which_read_model_is_behind() {
    let watched = Watched::new().await;
    watched.move_to(4).await;
    watched.checkpoints.reached(&[MODEL], at(4)).await.unwrap();
    let checkpoints = watched.checkpoints.clone().waiting_at_most(Duration::from_millis(30));
    let told = checkpoints.reached(&[MODEL, "strict"], at(4)).await.unwrap_err();
    assert_eq!(told.to_string(), "strict has not taken in 0-4 yet");
    assert_eq!(checkpoints.reached(&[MODEL], at(5)).await, Err(Behind { model: MODEL, position: at(5) }));
    assert_eq!(checkpoints.reached(&[MODEL], at(4)).await, Ok(()));
    let elsewhere = Position { shard: domain::Shard(1), number: 1 };
    assert_eq!(checkpoints.reached(&[MODEL], elsewhere).await, Err(Behind { model: MODEL, position: elsewhere }));
}

#[tokio::test]
async fn nobody_looks_for_those_who_went_away() {
    let watched = Watched::new().await;
    let waiting = watched.waiting(1, 50);
    eventually("it is looked at", async || require(watched.looks().await > 2, String::new)).await;
    drop(waiting);
    watched.is_quiet().await;
    // Who comes later is served as ever.
    let mut later = watched.waiting(1, 1);
    watched.move_to(1).await;
    assert_eq!(told(later.remove(0)).await, Ok(()));
}

#[tokio::test]
async fn a_database_that_is_away_for_a_moment_makes_them_wait() {
    let watched = Watched::new().await;
    let mut waiting = watched.waiting(3, 1);
    watched.world.disconnect("query-api", false).await;
    watched.move_to(3).await;
    assert_eq!(told(waiting.remove(0)).await, Ok(()));
}
