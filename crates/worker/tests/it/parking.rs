//! Events that cannot be applied: their stream is left aside from there on, visibly, and nothing else.

use std::sync::Arc;

use domain::{Event, GoalId, Position, Recorded};
use event_store::understood;
use proptest::{collection, prelude::*, test_runner::TestRunner};
use sqlx::types::Uuid;
use tokio::runtime::Runtime;
use worker::{AnyReadModel, Digest, digest, model};

use crate::{
    ledger::{Checked, Jumpy, Ledger, MARK, Plain, Strict, check},
    world::{SHARD, World, end, run},
};

const MODELS: [&str; 4] = ["plain", "strict", "checked", "jumpy"];

fn all() -> [Arc<dyn AnyReadModel>; 4] {
    [model::<Ledger<Plain>>(), model::<Ledger<Strict>>(), model::<Ledger<Checked>>(), model::<Ledger<Jumpy>>()]
}

type ParkedRow = (String, Uuid, i64, String);

impl World {
    /// What is parked: read model, stream, position and reason.
    async fn parked(&self) -> Vec<ParkedRow> {
        sqlx::query_as("select model, stream_id, position, reason from parked order by model, position")
            .fetch_all(&self.reader)
            .await
            .unwrap()
    }

    /// Everything that the read models and their parked streams are.
    async fn digests(&self) -> Digest {
        let mut connection = self.reader.acquire().await.unwrap();
        let tables = [&MODELS[..], &["parked"]].concat();
        digest(&mut connection, &tables).await.unwrap().0
    }

    /// As if no worker had ever run.
    async fn forget(&self) {
        let forget = "truncate plain, strict, checked, jumpy, parked, checkpoint";
        sqlx::query(forget).execute(&self.reader).await.unwrap();
    }

    async fn check_all(&self) {
        for model in MODELS {
            check(&self.reader, model).await;
        }
    }
}

#[tokio::test]
async fn the_stream_of_an_event_that_cannot_be_applied_is_parked_from_there_on_and_no_other() {
    let world = World::new().await;
    let worker = run(world.worker("worker", &all()));
    let (marked, fine) = (world.create_goal(1).await, world.create_goal(1).await);
    world.revise_goal(marked, MARK).await;
    let at = world.head().await.number;
    for goal in [marked, fine] {
        world.revise_goal(goal, 2).await;
    }
    world.caught_up(&MODELS).await;
    world.check_all().await;
    let parked = world.parked().await;
    let which: Vec<_> = parked.iter().map(|(model, stream, position, _)| (&**model, *stream, *position)).collect();
    assert_eq!(which, ["checked", "jumpy", "strict"].map(|model| (model, marked.uuid(), at)));
    assert!(parked[0].3.contains("violates check constraint"), "{}", parked[0].3);
    assert_eq!([&*parked[1].3, &*parked[2].3], ["the fold panicked", "it is marked"]);

    // So it stays when the worker begins again.
    end(worker).await;
    let _worker = run(world.worker("worker", &all()));
    for goal in [marked, fine] {
        world.revise_goal(goal, 3).await;
    }
    world.caught_up(&MODELS).await;
    assert_eq!(world.parked().await, parked);
    world.check_all().await;
}

