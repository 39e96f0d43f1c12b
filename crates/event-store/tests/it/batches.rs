//! Commands that share a batch: what is wrong with one of them is nobody else's trouble.

use std::pin::pin;

use domain::{DailyLogId, GoalId, Refusal, Shard};
use event_store::{Command, Decision, Fingerprint, Receipt, Store, StoreError};
use futures::{
    future::{join_all, try_join_all},
    poll,
};
use sqlx::{Postgres, Transaction, postgres::PgPoolOptions};
use tokio::task::JoinHandle;

use crate::world::{Opening, Person, World, complete, count_up, create, eventually, log_day};

on_each_postgres![
    losers_of_a_batch_do_not_harm_the_rest,
    one_that_the_database_does_not_take_fails_alone,
    one_whose_stored_answer_cannot_be_read_fails_alone,
    one_that_panics_does_not_end_the_writer,
    an_id_that_another_process_uses_in_another_shard_at_once_counts_once,
    ids_used_crosswise_in_two_shards_deadlock_nobody_for_long,
    a_lock_held_too_long_is_waited_for_again,
    what_nobody_waits_for_any_more_is_left_undone,
    equal_ids_in_two_shards_are_checked_each_for_itself,
];

/// A writer that waits for the lock of the first shard, while whoever comes gathers in its queue.
struct BusyWriter {
    lock: Transaction<'static, Postgres>,
    working: JoinHandle<Result<Receipt, StoreError>>,
}

impl BusyWriter {
    async fn of(world: &World, store: &Store, person: &Person) -> Self {
        let lock = world.hold(Shard(0)).await;
        let (store, command, goal) = (store.clone(), person.command(), world.id());
        let working = tokio::spawn(async move { create(&store, &command, goal, "Keeps the writer busy").await });
        world.somebody_waits().await;
        Self { lock, working }
    }

    async fn release(self) {
        self.lock.rollback().await.unwrap();
        self.working.await.unwrap().unwrap();
    }
}

/// Has all of these commands wait for the writer at once, so that they are its next batch.
async fn in_one_batch<T>(
    world: &World,
    store: &Store,
    person: &Person,
    commands: impl IntoIterator<Item = impl Future<Output = T>>,
) -> Vec<T> {
    let busy = BusyWriter::of(world, store, person).await;
    let mut all = pin!(join_all(commands));
    assert!(poll!(&mut all).is_pending());
    busy.release().await;
    all.await
}

/// Goals that the store has in its cache, so that deciding on them waits for nothing.
async fn known_goals(store: &Store, person: &Person, number: usize) -> Vec<GoalId> {
    let mut goals = vec![];
    for _ in 0..number {
        goals.push(person.goal(store, "Run").await);
    }
    goals
}

async fn losers_of_a_batch_do_not_harm_the_rest(world: World) {
    let (store, other) = (world.store().await, world.store().await);
    let person = world.person(&store).await;
    let goals = known_goals(&store, &person, 4).await;
    count_up(&other, &person.command(), goals[0]).await.unwrap();
    let commands: Vec<_> = (0..40).map(|_| person.command()).collect();
    let conflict = Command { if_match: Some(1), ..person.command() };
    let reused = Command { fingerprint: Fingerprint([9; 16]), ..commands[1].clone() };
    let all = commands.iter().enumerate().map(|(number, command)| count_up(&store, command, goals[number % 4]));
    let all = all.chain([count_up(&store, &conflict, goals[0]), count_up(&store, &reused, goals[2])]);
    let mut answers = in_one_batch(&world, &store, &person, all).await;
    assert!(matches!(answers.pop(), Some(Err(StoreError::CommandIdReused))));
    assert!(matches!(answers.pop(), Some(Err(StoreError::Refused(Refusal::VersionConflict { .. })))));
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(world.events().await.len(), 1 + 4 + 1 + 1 + 40);
}

