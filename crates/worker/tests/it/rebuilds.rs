//! Rebuilds: beside the living tables, from the log, one at a time, and comparing.

use std::sync::Arc;

use domain::{GoalId, Position};
use sqlx::{Connection, PgConnection};
use tokio_util::task::AbortOnDropHandle;
use worker::{AnyReadModel, Rebuild, RebuildError, model};

use crate::{
    ledger::{Ledger, MARK, Plain, Strict, check},
    world::{SHARD, World, run},
};

fn both() -> [Arc<dyn AnyReadModel>; 2] {
    [model::<Ledger<Plain>>(), model::<Ledger<Strict>>()]
}

impl World {
    /// With goals, and read models that know them.
    async fn filled() -> Self {
        let world = Self::new().await;
        world.create_goals(50).await;
        world.take_in().await;
        world
    }

    /// Has the read models take in what there is.
    async fn take_in(&self) {
        let worker = self.worker("worker", &both());
        for shard in self.log.shards() {
            worker.catch_up(self.log.head(shard).await.unwrap()).await.unwrap();
        }
    }

    /// A rebuild that goes on beside the test.
    fn rebuilding(&self) -> AbortOnDropHandle<Result<(), RebuildError>> {
        let rebuild = self.rebuild(&both());
        AbortOnDropHandle::new(tokio::spawn(async move { Rebuild::run(&[rebuild], |_, _| {}).await }))
    }

    /// Leaves what a rebuild does that is killed once one read model is filled, and the other is not.
    async fn rebuild_killed(&self) {
        let filled = "select count(*) from read_next.checkpoint where model = 'plain' and position > 0";
        let gate = self.close_gate("strict", "read_next").await;
        let killed = self.rebuilding();
        self.someone_at_gate().await;
        self.sees("one read model is filled", filled).await;
        drop(killed);
        self.disconnect("rebuild", false).await;
        drop(gate);
    }

    /// The read models that a rebuild would not make as they are.
    async fn wrong(&self) -> Vec<&'static str> {
        let compared = Rebuild::compare(&[self.rebuild(&both())], |_, _| {}).await.unwrap();
        assert_eq!(compared.len(), 2);
        compared.iter().filter(|it| it.living != it.rebuilt).map(|it| it.model).collect()
    }

    async fn leftovers(&self) -> i64 {
        let count = "select count(*) from pg_namespace where nspname = 'read_next'";
        sqlx::query_scalar(count).fetch_one(&self.reader).await.unwrap()
    }

    /// The tables' own numbers: others, once they have been replaced.
    async fn oids(&self) -> Vec<i64> {
        let oids = "select to_regclass(name)::oid::bigint from unnest('{plain, strict}'::text[]) as name";
        sqlx::query_scalar(oids).fetch_all(&self.reader).await.unwrap()
    }
}

#[tokio::test]
async fn a_rebuild_makes_the_same_rows_again_and_tells_how_far_it_is() {
    let world = World::filled().await;
    let oids = world.oids().await;
    let told = std::sync::Mutex::new(vec![]);
    let rebuild = [world.rebuild(&both())];
    Rebuild::run(&rebuild, |done, all| told.lock().unwrap().push((done, all))).await.unwrap();
    assert_eq!(told.into_inner().unwrap().last(), Some(&(102, 102)));
    assert!(world.oids().await.iter().all(|oid| !oids.contains(oid)));
    assert_eq!((check(&world.reader, "plain").await, check(&world.reader, "strict").await), (102, 102));
    assert_eq!(world.wrong().await, [""; 0]);
    // The same again, by the same connections.
    Rebuild::run(&rebuild, |_, _| {}).await.unwrap();
    assert_eq!(
        Rebuild::compare(&rebuild, |_, _| {}).await.unwrap().iter().filter(|it| it.living == it.rebuilt).count(),
        2
    );
    assert_eq!(world.leftovers().await, 0);
}

#[tokio::test]
async fn a_rebuild_of_one_read_model_leaves_the_others_as_they_are() {
    let world = World::filled().await;
    let oids = world.oids().await;
    world.create_goals(5).await;
    Rebuild::run(&[world.rebuild(&[model::<Ledger<Strict>>()])], |_, _| {}).await.unwrap();
    assert_eq!((check(&world.reader, "plain").await, check(&world.reader, "strict").await), (102, 112));
    assert_eq!(world.oids().await[0], oids[0]);
    let _worker = run(world.worker("worker", &both()));
    world.create_goals(5).await;
    world.caught_up(&["plain", "strict"]).await;
    assert_eq!((check(&world.reader, "plain").await, check(&world.reader, "strict").await), (122, 122));
}

