//! What holds for read models of several tables: the same rows however the events are cut into batches, and what a fold of
//! all of them in memory makes.

use std::collections::BTreeSet;

use domain::Recorded;
use proptest::{collection, prelude::*, sample::Index, test_runner::TestRunner};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::runtime::Runtime;
use worker::{Digest, ReadModel, digest, model};

use crate::{
    diary::{Diary, happening},
    tables::pool,
};

/// So many histories are tried.
const CASES: u32 = 64;

/// Holds a read model to it, over random histories of one workspace.
pub fn rows_follow_however_events_are_cut<M: ReadModel>() {
    let runtime = Runtime::new().unwrap();
    let database = runtime.block_on(testkit::database());
    let pool = runtime.block_on(async { pool(&database, "analytics") });
    let mut runner = TestRunner::new(ProptestConfig::with_cases(CASES));
    let histories = (collection::vec(happening(), 1..120), collection::vec(any::<Index>(), 0..12));
    let held = runner.run(&histories, |(happenings, cuts)| {
        let events = Diary::of(&happenings).events;
        let events: Vec<&Recorded> = events.iter().collect();
        let mut memory = M::Rows::default();
        for event in &events {
            prop_assert!(M::fold(&mut memory, event).is_ok());
        }
        let whole = runtime.block_on(written::<M>(&pool, &memory));
        let cuts: BTreeSet<usize> = cuts.iter().map(|cut| cut.index(events.len() + 1)).chain([events.len()]).collect();
        prop_assert_eq!(runtime.block_on(after::<M>(&pool, &events, &cuts)), whole, "batches load too little");
        let each: BTreeSet<usize> = (1..=events.len()).collect();
        prop_assert_eq!(runtime.block_on(after::<M>(&pool, &events, &each)), whole, "single events load too little");
        Ok(())
    });
    held.unwrap();
}

/// Fills the tables anew with what these events come to.
pub async fn fill<M: ReadModel>(pool: &PgPool, events: &[Recorded]) {
    let truncate = format!("truncate {}", M::TABLES.join(", "));
    sqlx::query(AssertSqlSafe(truncate)).execute(pool).await.unwrap();
    let events: Vec<&Recorded> = events.iter().collect();
    let mut connection = pool.acquire().await.unwrap();
    assert_eq!(model::<M>().take_in(&mut connection, &events).await.unwrap(), []);
}

/// The digest of the tables that these rows make.
async fn written<M: ReadModel>(pool: &PgPool, rows: &M::Rows) -> (Digest, u64) {
    let mut transaction = runtime::pool::begin(pool).await.unwrap();
    M::write(&mut transaction, rows).await.unwrap();
    let digest = digest(&mut transaction, M::TABLES).await.unwrap();
    transaction.rollback().await.unwrap();
    digest
}

/// The digest of the tables after batches that end at these places.
async fn after<M: ReadModel>(pool: &PgPool, events: &[&Recorded], ends: &BTreeSet<usize>) -> (Digest, u64) {
    let mut transaction = runtime::pool::begin(pool).await.unwrap();
    let mut from = 0;
    for to in ends.iter().copied() {
        let refused = model::<M>().take_in(&mut transaction, &events[from..to]).await.unwrap();
        assert_eq!(refused, []);
        from = to;
    }
    let digest = digest(&mut transaction, M::TABLES).await.unwrap();
    transaction.rollback().await.unwrap();
    digest
}
