//! Workspaces and kinds apart: what is another's reads as if it were not there, and is never written to.

use domain::{DailyLog, DailyLogId, Goal, GoalId, Refusal, Shard};
use event_store::{Receipt, StoreError, Streams, Whole};
use futures::future::join_all;

use crate::world::{Person, World, complete, count_up, create, log_day};

on_each_postgres![
    anothers_stream_reads_as_absent_and_is_never_written_to,
    a_goals_id_is_no_logs_id,
    the_same_id_in_two_shards_is_two_streams,
];

async fn anothers_stream_reads_as_absent_and_is_never_written_to(world: World) {
    let stores = [world.store().await, world.store().await];
    let (ada, eve) = (world.person(&stores[0]).await, world.person(&stores[0]).await);
    let goal = ada.goal(&stores[0], "Run").await;
    let before = world.events().await.len();
    // One process has Ada's goal in its cache, the other does not.
    for store in &stores {
        let seen = store.load(eve.workspace, goal).await.unwrap();
        assert_eq!(*seen, Goal::default());
        assert_eq!(refusal(complete(store, &eve.command(), goal).await), Refusal::not_found::<Goal>());
        assert_eq!(refusal(create(store, &eve.command(), goal, "Mine").await), Refusal::id_taken::<Goal>());
        let logged = log_day(store, &eve.command(), goal, world.id()).await;
        assert_eq!(refusal(logged), Refusal::not_found::<Goal>(), "nor is it logged on");
        assert!(Whole(goal).load(store, eve.workspace).await.unwrap().events.is_empty());
        assert_eq!(Whole(goal).load(store, ada.workspace).await.unwrap().events.len(), 1);
    }
    assert_eq!(world.events().await.len(), before);
    assert_eq!(count_up(&stores[1], &ada.command(), goal).await.unwrap().version, 2, "its owner goes on");
    let theirs = stores[0].log().read_workspace(eve.workspace, 0, 100).await.unwrap();
    assert_eq!(theirs.len(), 1, "their own log has but their workspace");
}

/// Why an answer was no.
fn refusal(answer: Result<Receipt, StoreError>) -> Refusal {
    let Err(StoreError::Refused(refusal)) = answer else { panic!("{answer:?}") };
    refusal
}

async fn a_goals_id_is_no_logs_id(world: World) {
    let stores = [world.store().await, world.store().await];
    let person = world.person(&stores[0]).await;
    let goal = person.goal(&stores[0], "Run").await;
    let log: DailyLogId = world.id();
    log_day(&stores[0], &person.command(), goal, log).await.unwrap();
    for store in &stores {
        let logged = log_day(store, &person.command(), goal, goal.uuid().into()).await;
        assert_eq!(refusal(logged), Refusal::id_taken::<DailyLog>());
        for taken in [log.uuid(), person.workspace.uuid()] {
            let created = create(store, &person.command(), taken.into(), "Read").await;
            assert_eq!(refusal(created), Refusal::id_taken::<Goal>());
        }
    }
    assert_eq!(world.events().await.len(), 3);
}

async fn the_same_id_in_two_shards_is_two_streams(world: World) {
    let store = world.store().await;
    let people = [world.person_in(&store, Shard(0)).await, world.person_in(&store, Shard(1)).await];
    let goals: Vec<GoalId> = (0..6).map(|_| world.id()).collect();
    for goal in &goals {
        create(&store, &people[0].command(), *goal, "Run").await.unwrap();
    }
    count_up(&store, &people[0].command(), goals[0]).await.unwrap();
    for (goal, version) in goals.iter().zip([3, 2, 2, 2, 2, 2]) {
        // Together, so that they come into one batch.
        let commands = people.each_ref().map(Person::command);
        let create = create(&store, &commands[1], *goal, "Mine");
        let (counted, created) = futures::join!(count_up(&store, &commands[0], *goal), create);
        assert_eq!((counted.unwrap().version, created.unwrap().version), (version, 1));
    }
    let store = &store;
    let all = people.iter().flat_map(|person| goals.iter().map(move |goal| (person, *goal)));
    let all = all.map(|(person, goal)| async move { (person, store.load(person.workspace, goal).await.unwrap()) });
    for (person, goal) in join_all(all).await {
        let title = if person.workspace == people[0].workspace { "Run" } else { "Mine" };
        assert_eq!(goal.title.as_ref().and_then(|title| title.text()), Some(title));
    }
    world.events().await;
}