#[tokio::test]
async fn a_read_model_that_never_ran_can_be_rebuilt() {
    let world = World::new().await;
    world.create_goals(10).await;
    Rebuild::run(&[world.rebuild(&both())], |_, _| {}).await.unwrap();
    assert_eq!((check(&world.reader, "plain").await, check(&world.reader, "strict").await), (22, 22));
}

#[tokio::test]
async fn a_killed_rebuild_leaves_the_living_tables_alone_and_can_be_run_again() {
    let world = World::filled().await;
    let oids = world.oids().await;
    world.rebuild_killed().await;
    assert_eq!((world.oids().await, world.leftovers().await), (oids.clone(), 1));
    assert_eq!(check(&world.reader, "plain").await, 102);
    Rebuild::run(&[world.rebuild(&both())], |_, _| {}).await.unwrap();
    assert!(world.oids().await.iter().all(|oid| !oids.contains(oid)));
    assert_eq!((check(&world.reader, "plain").await, world.leftovers().await), (102, 0));
}

#[tokio::test]
async fn a_killed_rebuild_is_gone_on_with_by_the_same_program_and_begun_anew_by_another() {
    let world = World::filled().await;
    let note =
        "comment on schema read_next is '{\"program\": \"other\", \"shape\": \"\", \"tables\": [], \"finish\": []}'";
    for (found, expected) in [(None, vec!["plain"]), (Some(note), vec![])] {
        world.rebuild_killed().await;
        // By this is seen later whether the rows are those that were there.
        let mark = "update read_next.plain set numbers = numbers || ' 4'";
        for statement in [Some(mark), found].into_iter().flatten() {
            sqlx::query(statement).execute(world.database.pool()).await.unwrap();
        }
        Rebuild::run(&[world.rebuild(&both())], |_, _| {}).await.unwrap();
        assert_eq!((world.wrong().await, world.leftovers().await), (expected, 0));
        assert_eq!(check(&world.reader, "strict").await, 102);
    }
}

#[tokio::test]
async fn a_rebuild_that_is_killed_once_its_tables_live_is_not_gone_on_with() {
    let world = World::filled().await;
    let oids = world.oids().await;
    let gate = world.close_gate("strict", "read_next").await;
    let killed = world.rebuilding();
    world.someone_at_gate().await;
    let mut reader: PgConnection = world.database.pool().acquire().await.unwrap().detach();
    let mut holder = reader.begin().await.unwrap();
    sqlx::query("select from read_next.checkpoint").execute(&mut *holder).await.unwrap();
    drop(gate);
    let cleans_up = "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and not granted
        and relation = 'read_next.checkpoint'::regclass";
    world.sees("the new tables live, and what is left is to go", cleans_up).await;
    drop(killed);
    world.disconnect("rebuild", false).await;
    holder.commit().await.unwrap();
    let moved_in = world.oids().await;
    assert!(moved_in.iter().all(|oid| !oids.contains(oid)));
    Rebuild::run(&[world.rebuild(&both())], |_, _| {}).await.unwrap();
    assert!(world.oids().await.iter().all(|oid| !moved_in.contains(oid)));
    assert_eq!((check(&world.reader, "plain").await, world.leftovers().await), (102, 0));
}

#[tokio::test]
async fn a_rebuild_that_lost_its_lock_moves_nothing_in() {
    let world = World::filled().await;
    let oids = world.oids().await;
    let gate = world.close_gate("strict", "read_next").await;
    let first = world.rebuilding();
    world.someone_at_gate().await;
    world.disconnect("rebuild", true).await;
    drop(gate);
    assert!(matches!(first.await.unwrap(), Err(RebuildError::Database(_))));
    assert_eq!(world.oids().await, oids);
    Rebuild::run(&[world.rebuild(&both())], |_, _| {}).await.unwrap();
    assert_eq!(world.wrong().await, [""; 0]);
}

#[tokio::test]
async fn only_one_rebuild_of_a_schema_runs_at_a_time() {
    let world = World::filled().await;
    let gate = world.close_gate("strict", "read_next").await;
    let first = world.rebuilding();
    world.someone_at_gate().await;
    let second = [world.rebuild(&both())];
    assert!(matches!(Rebuild::run(&second, |_, _| {}).await, Err(RebuildError::Busy("read"))));
    assert!(matches!(Rebuild::compare(&second, |_, _| {}).await, Err(RebuildError::Busy("read"))));
    drop(gate);
    first.await.unwrap().unwrap();
    Rebuild::run(&second, |_, _| {}).await.unwrap();
}

