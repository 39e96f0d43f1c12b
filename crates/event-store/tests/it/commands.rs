//! Command ids: the same id gives the same answer, once, whoever asks how often and wherever.

use chrono::TimeDelta;
use domain::{CommandId, Goal, GoalId, Refusal, STREAM_EVENTS_MAX, goal::GoalEvent};
use event_store::{COMMAND_DAYS_KEPT, Command, Decision, Fingerprint, Receipt, Store, StoreError};
use futures::future::join_all;

use crate::{
    given::beginning,
    world::{World, complete, count_up, create, log_day},
};

on_each_postgres![
    a_command_that_comes_again_has_its_effect_once_and_gets_the_same_receipt,
    a_command_that_comes_many_times_at_once_has_its_effect_once,
    a_refusal_is_an_answer_that_stays,
    what_is_not_allowed_today_may_be_tomorrow,
    a_command_that_changed_nothing_is_answered_the_same_again,
    another_body_under_a_used_id_is_refused,
    an_id_is_its_actors_alone,
    a_stream_takes_in_so_many_events_and_then_only_what_ends_it,
    a_command_older_than_answers_are_kept_is_refused,
    answers_are_forgotten_when_their_time_is_past_and_some_at_a_time,
];

fn refusal(answer: Result<Receipt, StoreError>) -> Refusal {
    let Err(StoreError::Refused(refusal)) = answer else { panic!("{answer:?}") };
    refusal
}

async fn a_command_that_comes_again_has_its_effect_once_and_gets_the_same_receipt(world: World) {
    let stores = [world.store().await, world.store().await];
    let person = world.person(&stores[0]).await;
    let goal = person.goal(&stores[0], "Run").await;
    let command = person.command();
    let receipt = count_up(&stores[0], &command, goal).await.unwrap();
    count_up(&stores[1], &person.command(), goal).await.unwrap();
    for store in [&stores[0], &stores[1], &world.store().await] {
        assert_eq!(count_up(store, &command, goal).await.unwrap(), receipt);
    }
    assert_eq!(world.events().await.len(), 4);
}

async fn a_command_that_comes_many_times_at_once_has_its_effect_once(world: World) {
    let stores = [world.store().await, world.store().await];
    let person = world.person(&stores[0]).await;
    let goal = person.goal(&stores[0], "Run").await;
    for round in 2..12 {
        let command = person.command();
        let answers = (0..24).map(|number| count_up(&stores[number % 2], &command, goal));
        let receipts: Vec<_> = join_all(answers).await.into_iter().map(Result::unwrap).collect();
        assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:?}");
        assert_eq!(receipts[0].version, round);
    }
    assert_eq!(world.events().await.len(), 12);
}

async fn a_refusal_is_an_answer_that_stays(world: World) {
    let stores = [world.store().await, world.store().await];
    let person = world.person(&stores[0]).await;
    let (goal, command) = (world.id(), person.command());
    let answers = join_all((0..8).map(|number| complete(&stores[number % 2], &command, goal))).await;
    assert!(answers.into_iter().map(refusal).all(|refusal| refusal == Refusal::not_found::<Goal>()));
    create(&stores[0], &person.command(), goal, "Run").await.unwrap();
    let again = complete(&stores[1], &command, goal).await;
    assert_eq!(refusal(again), Refusal::not_found::<Goal>(), "though now it is known");
    assert_eq!(world.events().await.len(), 2);
}

async fn what_is_not_allowed_today_may_be_tomorrow(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let goal = person.goal(&store, "Run").await;
    let command = person.command();
    let refused = store.execute(&command, goal, |_, _| Err(Refusal::NotAllowed)).await;
    assert_eq!(refusal(refused), Refusal::NotAllowed);
    let early = Refusal::WeekNotOver { first: chrono::NaiveDate::default() };
    let refused = store.execute(&command, goal, |_, _| Err(early.clone())).await;
    assert_eq!(refusal(refused), early, "nor is what comes too early");
    assert_eq!(complete(&store, &command, goal).await.unwrap().version, 2);
}

async fn a_command_that_changed_nothing_is_answered_the_same_again(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let goal = person.goal(&store, "Run").await;
    let command = person.command();
    let nothing = async || store.execute(&command, goal, |_, _| Ok(Decision::on(goal, vec![]))).await.unwrap();
    let receipt = nothing().await;
    assert_eq!((receipt.stream, receipt.version, receipt.position.number), (goal.uuid(), 1, 2));
    count_up(&store, &person.command(), goal).await.unwrap();
    assert_eq!(nothing().await, receipt);
}