async fn one_that_the_database_does_not_take_fails_alone(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let goals = known_goals(&store, &person, 30).await;
    let mut commands: Vec<_> = goals.iter().map(|_| person.command()).collect();
    for poisoned in [3, 17] {
        commands[poisoned].trace_parent = Some("no text in Postgres holds a \0".into());
    }
    let all = commands.iter().zip(&goals).map(|(command, goal)| count_up(&store, command, *goal));
    let answers = in_one_batch(&world, &store, &person, all).await;
    for (number, answer) in answers.into_iter().enumerate() {
        let poisoned = [3, 17].contains(&number);
        assert!(if poisoned { matches!(answer, Err(StoreError::Database(_))) } else { answer.is_ok() }, "{answer:?}");
    }
    assert_eq!(world.events().await.len(), 1 + 30 + 1 + 28);
}

async fn one_whose_stored_answer_cannot_be_read_fails_alone(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let goals = known_goals(&store, &person, 8).await;
    let commands: Vec<_> = goals.iter().map(|_| person.command()).collect();
    // As a newer version would, beside which this one still runs.
    let answer = r#"insert into es.commands (id, actor, fingerprint, shard, position, stream_id, version, refusal)
                    values ($1, $2, '\x00', 0, 1, $1, 0, '{"code":"not-invented-yet"}')"#;
    let answer = sqlx::query(answer).bind(commands[5].id.uuid()).bind(person.actor.uuid());
    answer.execute(world.pool()).await.unwrap();
    let all = commands.iter().zip(&goals).map(|(command, goal)| count_up(&store, command, *goal));
    let answers = in_one_batch(&world, &store, &person, all).await;
    for (number, answer) in answers.into_iter().enumerate() {
        assert!(
            if number == 5 { matches!(answer, Err(StoreError::Database(_))) } else { answer.is_ok() },
            "{answer:?}"
        );
    }
}

async fn one_that_panics_does_not_end_the_writer(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let (goal, command) = (person.goal(&store, "Run").await, person.command());
    let panicked = store.execute(&command, goal, |_, state| {
        // The writer is the next to look.
        world.clock.break_once();
        Ok(Decision::on(goal, state.complete()?))
    });
    assert!(matches!(panicked.await, Err(StoreError::Database(_))));
    assert_eq!(complete(&store, &command, goal).await.unwrap().version, 2);
}

async fn an_id_that_another_process_uses_in_another_shard_at_once_counts_once(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let goals = known_goals(&store, &person, 8).await;
    let commands: Vec<_> = goals.iter().map(|_| person.command()).collect();
    let mut elsewhere = world.pool().begin().await.unwrap();
    let answer = r"insert into es.commands (id, actor, fingerprint, shard, position, stream_id, version)
                   values ($1, $2, '\x00', 1, 1, $1, 1)";
    let answer = sqlx::query(answer).bind(commands[5].id.uuid()).bind(person.actor.uuid());
    answer.execute(&mut *elsewhere).await.unwrap();
    let all = join_all(commands.iter().zip(&goals).map(|(command, goal)| count_up(&store, command, *goal)));
    let commit = async {
        world.somebody_waits().await;
        elsewhere.commit().await.unwrap();
    };
    let (answers, ()) = futures::join!(all, commit);
    for (number, answer) in answers.into_iter().enumerate() {
        let reused = matches!(answer, Err(StoreError::CommandIdReused));
        assert!(if number == 5 { reused } else { answer.is_ok() }, "{number}: {answer:?}");
    }
    assert_eq!(world.events().await.len(), 1 + 8 + 7);
}

