//! Positions, versions and instants: dense, in commit order, never back, whoever writes and whoever reads meanwhile.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use chrono::TimeDelta;
use domain::{GoalId, Ids, Shard};
use event_store::{Decision, Log, Receipt, Store};
use futures::future::{join_all, try_join_all};
use tokio::sync::watch;

use crate::{
    given::{TestClock, beginning},
    world::{Opening, Person, SHARDS, World, count_up, create, pool},
};

on_each_postgres![
    many_writers_in_several_processes_leave_no_hole_and_followers_miss_nothing,
    instants_stay_when_a_clock_goes_back,
    what_is_decided_on_one_day_is_not_recorded_on_the_next,
    an_open_transaction_elsewhere_holds_up_nobody,
    appending_changes_no_row_that_is_there,
    what_is_announced_is_what_the_log_has,
];

const PROCESSES: i64 = 4;
const WRITERS_PER_PROCESS: usize = 6;
const GOALS_PER_WRITER: usize = 8;

async fn many_writers_in_several_processes_leave_no_hole_and_followers_miss_nothing(world: World) {
    let first = world.store().await;
    let people = [Shard(0), Shard(1), Shard(0), Shard(1), Shard(0)].map(|shard| world.person_in(&first, shard));
    let people = Arc::new(join_all(people).await);
    let (ended, end) = watch::channel(false);
    let mut followers = vec![];
    for (shard, page) in [(Shard(0), 1), (Shard(0), 50), (Shard(1), 3), (Shard(1), 5_000)] {
        let log = Log::open(pool(world.options())).await.unwrap();
        followers.push(tokio::spawn(follow(log, shard, page, end.clone())));
    }
    let mut writers = vec![];
    for process in 0..PROCESSES {
        // One is an hour behind, one half an hour, and so on.
        let clock = Arc::new(TestClock::at(beginning() - TimeDelta::minutes(30 * process)));
        let store = Opening { clock: clock.clone(), ..world.opening() }.store().await;
        for writer in 0..WRITERS_PER_PROCESS {
            writers.push(tokio::spawn(write(store.clone(), clock.clone(), people.clone(), writer, world.ids.clone())));
        }
    }
    let receipts: Vec<Receipt> = try_join_all(writers).await.unwrap().concat();
    ended.send_replace(true);

    let events = world.events().await;
    let written = usize::try_from(PROCESSES).unwrap() * WRITERS_PER_PROCESS * GOALS_PER_WRITER * 2;
    assert_eq!(events.len(), people.len() + written);
    let places: HashMap<_, _> = events.iter().map(|event| (event.position, (event.stream, event.version))).collect();
    for receipt in &receipts {
        assert_eq!(places[&receipt.position], (receipt.stream, receipt.version), "what was told is what is there");
    }
    for follower in followers {
        let (shard, seen) = follower.await.unwrap();
        let logged = events.iter().filter(|event| event.position.shard == shard).map(|event| event.id);
        assert!(seen.into_iter().eq(logged), "nothing missed, nothing repeated");
    }
}

/// Creates goals and changes each of them, in one workspace after the other.
async fn write(
    store: Store,
    clock: Arc<TestClock>,
    people: Arc<Vec<Person>>,
    writer: usize,
    ids: Arc<impl Ids>,
) -> Vec<Receipt> {
    let mut receipts = vec![];
    for number in 0..GOALS_PER_WRITER {
        let (person, goal) = (&people[(writer + number) % people.len()], GoalId::new(ids.uuid()));
        clock.pass(TimeDelta::milliseconds(7));
        receipts.push(create(&store, &person.command(), goal, "Run").await.unwrap());
        receipts.push(count_up(&store, &person.command(), goal).await.unwrap());
    }
    receipts
}

/// Reads on and on, and once more after the end.
async fn follow(log: Log, shard: Shard, page: i64, end: watch::Receiver<bool>) -> (Shard, Vec<domain::EventId>) {
    let (mut seen, mut after) = (vec![], 0);
    loop {
        let was_over = *end.borrow();
        let events = log.read_shard(shard, after, page).await.unwrap();
        for event in &events {
            assert_eq!(event.position.number, after + 1, "the next is the next");
            after = event.position.number;
            seen.push(event.id);
        }
        if was_over && events.is_empty() {
            return (shard, seen);
        }
    }
}