async fn another_body_under_a_used_id_is_refused(world: World) {
    let stores = [world.store().await, world.store().await];
    let person = world.person(&stores[0]).await;
    let goal = person.goal(&stores[0], "Run").await;
    let (done, refused) = (person.command(), person.command());
    count_up(&stores[0], &done, goal).await.unwrap();
    refusal(complete(&stores[0], &refused, world.id()).await);
    for (command, store) in [(&done, &stores[0]), (&done, &stores[1]), (&refused, &stores[1])] {
        let other = Command { fingerprint: Fingerprint([1; 16]), ..command.clone() };
        let answer = complete(store, &other, goal).await;
        assert!(matches!(answer, Err(StoreError::CommandIdReused)), "{answer:?}");
    }
    let command = person.command();
    let bodies: Vec<_> =
        (0..8).map(|body| Command { fingerprint: Fingerprint([body; 16]), ..command.clone() }).collect();
    let answers = join_all(bodies.iter().map(|command| count_up(&stores[0], command, goal))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "one of those that came at once");
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(StoreError::CommandIdReused))), "{answers:?}");
    assert_eq!(world.events().await.len(), 4);
}

async fn an_id_is_its_actors_alone(world: World) {
    let store = world.store().await;
    let (ada, bert) = (world.person(&store).await, world.person(&store).await);
    let id = world.id();
    let mut receipts = vec![];
    for person in [&ada, &bert] {
        receipts.push(create(&store, &person.command_with(id), world.id(), "Run").await.unwrap());
    }
    assert_ne!(receipts[0], receipts[1]);
    assert_eq!(world.events().await.len(), 4);
}

async fn a_stream_takes_in_so_many_events_and_then_only_what_ends_it(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let goal = person.goal(&store, "Run").await;
    let appended = async |events: Vec<GoalEvent>| {
        store.execute(&person.command(), goal, |_, _| Ok(Decision::on(goal, events.clone()))).await
    };
    let reopened = |times| vec![GoalEvent::GoalReopened {}; times];
    let too_many = Refusal::TooManyChanges { max: STREAM_EVENTS_MAX };
    assert_eq!(refusal(appended(reopened(STREAM_EVENTS_MAX)).await), too_many, "with the first one it is one too many");
    let full = appended(reopened(STREAM_EVENTS_MAX - 1)).await.unwrap();
    assert_eq!(usize::try_from(full.version), Ok(STREAM_EVENTS_MAX));
    assert_eq!(refusal(appended(reopened(1)).await), too_many);
    appended(vec![GoalEvent::GoalArchived {}]).await.unwrap();
    assert_eq!(refusal(appended(vec![GoalEvent::GoalRestored {}]).await), too_many);
    let log = world.id();
    log_day(&store, &person.command(), person.goal(&store, "Swim").await, log).await.unwrap();
}

async fn a_command_older_than_answers_are_kept_is_refused(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let made = |age| CommandId::new(world.ids.uuid_at(beginning() - age));
    let kept = TimeDelta::days(COMMAND_DAYS_KEPT);
    let create = async |id| create(&store, &person.command_with(id), world.id(), "Run").await;
    let old = create(made(kept + TimeDelta::seconds(1))).await;
    assert!(matches!(old, Err(StoreError::CommandExpired)), "{old:?}");
    create(made(kept)).await.unwrap();
    create(made(TimeDelta::days(-1))).await.unwrap();
    // Its first bits are a time long past, but not one at which it was made.
    create(undated_id(1)).await.unwrap();
    assert_eq!(world.events().await.len(), 4);
}

/// An id of another version than 7: random, and lower than all UUIDv7s of this century.
fn undated_id(number: u8) -> CommandId {
    uuid::Builder::from_custom_bytes([number; 16]).into_uuid().into()
}

async fn answers_are_forgotten_when_their_time_is_past_and_some_at_a_time(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let command_of = async |store: &Store, id: CommandId| {
        let goal: GoalId = id.uuid().into();
        create(store, &person.command_with(id), goal, "Run").await
    };
    let (young, undated) = (world.ids.uuid_at(beginning() + TimeDelta::minutes(1)).into(), undated_id(0));
    let old: Vec<CommandId> = (0..4).map(|_| world.id()).collect();
    for id in old.iter().chain([&young, &undated]) {
        command_of(&store, *id).await.unwrap();
    }
    world.clock.pass(TimeDelta::days(COMMAND_DAYS_KEPT));
    assert_eq!(store.forget_commands(10).await.unwrap(), 0, "another clock may be behind");
    world.clock.pass(TimeDelta::days(1) + TimeDelta::milliseconds(1));
    let forgotten = [store.forget_commands(3).await.unwrap(), store.forget_commands(10).await.unwrap()];
    assert_eq!(forgotten, [3, 2], "the one that made the workspace, and four that made goals");
    assert_eq!(store.forget_commands(10).await.unwrap(), 0);
    let again = command_of(&store, old[0]).await;
    assert!(matches!(again, Err(StoreError::CommandExpired)), "{again:?}");
    let undated = command_of(&store, undated).await.unwrap();
    assert_eq!(undated.version, 1, "remembered");
    assert_eq!(world.events().await.len(), 7);
}