async fn ids_used_crosswise_in_two_shards_deadlock_nobody_for_long(world: World) {
    let stores = [world.store().await, world.store().await];
    let ada = world.person_in(&stores[0], Shard(0)).await;
    let other = Person { workspace: world.workspace_in(Shard(1)), ..ada.clone() };
    other.create_workspace(&stores[1]).await;
    let homes = [ada, other];
    for _ in 0..5 {
        let ids: Vec<_> = (0..12).map(|_| world.id()).collect();
        let sides = [ids.clone(), ids.iter().rev().copied().collect()];
        let asked = (0..2).map(|side| {
            let (store, home, world) = (&stores[side], &homes[side], &world);
            let commands = sides[side].iter().map(|id| Command {
                fingerprint: Fingerprint([u8::try_from(side).unwrap(); 16]),
                ..home.command_with(*id)
            });
            join_all(commands.map(async move |command| (command.id, create(store, &command, world.id(), "Run").await)))
        });
        let answers = join_all(asked).await.into_iter().flatten().collect::<Vec<_>>();
        for id in ids {
            let mine: Vec<_> = answers.iter().filter(|(asked, _)| *asked == id).map(|(_, answer)| answer).collect();
            assert!(
                matches!(
                    mine[..],
                    [Ok(_), Err(StoreError::CommandIdReused)] | [Err(StoreError::CommandIdReused), Ok(_)]
                ),
                "one of the two, and the other is told: {mine:?}"
            );
        }
    }
    assert_eq!(world.events().await.len(), 2 + 5 * 12);
}

async fn a_lock_held_too_long_is_waited_for_again(world: World) {
    let options = world.options().options([("lock_timeout", "100ms")]);
    let pool = PgPoolOptions::new().max_connections(4).connect_lazy_with(options);
    let store = Opening { pool, ..world.opening() }.store().await;
    let person = world.person(&store).await;
    let goal = person.goal(&store, "Run").await;
    let lock = world.hold(Shard(0)).await;
    let release = async {
        world.somebody_waits().await;
        let first = world.waiting().await;
        eventually("another try waits", async || world.waiting().await.iter().any(|pid| !first.contains(pid))).await;
        lock.rollback().await.unwrap();
    };
    let command = person.command();
    let (answer, ()) = futures::join!(complete(&store, &command, goal), release);
    assert_eq!(answer.unwrap().version, 2);
}

async fn what_nobody_waits_for_any_more_is_left_undone(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let goals = known_goals(&store, &person, 10).await;
    let commands: Vec<_> = goals.iter().map(|_| person.command()).collect();
    let ask = || commands.iter().zip(&goals).map(|(command, goal)| Box::pin(count_up(&store, command, *goal)));
    let busy = BusyWriter::of(&world, &store, &person).await;
    let mut waiting: Vec<_> = ask().collect();
    for one in &mut waiting {
        assert!(poll!(one).is_pending());
    }
    let gone = waiting.split_off(5);
    drop(gone);
    busy.release().await;
    try_join_all(waiting).await.unwrap();
    assert_eq!(world.events().await.len(), 1 + 10 + 1 + 5);
    try_join_all(ask()).await.unwrap();
    assert_eq!(world.events().await.len(), 1 + 10 + 1 + 10, "asked again, all are done");
}

async fn equal_ids_in_two_shards_are_checked_each_for_itself(world: World) {
    let (store, other) = (world.store().await, world.store().await);
    let (ada, eve) = (world.person(&store).await, world.person_in(&other, Shard(1)).await);
    let (goal, log): (GoalId, DailyLogId) = (ada.goal(&store, "Run").await, world.id());
    let archive = ada.command();
    let archived = other.execute(&archive, goal, |_, state| Ok(Decision::on(goal, state.archive()?)));
    archived.await.unwrap();
    // Now Eve's has the version that the cache believes Ada's to have.
    create(&other, &eve.command(), goal, "Mine").await.unwrap();
    store.load(ada.workspace, log).await.unwrap();
    let busy = BusyWriter::of(&world, &store, &ada).await;
    let commands = [ada.command(), eve.command()];
    let mut logged = pin!(log_day(&store, &commands[0], goal, log));
    assert!(poll!(&mut logged).is_pending());
    store.load(eve.workspace, goal).await.unwrap();
    let mut counted = pin!(count_up(&store, &commands[1], goal));
    assert!(poll!(&mut counted).is_pending());
    busy.release().await;
    let (logged, counted) = futures::join!(logged, counted);
    assert!(matches!(logged, Err(StoreError::Refused(Refusal::GoalArchived))), "{logged:?}");
    assert_eq!(counted.unwrap().version, 2);
}
