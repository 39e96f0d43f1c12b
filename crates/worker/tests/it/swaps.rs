//! The moment a rebuild moves its tables in: what readers see, what they hold up, and what the tables are afterwards.

use std::{sync::Arc, time::Instant};

use domain::{Position, Recorded};
use sqlx::{Connection, PgConnection};
use tokio_util::task::AbortOnDropHandle;
use worker::{AnyReadModel, CannotApply, Fold, ReadModel, Rebuild, RebuildError, model};

use crate::{
    ledger::{Checked, Jumpy, Ledger, Plain, Strict, check},
    world::{SHARD, World, end, run},
};

fn both() -> [Arc<dyn AnyReadModel>; 2] {
    [model::<Ledger<Plain>>(), model::<Ledger<Strict>>()]
}

fn start(rebuild: Rebuild) -> AbortOnDropHandle<Result<(), RebuildError>> {
    AbortOnDropHandle::new(tokio::spawn(async move { Rebuild::run(&[rebuild], |_, _| {}).await }))
}

#[tokio::test]
async fn readers_never_see_a_half_built_table_and_the_worker_goes_on_after_the_swap() {
    let world = Arc::new(World::new().await);
    world.create_goals(200).await;
    let _worker = run(world.worker("worker", &both()));
    let (watches, load) = ([world.watch("plain"), world.watch("strict")], world.load());
    for _ in 0..5 {
        Rebuild::run(&[world.rebuild(&both())], |_, _| {}).await.unwrap();
        let head = world.head().await;
        world.reached("plain", Position { number: head.number + 20, ..head }).await;
    }
    load.end().await;
    world.caught_up(&["plain", "strict"]).await;
    for watch in watches {
        end(watch).await;
    }
    let compared = Rebuild::compare(&[world.rebuild(&both())], |_, _| {}).await.unwrap();
    assert!(compared.iter().all(|it| it.living == it.rebuilt && it.rows > 400));
}

#[tokio::test]
async fn a_worker_far_behind_goes_on_from_where_the_rebuild_came_to() {
    let world = World::new().await;
    world.create_goals(50).await;
    // It is stuck in its first batch, which holds the checkpoint, until the swap waits for it.
    let gate = world.close_gate("strict", "read").await;
    let _worker = run(world.worker("worker", &both()));
    world.someone_at_gate().await;
    world.create_goals(50).await;
    let rebuilding = start(world.rebuild(&both()));
    world
        .sees(
            "the swap waits for the worker",
            "select count(*) from pg_locks where mode = 'ExclusiveLock'
        and relation = 'read.checkpoint'::regclass and not granted",
        )
        .await;
    // Readers do not notice.
    let head = world.head().await.number;
    assert_eq!((check(&world.reader, "plain").await, world.checkpoint("plain", SHARD).await), (0, 0));
    drop(gate);
    rebuilding.await.unwrap().unwrap();
    assert!(world.checkpoint("plain", SHARD).await >= head);
    world.create_goals(1).await;
    world.caught_up(&["plain", "strict"]).await;
    assert_eq!((check(&world.reader, "plain").await, check(&world.reader, "strict").await), (204, 204));
}

#[tokio::test]
async fn readers_that_hold_on_to_a_table_delay_the_swap_and_are_not_in_each_others_way() {
    let world = World::new().await;
    world.create_goals(20).await;
    let _worker = run(world.worker("worker", &both()));
    world.caught_up(&["plain", "strict"]).await;
    let mut connection: PgConnection = world.reader.acquire().await.unwrap().detach();
    let mut holder = connection.begin().await.unwrap();
    sqlx::query("select from strict").execute(&mut *holder).await.unwrap();
    let rebuilding = start(world.rebuild(&both()));
    let waits = "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and not granted
        and relation = 'read.strict'::regclass";
    let gave_up = "select (count(*) = 0)::int::bigint from pg_locks where mode = 'AccessExclusiveLock'
        and relation = 'read.strict'::regclass";
    for _ in 0..3 {
        world.sees("the swap waits", waits).await;
        // The longest that a reader waits, with time to spare on a busy machine, is far from the holder's pleasure, and
        // less than the swap waits for workers.
        let begun = Instant::now();
        check(&world.reader, "strict").await;
        assert!(begun.elapsed().as_secs() < 8, "a reader waited for {:?}", begun.elapsed());
        world.sees("the swap gave up for now", gave_up).await;
        world.create_goals(1).await;
        world.caught_up(&["plain", "strict"]).await;
    }
    holder.commit().await.unwrap();
    rebuilding.await.unwrap().unwrap();
    assert_eq!((check(&world.reader, "plain").await, check(&world.reader, "strict").await), (48, 48));
}