#[tokio::test]
async fn comparing_finds_a_wrong_row_a_missing_one_and_one_too_many() {
    let world = World::filled().await;
    assert_eq!(world.wrong().await, [""; 0]);
    let harms = [
        "update plain set numbers = numbers || ' 4' where stream_id = (select stream_id from plain limit 1)",
        "delete from plain where stream_id = (select stream_id from plain limit 1)",
        "insert into plain select gen_random_uuid(), workspace, numbers, marked from plain limit 1",
    ];
    for harm in harms {
        sqlx::query(harm).execute(&world.reader).await.unwrap();
        assert_eq!(world.wrong().await, ["plain"], "{harm}");
        for mend in ["delete from plain", "insert into plain select * from strict"] {
            sqlx::query(mend).execute(&world.reader).await.unwrap();
        }
    }
    assert_eq!(world.wrong().await, [""; 0]);
}

#[tokio::test]
async fn comparing_takes_each_read_model_where_it_stands_while_a_worker_goes_on() {
    let world = Arc::new(World::filled().await);
    world.create_goals(5).await;
    world.worker("worker", &[model::<Ledger<Plain>>()]).catch_up(world.head().await).await.unwrap();
    assert_eq!(world.wrong().await, [""; 0]);
    let _worker = run(world.worker("worker", &both()));
    let load = world.load();
    for _ in 0..3 {
        assert_eq!(world.wrong().await, [""; 0]);
    }
    load.end().await;
}

#[tokio::test]
async fn a_rebuild_takes_up_again_what_was_parked_and_has_been_mended() {
    let world = World::filled().await;
    let goal = world.create_goal(1).await;
    world.plant(goal.uuid(), "GoalForgotten", 1, "{}").await;
    world.plant(goal.uuid(), "GoalArchived", 1, "{}").await;
    let marked = world.create_goal(MARK).await;
    // It goes on across the rebuild, at the same position, and must not go by what it remembers.
    let _worker = run(world.worker("worker", &both()));
    world.caught_up(&["plain", "strict"]).await;
    let parked = async || -> Vec<(String, sqlx::types::Uuid)> {
        let parked = sqlx::query_as("select model, stream_id from parked order by model, position");
        parked.fetch_all(&world.reader).await.unwrap()
    };
    let parks = |model: &str, goal: GoalId| (model.to_owned(), goal.uuid());
    assert_eq!(parked().await, [parks("plain", goal), parks("strict", goal), parks("strict", marked)]);
    let mend = "update es.events set type = 'GoalCompleted' where type = 'GoalForgotten'";
    sqlx::query(mend).execute(world.database.pool()).await.unwrap();
    Rebuild::run(&[world.rebuild(&both())], |_, _| {}).await.unwrap();
    assert_eq!(parked().await, [parks("strict", marked)]);
    world.plant(goal.uuid(), "GoalRestored", 1, "{}").await;
    world.caught_up(&["plain", "strict"]).await;
    assert_eq!((check(&world.reader, "plain").await, check(&world.reader, "strict").await), (104, 103));
}

#[tokio::test]
async fn a_log_that_ends_before_the_read_models_is_told() {
    let world = World::filled().await;
    // As after a restore of the log alone.
    let restore = "update checkpoint set position = 1000 where model = 'plain' and shard = 0";
    sqlx::query(restore).execute(&world.reader).await.unwrap();
    let compared = Rebuild::compare(&[world.rebuild(&both())], |_, _| {}).await;
    let ahead = Position { shard: SHARD, number: 1000 };
    assert!(matches!(compared, Err(RebuildError::Ahead(position)) if position == ahead));
    assert_eq!(world.leftovers().await, 0);
}

#[tokio::test]
async fn what_is_still_filled_is_dropped_once_that_has_ended() {
    let world = World::filled().await;
    world.rebuild_killed().await;
    // As a statement that goes on after that, and still comes to other tables.
    let mut session: PgConnection = world.database.pool().acquire().await.unwrap().detach();
    let mut filling = session.begin().await.unwrap();
    let checkpoint = "update read_next.checkpoint set position = position";
    sqlx::query(checkpoint).execute(&mut *filling).await.unwrap();
    let next = world.rebuild(&both());
    let comparing = AbortOnDropHandle::new(tokio::spawn(async move { Rebuild::compare(&[next], |_, _| {}).await }));
    let drops = "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and not granted
        and relation = 'read_next.checkpoint'::regclass";
    world.sees("what is left is to go", drops).await;
    for statement in ["delete from read_next.plain", "delete from read_next.parked"] {
        sqlx::query(statement).execute(&mut *filling).await.unwrap();
    }
    filling.commit().await.unwrap();
    assert_eq!(comparing.await.unwrap().unwrap().len(), 2);
    assert_eq!(world.leftovers().await, 0);
}
