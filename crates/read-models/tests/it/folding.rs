//! What holds for the rows of every read model, whatever it is about.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use domain::Recorded;
use proptest::{prelude::*, sample::Index, test_runner::TestRunner};
use sqlx::PgPool;
use tokio::runtime::Runtime;
use worker::{Digest, ReadModel, Rows, digest, model};

use crate::{
    histories::{History, histories},
    tables::pool,
};

/// So many histories are tried.
const CASES: u32 = 48;

/// Holds a read model to this, over random histories: its tables are the same however the events are cut into batches;
/// they are what a fold of all events in memory makes; and both are what `plain` makes of the events.
pub fn rows_follow_from_the_events_alone<M: ReadModel, K, R>(
    search_path: &str,
    rows: impl Fn(&M::Rows) -> &Rows<K, R>,
    plain: impl Fn(&[Recorded]) -> BTreeMap<K, R>,
) where
    K: Ord + Clone + Debug,
    R: Clone + PartialEq + Debug,
{
    rows_follow_from::<M, K, R>(&histories(), search_path, rows, plain);
}

/// The same, over random histories of another kind.
pub fn rows_follow_from<M: ReadModel, K, R>(
    histories: &impl Strategy<Value = (History, Vec<Index>)>,
    search_path: &str,
    rows: impl Fn(&M::Rows) -> &Rows<K, R>,
    plain: impl Fn(&[Recorded]) -> BTreeMap<K, R>,
) where
    K: Ord + Clone + Debug,
    R: Clone + PartialEq + Debug,
{
    let runtime = Runtime::new().unwrap();
    let _inside = runtime.enter();
    let database = runtime.block_on(testkit::database());
    let pool = pool(&database, search_path);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(CASES));
    let held = runner.run(histories, |(History { events }, cuts)| {
        let events: Vec<&Recorded> = events.iter().collect();
        let whole = runtime.block_on(tables_after::<M>(&pool, &events, &[]));
        let cut = runtime.block_on(tables_after::<M>(&pool, &events, &cuts));
        prop_assert_eq!(cut, whole, "it matters where batches are cut");
        let mut memory = M::Rows::default();
        for event in &events {
            prop_assert!(M::fold(&mut memory, event).is_ok());
        }
        let written = runtime.block_on(written::<M>(&pool, &memory));
        prop_assert_eq!(whole, written, "the tables differ from a fold in memory");
        let events: Vec<Recorded> = events.into_iter().cloned().collect();
        prop_assert_eq!(content(rows(&memory)), plain(&events), "the rows differ from what the events say");
        prop_assert_eq!(usize::try_from(whole.1).unwrap(), content(rows(&memory)).len(), "there are rows of nothing");
        Ok(())
    });
    held.unwrap();
}

/// The tables after batches that end at these places: their digest, and number of rows.
async fn tables_after<M: ReadModel>(pool: &PgPool, events: &[&Recorded], cuts: &[Index]) -> (Digest, u64) {
    let mut transaction = pool.begin().await.unwrap();
    let cuts: BTreeSet<usize> = cuts.iter().map(|cut| cut.index(events.len() + 1)).chain([events.len()]).collect();
    let mut from = 0;
    for to in cuts {
        let refused = model::<M>().take_in(&mut transaction, &events[from..to]).await.unwrap();
        assert_eq!(refused, []);
        from = to;
    }
    let digest = digest(&mut transaction, M::TABLES).await.unwrap();
    transaction.rollback().await.unwrap();
    digest
}

/// The same of the tables that these rows make.
async fn written<M: ReadModel>(pool: &PgPool, rows: &M::Rows) -> (Digest, u64) {
    let mut transaction = pool.begin().await.unwrap();
    M::write(&mut transaction, rows).await.unwrap();
    let digest = digest(&mut transaction, M::TABLES).await.unwrap();
    transaction.rollback().await.unwrap();
    digest
}

fn content<K: Ord + Clone, R: Clone>(rows: &Rows<K, R>) -> BTreeMap<K, R> {
    rows.iter().map(|(key, row)| (key.clone(), row.clone())).collect()
}