#[tokio::test]
async fn who_holds_on_to_a_new_table_as_a_vacuum_does_delays_the_swap_and_no_reader() {
    let world = World::new().await;
    world.create_goals(20).await;
    let worker = world.worker("worker", &both());
    worker.catch_up(world.head().await).await.unwrap();
    // Both fill the tables. The second is closed before the first is opened, so that it is met when the swap takes in what
    // came since.
    let first = world.close_gate("strict", "read_next").await;
    let rebuilding = start(world.rebuild(&both()));
    world.someone_at_gate().await;
    world.create_goals(1).await;
    let (second, ()) = tokio::join!(world.close_gate("strict", "read_next"), async {
        world.at_gate(2).await;
        drop(first);
    });
    world.someone_at_gate().await;
    let mut connection: PgConnection = world.database.pool().acquire().await.unwrap().detach();
    let mut vacuum = connection.begin().await.unwrap();
    let lock = "lock table read_next.plain in share update exclusive mode";
    sqlx::query(lock).execute(&mut *vacuum).await.unwrap();
    drop(second);
    let waits = "select count(*) from pg_locks where not granted and relation = 'read_next.plain'::regclass";
    world.sees("the swap waits", waits).await;
    let mut reader = runtime::pool::begin(&world.reader).await.unwrap();
    sqlx::query("set local statement_timeout = '5s'").execute(&mut *reader).await.unwrap();
    sqlx::query("select from plain").execute(&mut *reader).await.unwrap();
    reader.rollback().await.unwrap();
    vacuum.commit().await.unwrap();
    rebuilding.await.unwrap().unwrap();
    assert_eq!(check(&world.reader, "plain").await, 44);
}

#[tokio::test]
async fn a_migration_meanwhile_is_not_undone_by_the_swap() {
    let world = World::new().await;
    world.create_goals(20).await;
    world.worker("worker", &both()).catch_up(world.head().await).await.unwrap();
    let gate = world.close_gate("strict", "read_next").await;
    let rebuilding = start(world.rebuild(&both()));
    world.someone_at_gate().await;
    sqlx::query("alter table read.strict add column note text").execute(world.database.pool()).await.unwrap();
    drop(gate);
    let refused = rebuilding.await.unwrap();
    assert!(matches!(refused, Err(RebuildError::Changed("read"))), "{refused:?}");
    sqlx::query("select note from read.strict").execute(world.database.pool()).await.unwrap();
    Rebuild::run(&[world.rebuild(&both())], |_, _| {}).await.unwrap();
    sqlx::query("select note from read.strict").execute(world.database.pool()).await.unwrap();
}

/// Stands for the projector's tables, and leaves them empty.
struct Projectors;

impl Fold for Projectors {
    type Rows = ();

    fn fold((): &mut (), _: &Recorded) -> Result<(), CannotApply> {
        Ok(())
    }
}

impl ReadModel for Projectors {
    const NAME: &'static str = "goals";
    const TABLES: &'static [&'static str] = &["goals", "daily_logs"];

    async fn load(_: &mut PgConnection, _: &[&Recorded]) -> Result<(), sqlx::Error> {
        Ok(())
    }
    async fn write(_: &mut PgConnection, (): &()) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

#[tokio::test]
async fn tables_moved_in_are_made_as_those_before_were() {
    let world = World::new().await;
    let ledgers = both().into_iter().chain([model::<Ledger<Checked>>(), model::<Ledger<Jumpy>>()]);
    let models: Vec<_> = ledgers.chain([model::<Projectors>()]).collect();
    let described = async || -> Vec<String> {
        let described = sqlx::query_scalar(
            "select concat_ws(' ', relname, relkind, array_to_string(reloptions, ','), relacl, attname,
                              format_type(atttypid, atttypmod), attnotnull)
             from pg_class left join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
             where relnamespace = 'read'::regnamespace
             union all
             select pg_get_indexdef(indexrelid) from pg_index join pg_class on pg_class.oid = indrelid
             where relnamespace = 'read'::regnamespace
             union all
             select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
             where connamespace = 'read'::regnamespace
             order by 1",
        );
        described.fetch_all(&world.reader).await.unwrap()
    };
    let before = described().await;
    assert!(before.iter().any(|line| line.contains("daily_logs_of_goal ON read.daily_logs")));
    for _ in 0..2 {
        Rebuild::run(&[world.rebuild(&models)], |_, _| {}).await.unwrap();
        assert_eq!(described().await, before);
    }
}
