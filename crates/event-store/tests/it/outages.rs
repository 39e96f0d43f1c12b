//! Postgres unreachable, silent, or restarted: each command gets one answer, and has its effect once or never.

use std::{fs::Permissions, os::unix::fs::PermissionsExt, process::Command as Process, sync::Arc, time::Duration};

use domain::Shard;
use embedded::{Folder, Postgres, PostgresOptions, Tools};
use event_store::{Decision, Receipt, StoreError};
use futures::future::join_all;
use tokio::{sync::watch, task::unconstrained, time::Instant};

use crate::{
    proxy::{Cut, Proxy},
    world::{Opening, World, answered, count_up, create, eventually, pool},
};

on_each_postgres![
    a_connection_cut_at_commit_leaves_one_answer_and_one_effect,
    connections_cut_again_and_again_under_load_double_nothing,
];

async fn a_connection_cut_at_commit_leaves_one_answer_and_one_effect(world: World) {
    let proxy = Proxy::start(world.options()).await;
    let store = Opening { pool: pool(proxy.options()), ..world.opening() }.store().await;
    let person = world.person(&store).await;
    let (mut goals, mut made) = (vec![], 1);
    for cuts in [vec![Cut::Before], vec![Cut::With], vec![Cut::After], vec![Cut::Before, Cut::Before, Cut::After]] {
        for together in [1, 16] {
            proxy.cut(&cuts);
            let commands: Vec<_> = (0..together).map(|_| person.command()).collect();
            let created = commands.iter().map(|command| create(&store, command, world.id(), "Run"));
            let receipts: Vec<_> = join_all(created).await.into_iter().map(Result::unwrap).collect();
            assert!(proxy.is_done(), "{cuts:?}");
            made += together;
            let events = world.events().await;
            assert_eq!(events.len(), made, "{cuts:?}, {together} together");
            for (command, receipt) in commands.iter().zip(&receipts) {
                let event = events.iter().find(|event| event.position == receipt.position).unwrap();
                assert_eq!((event.command, event.stream), (command.id, receipt.stream), "{cuts:?}");
            }
            goals.push(receipts[0].stream);
        }
    }
    for goal in goals {
        let counted = count_up(&store, &person.command(), goal.into()).await;
        assert_eq!(counted.unwrap().version, 2, "what the cache does not know of is read again");
    }
}

async fn connections_cut_again_and_again_under_load_double_nothing(world: World) {
    const WRITERS: usize = 8;
    const TIMES: u32 = 12;
    let mut processes = vec![];
    for _ in 0..2 {
        let proxy = Proxy::start(world.options()).await;
        let store = Opening { pool: pool(proxy.options()), ..world.opening() }.store().await;
        processes.push((proxy, store));
    }
    let person = world.person(&processes[0].1).await;
    let goal = person.goal(&processes[0].1, "Run").await;
    join_all((0..WRITERS).map(async |writer| {
        let (proxy, store) = &processes[writer % 2];
        for time in 0..TIMES {
            if writer < 2 && time % 3 == 0 {
                proxy.cut(&[Cut::After, Cut::Before, Cut::With]);
            }
            let command = person.command();
            answered(|| count_up(store, &command, goal)).await;
        }
    }))
    .await;
    let loaded = world.store().await.load(person.workspace, goal).await.unwrap();
    let changes = u32::try_from(WRITERS).unwrap() * TIMES;
    assert_eq!((loaded.total_minutes, loaded.version), (Some(changes), changes + 1));
    assert_eq!(world.events().await.len(), 2 + changes as usize);
}