async fn instants_stay_when_a_clock_goes_back(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    person.goal(&store, "Run").await;
    world.clock.pass(TimeDelta::days(-2));
    person.goal(&store, "Read").await;
    world.clock.pass(TimeDelta::days(3));
    person.goal(&store, "Rest").await;
    let events = world.events().await;
    let told: Vec<_> = events.iter().map(|event| (event.recorded_at, event.local_day.to_string())).collect();
    let (first, later) = ((beginning(), "2026-03-02".into()), (beginning() + TimeDelta::days(1), "2026-03-03".into()));
    assert_eq!(told, [first.clone(), first.clone(), first, later], "the local day goes with the instant");
}

async fn what_is_decided_on_one_day_is_not_recorded_on_the_next(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let (goal, command) = (person.goal(&store, "Run").await, person.command());
    let decided_on = Mutex::new(vec![]);
    let slow = store.execute(&command, goal, |moment, state| {
        let mut decided_on = decided_on.lock().unwrap();
        decided_on.push(moment.today()?.to_string());
        if decided_on.len() == 1 {
            world.clock.pass(TimeDelta::hours(15));
        }
        Ok(Decision::on(goal, state.complete()?))
    });
    slow.await.unwrap();
    assert_eq!(*decided_on.lock().unwrap(), ["2026-03-02", "2026-03-03"], "by then it was another day");
    assert_eq!(world.events().await.last().unwrap().local_day.to_string(), "2026-03-03");
    // Another process is behind, so that for it the log's last day has not begun.
    world.clock.pass(TimeDelta::days(-3));
    let behind = world.store().await;
    let days = Mutex::new(vec![]);
    let command = person.command();
    let reopened = behind.execute(&command, goal, |moment, state| {
        days.lock().unwrap().push(moment.today()?.to_string());
        Ok(Decision::on(goal, state.reopen()?))
    });
    reopened.await.unwrap();
    assert_eq!(*days.lock().unwrap(), ["2026-03-02", "2026-03-03"], "decided by the day it is recorded on");
}

async fn an_open_transaction_elsewhere_holds_up_nobody(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let mut elsewhere = world.pool().begin().await.unwrap();
    let write = "insert into vault.keys values (gen_random_uuid(), 1, '', now())";
    sqlx::query(write).execute(&mut *elsewhere).await.unwrap();
    let before = store.log().head(Shard(0)).await.unwrap().number;
    person.goal(&store, "Run").await;
    assert_eq!(store.log().read_shard(Shard(0), before, 10).await.unwrap().len(), 1, "written and seen");
    elsewhere.rollback().await.unwrap();
}

/// Versions of a row that nobody can see pile up while any transaction stays open, and whoever looks for the last has to
/// pass them all.
async fn appending_changes_no_row_that_is_there(world: World) {
    let stores = [world.store().await, world.opening().store().await];
    let person = world.person(&stores[0]).await;
    let rows = "select (select string_agg(ctid || ' ' || shard || turn, ',' order by shard) from es.shard) || ' '
                       || (select string_agg(ctid || ' ' || id, ',' order by ctid) from es.events where position = 1)";
    let rows = async || -> String { sqlx::query_scalar(rows).fetch_one(world.pool()).await.unwrap() };
    let before = rows().await;
    for number in 0..6 {
        person.goal(&stores[number % 2], "Run").await;
    }
    assert_eq!(rows().await, before);
}

async fn what_is_announced_is_what_the_log_has(world: World) {
    let store = world.store().await;
    let mut committed = store.committed();
    let people = join_all((0..SHARDS).map(|shard| world.person_in(&store, Shard(shard)))).await;
    join_all((0..20).map(|number| people[number % people.len()].goal(&store, "Run"))).await;
    let mut announced = vec![];
    while let Ok(batch) = committed.try_recv() {
        announced.extend(batch.iter().cloned());
    }
    // Shards may come mixed; each is in order.
    announced.sort_by_key(|event| event.position.shard);
    let json = |events: &[_]| serde_json::to_string(events).unwrap();
    assert_eq!(json(&announced), json(&world.events().await));
}