#[tokio::test]
async fn a_stream_with_an_unreadable_event_is_parked() {
    let world = World::new().await;
    let worker = run(world.worker("worker", &all()));
    let [unknown, wrong, newer] = [world.create_goal(1).await, world.create_goal(1).await, world.create_goal(1).await];
    world.plant(unknown.uuid(), "GoalForgotten", 1, "{}").await;
    world.plant(wrong.uuid(), "GoalRevised", 1, r#"{"total_minutes": "\u0000"}"#).await;
    world.plant(newer.uuid(), "GoalCompleted", 99, "{}").await;
    let last = world.head().await.number;
    for goal in [unknown, wrong, newer] {
        world.plant(goal.uuid(), "GoalArchived", 1, "{}").await;
    }
    world.create_goal(1).await;
    world.caught_up(&MODELS).await;
    world.check_all().await;
    let parked = world.parked().await;
    for parked in parked.chunks(3) {
        let which: Vec<_> = parked.iter().map(|(_, stream, position, _)| (*stream, *position)).collect();
        assert_eq!(which, [(unknown.uuid(), last - 2), (wrong.uuid(), last - 1), (newer.uuid(), last)]);
        assert!(parked[0].3.contains(r#"no event is called "GoalForgotten""#), "{}", parked[0].3);
        assert!(parked[1].3.contains("cannot be read"), "{}", parked[1].3);
        assert!(parked[2].3.contains("newer version"), "{}", parked[2].3);
    }
    assert_eq!(parked.len(), 3 * MODELS.len());
    end(worker).await;
    let _worker = run(world.worker("worker", &all()));
    world.plant(unknown.uuid(), "GoalRestored", 1, "{}").await;
    world.caught_up(&MODELS).await;
    assert_eq!(world.parked().await, parked);
    world.check_all().await;
}

#[tokio::test]
async fn what_another_version_parked_is_tried_again_once() {
    let world = World::new().await;
    let worker = run(world.worker("worker", &all()));
    let [unread, marked] = [world.create_goal(1).await, world.create_goal(1).await];
    world.plant(unread.uuid(), "GoalForgotten", 1, "{}").await;
    world.revise_goal(marked, MARK).await;
    world.plant(unread.uuid(), "GoalArchived", 1, "{}").await;
    world.caught_up(&MODELS).await;
    assert_eq!(world.parked().await.len(), MODELS.len() + 3);
    end(worker).await;
    // As if the version before had not known the event, and this one does.
    for change in [
        "update es.events set type = 'GoalCompleted' where type = 'GoalForgotten'",
        "update read.parked set version = '0.0.1'",
    ] {
        sqlx::query(change).execute(world.database.pool()).await.unwrap();
    }
    let _worker = run(world.worker("worker", &all()));
    world.create_goal(1).await;
    world.caught_up(&MODELS).await;
    let none_older = "select (count(*) = 0)::int::bigint from read.parked where version = '0.0.1'";
    world.sees("all is tried again", none_older).await;
    let parked = world.parked().await;
    assert_eq!(
        parked.iter().map(|(model, stream, ..)| (&**model, *stream)).collect::<Vec<_>>(),
        [("checked", marked.uuid()), ("jumpy", marked.uuid()), ("strict", marked.uuid())]
    );
    world.check_all().await;
}

#[tokio::test]
async fn many_at_once_hold_nothing_up() {
    let world = World::new().await;
    let goals: Vec<GoalId> = futures::future::join_all((0..300).map(|_| world.create_goal(1))).await;
    futures::future::join_all(goals.iter().step_by(2).map(|goal| world.revise_goal(*goal, MARK))).await;
    futures::future::join_all(goals.iter().map(|goal| world.revise_goal(*goal, 2))).await;
    world.worker("worker", &all()).catch_up(world.head().await).await.unwrap();
    world.check_all().await;
    assert_eq!(world.parked().await.len(), 3 * 150);
}

/// A log in which each kind of thing that can go wrong does so in some streams, sometimes several in one.
async fn troubled_log() -> World {
    let world = World::new().await;
    let mut goals = vec![];
    for number in 0..40_u32 {
        goals.push(world.create_goal(if number % 11 == 7 { MARK } else { number }).await);
        let earlier = goals[(number * 7 % 40) as usize % goals.len()];
        match number % 5 {
            0 => world.plant(earlier.uuid(), "GoalForgotten", 1, "{}").await,
            1 => world.plant(earlier.uuid(), "GoalRevised", 1, r#"{"total_minutes": 13}"#).await,
            _ => world.plant(earlier.uuid(), "GoalCompleted", 1, "{}").await,
        }
    }
    world
}

#[test]
fn where_batches_are_cut_makes_no_difference() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(troubled_log());
    let head = runtime.block_on(world.head()).number;
    let worker = runtime.block_on(async { world.worker("worker", &all()) });
    let take_in = async |cuts: Vec<i64>| {
        world.forget().await;
        for number in cuts {
            worker.catch_up(Position { shard: SHARD, number }).await.unwrap();
        }
        world.check_all().await;
        world.digests().await
    };
    let whole = runtime.block_on(take_in(vec![head]));
    assert_eq!(runtime.block_on(take_in((1..=head).collect())), whole, "one by one");
    let cuts = collection::btree_set(1..head, 0..20);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(12));
    let same = runner.run(&cuts, |cuts| {
        let cuts = cuts.into_iter().chain([head]).collect();
        prop_assert_eq!(runtime.block_on(take_in(cuts)), whole);
        Ok(())
    });
    same.unwrap();
}

#[tokio::test]
async fn the_planted_events_are_what_they_are_taken_for() {
    let world = troubled_log().await;
    let events = world.log.read_shard(SHARD, 0, 5_000).await.unwrap();
    let read: Vec<Recorded> = events.iter().cloned().filter_map(|event| understood(event).ok()).collect();
    assert_eq!(events.len() - read.len(), 8);
    assert!(read.iter().filter(|event| matches!(event.event, Event::Goal(_))).count() > 60);
}