#[tokio::test]
async fn a_database_that_falls_silent_is_given_up_in_time_and_taken_up_again() {
    let world = World::new().await;
    let proxy = Proxy::start(world.options()).await;
    let store = Opening { pool: pool(proxy.options()), ..world.opening() }.store().await;
    let person = world.person(&store).await;
    let (goal, commands) = (person.goal(&store, "Run").await, [person.command(), person.command()]);
    proxy.silence(true);
    // With nothing else to do than to wait, time goes by at once.
    tokio::time::pause();
    let (first_store, first_command) = (store.clone(), commands[0].clone());
    let first = tokio::spawn(async move { count_up(&first_store, &first_command, goal).await });
    tokio::time::advance(Duration::from_secs(1)).await;
    let asked = Instant::now();
    let second = count_up(&store, &commands[1], goal).await;
    assert!(asked.elapsed() < Duration::from_secs(15), "nor is a request held up by the batch before its own");
    for unanswered in [first.await.unwrap(), second] {
        assert!(matches!(unanswered, Err(StoreError::Unavailable)), "{unanswered:?}");
    }
    tokio::time::resume();
    proxy.silence(false);
    for command in &commands {
        answered(|| count_up(&store, command, goal)).await;
    }
    assert_eq!(world.events().await.len(), 4);
}

#[tokio::test]
async fn one_command_more_than_can_wait_is_turned_away() {
    let world = World::new().await;
    let store = world.store().await;
    let person = world.person(&store).await;
    let goal = person.goal(&store, "Run").await;
    let lock = world.hold(Shard(0)).await;
    // A batch that waits for the lock, a full queue, and those for whom there is no place.
    let commands: Vec<_> = (0..512 + 2_048 + 100).map(|_| person.command()).collect();
    let nothing = async |command| store.execute(command, goal, |_, _| Ok(Decision::on(goal, vec![]))).await;
    let all = unconstrained(join_all(commands.iter().map(nothing)));
    let release = async {
        world.somebody_waits().await;
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(3)).await;
        tokio::time::resume();
        lock.rollback().await.unwrap();
    };
    let (answers, ()) = futures::join!(all, release);
    let turned_away = answers.iter().filter(|answer| matches!(answer, Err(StoreError::Overloaded))).count();
    assert_eq!(turned_away, 100);
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(StoreError::Overloaded))));
    assert_eq!(world.events().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_restarted_under_load_and_nothing_acknowledged_is_lost() {
    const WRITERS: usize = 8;
    let place = tempfile::Builder::new().permissions(Permissions::from_mode(0o755)).tempdir().unwrap();
    let bin = Tools::find(None, None).postgres_bin().unwrap();
    let folder = Folder::open(place.path()).unwrap();
    let postgres = Postgres::start(&folder, &bin, &PostgresOptions::default()).await.unwrap();
    let world = Arc::new(World::on(&postgres.url_of("postgres")).await);
    let stores = [world.store().await, world.store().await];
    let person = world.person(&stores[0]).await;
    let (ended, end) = watch::channel(false);
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (store, person, world) = (stores[writer % 2].clone(), person.clone(), world.clone());
            let end = end.clone();
            tokio::spawn(async move {
                let mut receipts = vec![];
                while !*end.borrow() {
                    let (goal, command) = (world.id(), person.command());
                    receipts.push(answered(|| create(&store, &command, goal, "Run")).await);
                }
                receipts
            })
        })
        .collect();
    for _ in 0..3 {
        grows(&world).await;
        let pid = postgres.pid().unwrap();
        // "Immediate": as a crash, but for the shared memory, which it gives back.
        assert!(Process::new("kill").args(["-QUIT", &pid.to_string()]).status().unwrap().success());
        eventually("another Postgres runs", async || postgres.pid().is_some_and(|now| now != pid)).await;
    }
    grows(&world).await;
    ended.send_replace(true);
    let receipts: Vec<Receipt> = join_all(writers).await.into_iter().flat_map(Result::unwrap).collect();
    let events = world.events().await;
    assert_eq!(events.len(), 1 + receipts.len(), "nothing lost, nothing doubled");
    for receipt in receipts {
        assert!(events.iter().any(|event| event.position == receipt.position && event.stream == receipt.stream));
    }
    postgres.stop().await;
}

/// Waits until the log has a few more events.
async fn grows(world: &World) {
    let head = async || sqlx::query_scalar("select head from es.heads where shard = 0").fetch_one(world.pool()).await;
    let before = std::sync::OnceLock::new();
    eventually("the log grows", async || {
        let Ok(now) = head().await else { return false };
        let now: i64 = now;
        now >= *before.get_or_init(|| now + 50)
    })
    .await;
}
