//! Optimistic concurrency: what is decided on what has changed is decided anew, and no update is lost.

use std::sync::atomic::{AtomicU32, Ordering};

use domain::Refusal;
use event_store::{Command, Decision, New, StoreError};
use futures::future::join_all;
use tokio::{runtime::Handle, task::block_in_place};

use crate::world::{World, answered, complete, count_up, counted_up, create, log_day};

on_each_postgres![
    processes_that_change_one_goal_at_once_lose_no_update,
    what_turns_out_stale_is_decided_anew,
    what_was_only_read_is_checked_as_well,
    what_was_taken_for_new_and_is_not_is_read_after_all,
    a_process_that_was_alone_notices_that_it_is_no_longer,
    a_refusal_from_a_stale_cache_is_not_told,
    an_edit_is_made_to_the_version_it_names_or_not_at_all,
    a_command_that_always_comes_second_gives_up_and_may_come_again,
];

async fn processes_that_change_one_goal_at_once_lose_no_update(world: World) {
    const WRITERS: usize = 12;
    const TIMES: u32 = 8;
    let stores = [world.store().await, world.store().await, world.store().await];
    let person = world.person(&stores[0]).await;
    let goal = person.goal(&stores[0], "Run").await;
    let other = person.goal(&stores[0], "Read").await;
    join_all((0..WRITERS).map(async |writer| {
        let store = &stores[writer % stores.len()];
        for _ in 0..TIMES {
            let command = person.command();
            answered(|| count_up(store, &command, goal)).await;
            // Those who do not compete are held up by none of it.
            create(store, &person.command(), world.id(), "Rest").await.unwrap();
        }
    }))
    .await;
    let events = world.events().await;
    let changes = u32::try_from(WRITERS).unwrap() * TIMES;
    assert_eq!(events.iter().filter(|event| event.stream == goal.uuid()).count(), changes as usize + 1);
    let store = world.store().await;
    let loaded = store.load(person.workspace, goal).await.unwrap();
    assert_eq!((loaded.total_minutes, loaded.version), (Some(changes), changes + 1));
    assert_eq!(store.load(person.workspace, other).await.unwrap().version, 1);
}

async fn what_turns_out_stale_is_decided_anew(world: World) {
    let (ours, theirs) = (world.store().await, world.store().await);
    let person = world.person(&ours).await;
    let goal = person.goal(&ours, "Run").await;
    count_up(&theirs, &person.command(), goal).await.unwrap();
    let seen = std::sync::Mutex::new(vec![]);
    let command = person.command();
    let receipt = ours.execute(&command, goal, |_, state| {
        seen.lock().unwrap().push(state.total_minutes);
        Ok(Decision::on(goal, state.revise(&counted_up(state))?))
    });
    assert_eq!(receipt.await.unwrap().version, 3);
    assert_eq!(*seen.lock().unwrap(), [None, Some(1)], "first on what the cache had, then on what there is");
}

async fn what_was_only_read_is_checked_as_well(world: World) {
    let (ours, theirs) = (world.store().await, world.store().await);
    let person = world.person(&ours).await;
    let goal = person.goal(&ours, "Run").await;
    let archive = person.command();
    let archived = theirs.execute(&archive, goal, |_, state| Ok(Decision::on(goal, state.archive()?)));
    archived.await.unwrap();
    let refused = log_day(&ours, &person.command(), goal, world.id()).await;
    assert!(matches!(refused, Err(StoreError::Refused(Refusal::GoalArchived))), "{refused:?}");
    assert_eq!(world.events().await.len(), 3, "nothing was logged");
}

async fn what_was_taken_for_new_and_is_not_is_read_after_all(world: World) {
    let (ours, theirs) = (world.store().await, world.store().await);
    let person = world.person(&ours).await;
    let goal = person.goal(&theirs, "Run").await;
    let seen = std::sync::Mutex::new(vec![]);
    let command = person.command();
    let decided = ours.execute(&command, New::stream(goal), |_, state| {
        seen.lock().unwrap().push(state.version);
        Ok(Decision::on(goal, state.archive()?))
    });
    assert_eq!(decided.await.unwrap().version, 2, "a refusal by what is not so is not told");
    assert_eq!(*seen.lock().unwrap(), [0, 1]);
}

async fn a_process_that_was_alone_notices_that_it_is_no_longer(world: World) {
    let (ours, theirs) = (world.store().await, world.store().await);
    let person = world.person(&ours).await;
    let goal = person.goal(&ours, "Run").await;
    for changes in [1, 3, 1, 2] {
        for store in [&ours, &theirs] {
            for _ in 0..changes {
                count_up(store, &person.command(), goal).await.unwrap();
            }
        }
    }
    let numbers: Vec<i64> = world.events().await.iter().map(|event| event.position.number).collect();
    assert_eq!(numbers, (1..=16).collect::<Vec<_>>());
}

async fn a_refusal_from_a_stale_cache_is_not_told(world: World) {
    let (ours, theirs) = (world.store().await, world.store().await);
    let person = world.person(&ours).await;
    let goal = person.goal(&ours, "Run").await;
    complete(&ours, &person.command(), goal).await.unwrap();
    let reopen = person.command();
    let reopened = theirs.execute(&reopen, goal, |_, state| Ok(Decision::on(goal, state.reopen()?)));
    reopened.await.unwrap();
    let receipt = complete(&ours, &person.command(), goal).await;
    assert_eq!(receipt.unwrap().version, 4, "our cache still has it completed");
}

async fn an_edit_is_made_to_the_version_it_names_or_not_at_all(world: World) {
    let (ours, theirs) = (world.store().await, world.store().await);
    let person = world.person(&ours).await;
    let goal = person.goal(&ours, "Run").await;
    let of = |version| Command { if_match: Some(version), ..person.command() };
    let first = of(1);
    let receipt = count_up(&theirs, &first, goal).await.unwrap();
    assert_eq!(receipt.version, 2);
    for store in [&ours, &theirs] {
        for expected in [0, 1, 3] {
            let refused = count_up(store, &of(expected), goal).await;
            let conflict = Refusal::VersionConflict { expected, actual: 2 };
            assert!(matches!(&refused, Err(StoreError::Refused(refusal)) if *refusal == conflict), "{refused:?}");
        }
    }
    assert_eq!(count_up(&ours, &of(2), goal).await.unwrap().version, 3);
    assert_eq!(count_up(&ours, &first, goal).await.unwrap(), receipt, "a retry is no new edit");
    let new = Command { if_match: Some(0), ..person.command() };
    assert_eq!(create(&ours, &new, world.id(), "Read").await.unwrap().version, 1);
}

async fn a_command_that_always_comes_second_gives_up_and_may_come_again(world: World) {
    let (ours, theirs) = (world.store().await, world.store().await);
    let person = world.person(&ours).await;
    let goal = person.goal(&ours, "Run").await;
    let (command, decided) = (person.command(), AtomicU32::new(0));
    let beaten = ours.execute(&command, goal, |_, state| {
        decided.fetch_add(1, Ordering::Relaxed);
        let faster = async { count_up(&theirs, &person.command(), goal).await.unwrap() };
        block_in_place(|| Handle::current().block_on(faster));
        Ok(Decision::on(goal, state.complete()?))
    });
    let Err(StoreError::Contended(attempts)) = beaten.await else { panic!("others always came first") };
    assert_eq!(attempts, decided.load(Ordering::Relaxed));
    assert_eq!(world.events().await.len(), 2 + attempts as usize, "nothing of it was appended");
    assert_eq!(complete(&ours, &command, goal).await.unwrap().version, attempts + 2, "the same id may come again");
}
