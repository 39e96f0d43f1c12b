//! Data keys: gone for ever with their owner, and wrapped anew under another master key while commands run.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use domain::{Personal, Refusal};
use event_store::{Corruption, Keyring, Rotated, Store, StoreError, Vault};
use futures::future::join_all;
use sqlx::AssertSqlSafe;

use crate::world::{Opening, World, create, eventually, master_key};

on_each_postgres![
    who_was_erased_gets_no_other_key,
    every_process_drops_what_it_had_opened_of_who_was_erased,
    to_erase_twice_is_to_erase_once,
    a_rotation_runs_under_commands_and_every_process_learns_of_it,
    an_interrupted_rotation_goes_on,
    nothing_is_wrapped_under_a_master_key_that_was_taken_out,
    a_data_key_that_does_not_open_keeps_the_old_master_key_alive,
    nobody_rotates_back,
];

const TITLE: &str = "Marathonlauf";

async fn who_was_erased_gets_no_other_key(world: World) {
    let store = world.store().await;
    let (ada, bert) = (world.person(&store).await, world.person(&store).await);
    ada.goal(&store, TITLE).await;
    bert.goal(&store, TITLE).await;
    store.erase(ada.actor).await.unwrap();
    for store in [&store, &world.store().await] {
        let refused = create(store, &ada.command(), world.id(), TITLE).await;
        assert!(matches!(refused, Err(StoreError::Refused(Refusal::NotFound { .. }))), "{refused:?}");
        bert.goal(store, TITLE).await;
    }
    let keys = "select count(*) from vault.keys where wrapped is not null";
    assert_eq!(sqlx::query_scalar::<_, i64>(keys).fetch_one(world.pool()).await.unwrap(), 1);
}

async fn every_process_drops_what_it_had_opened_of_who_was_erased(world: World) {
    let (here, there) = (world.store().await, world.store().await);
    let ada = world.person(&here).await;
    let goal = ada.goal(&here, TITLE).await;
    let title = async |store: &Store| store.load(ada.workspace, goal).await.unwrap().title.clone();
    assert_eq!(title(&there).await, Some(Personal::clear(TITLE)));
    here.erase(ada.actor).await.unwrap();
    assert_eq!(title(&here).await, Some(Personal::Erased), "at once in the process that did it");
    there.forget_erased().await.unwrap();
    assert_eq!(title(&there).await, Some(Personal::Erased), "and in others when they look");
    there.forget_erased().await.unwrap();
}

async fn to_erase_twice_is_to_erase_once(world: World) {
    let store = world.store().await;
    let ada = world.person(&store).await;
    ada.goal(&store, TITLE).await;
    store.erase(ada.actor).await.unwrap();
    let row = "select row(owner, erased_at)::text from vault.keys";
    let row = async || sqlx::query_scalar::<_, String>(row).fetch_all(world.pool()).await.unwrap();
    let first = row().await;
    store.erase(ada.actor).await.unwrap();
    assert_eq!(row().await, first);
    assert_eq!(first.len(), 1);
}

fn both() -> Keyring {
    Keyring::new(1, &master_key(1)).with(2, &master_key(2))
}

/// A vault as the one who rotates opens it.
fn rotating(world: &World, keyring: Keyring) -> Vault {
    let Opening { pool, clock, ids, .. } = world.opening();
    Vault::new(pool, keyring, clock, ids)
}

/// A process that began with the first master key, and learns of the second as if from a file.
async fn learning(world: &World) -> Store {
    let Opening { pool, keyring, index_key, clock, ids } = world.opening();
    let vault = Vault::new(pool.clone(), keyring, clock.clone(), ids.clone());
    let vault = vault.learning_from(Box::new(|| Some(Keyring::new(2, &master_key(2)))));
    Store::open(pool, Arc::new(vault), index_key, clock, ids).await.unwrap()
}

/// The versions that wrap data keys, and those that may.
async fn masters(world: &World) -> (Vec<i16>, Vec<i16>) {
    let versions = async |sql: &'static str| sqlx::query_scalar(sql).fetch_all(world.pool()).await.unwrap();
    let of_keys = "select distinct master from vault.keys where wrapped is not null order by 1";
    (versions(of_keys).await, versions("select version from vault.masters order by 1").await)
}

async fn a_rotation_runs_under_commands_and_every_process_learns_of_it(world: World) {
    let store = learning(&world).await;
    let mut people = vec![];
    for _ in 0..20 {
        let person = world.person(&store).await;
        let goal = person.goal(&store, TITLE).await;
        people.push((person, goal));
    }
    assert_eq!(masters(&world).await, (vec![1], vec![1]));
    let over = AtomicBool::new(false);
    let commands = async {
        let mut done = 0;
        while !over.load(Ordering::Relaxed) || done < 10 {
            // New people need new keys, in the middle of it too.
            let person = world.person(&store).await;
            person.goal(&store, TITLE).await;
            done += 1;
        }
        done
    };
    let rotation = async {
        let rotated = rotating(&world, both()).rotate(|_| {}).await.unwrap();
        over.store(true, Ordering::Relaxed);
        rotated
    };
    let (done, rotated) = futures::join!(commands, rotation);
    assert_eq!(rotated.master, 2);
    assert!(rotated.keys >= 20 && done >= 10, "{rotated:?}, {done} commands");
    assert_eq!(masters(&world).await, (vec![2], vec![2]));
    store.forget_erased().await.unwrap();
    let only_new = Opening { keyring: Keyring::new(2, &master_key(2)), ..world.opening() }.store().await;
    for store in [learning(&world).await, only_new] {
        join_all(people.iter().map(async |(person, goal)| {
            let loaded = store.load(person.workspace, *goal).await.unwrap();
            assert_eq!(loaded.title, Some(Personal::clear(TITLE)));
        }))
        .await;
    }
}

async fn an_interrupted_rotation_goes_on(world: World) {
    let store = learning(&world).await;
    for _ in 0..3 {
        world.person(&store).await.goal(&store, TITLE).await;
    }
    // The second of three data keys is held by somebody until the rotation has given up.
    let mut held = world.pool().begin().await.unwrap();
    let hold = "select from vault.keys order by owner offset 1 limit 1 for update";
    sqlx::query(hold).execute(&mut *held).await.unwrap();
    let vault = rotating(&world, both());
    let rotation = tokio::spawn(async move { vault.rotate(|_| {}).await });
    eventually("the rotation waits", async || !world.waiting().await.is_empty()).await;
    rotation.abort();
    drop(rotation.await);
    held.rollback().await.unwrap();
    assert_eq!(masters(&world).await, (vec![1], vec![1, 2]));
    world.person(&store).await.goal(&store, TITLE).await;
    assert_eq!(masters(&world).await, (vec![1, 2], vec![1, 2]), "what is new is under the new one already");
    let rotated = rotating(&world, both()).rotate(|_| {}).await.unwrap();
    assert_eq!(rotated, Rotated { master: 2, keys: 3 });
    assert_eq!(masters(&world).await, (vec![2], vec![2]));
    let again = rotating(&world, both()).rotate(|_| {}).await.unwrap();
    assert_eq!(again, Rotated { master: 2, keys: 0 });
}

async fn nothing_is_wrapped_under_a_master_key_that_was_taken_out(world: World) {
    let behind = world.store().await;
    let ada = world.person(&behind).await;
    ada.goal(&behind, TITLE).await;
    rotating(&world, both()).rotate(|_| {}).await.unwrap();
    let bert = world.person(&behind).await;
    let refused = create(&behind, &bert.command(), world.id(), TITLE).await;
    let Err(StoreError::Corrupt(error @ Corruption::NoMasterKey { master: 2 })) = refused else {
        panic!("{refused:?}")
    };
    assert!(error.to_string().contains("vault.master_key"), "{error}");
    let by_hand =
        "insert into vault.keys (owner, master, wrapped, created_at) values (gen_random_uuid(), 1, '', now())";
    assert!(sqlx::query(AssertSqlSafe(by_hand)).execute(world.pool()).await.is_err());
}

async fn a_data_key_that_does_not_open_keeps_the_old_master_key_alive(world: World) {
    let store = world.store().await;
    let (ada, bert) = (world.person(&store).await, world.person(&store).await);
    ada.goal(&store, TITLE).await;
    bert.goal(&store, TITLE).await;
    let damage = sqlx::query("update vault.keys set wrapped = 'noise' where owner = $1").bind(ada.actor.uuid());
    damage.execute(world.pool()).await.unwrap();
    let failed = rotating(&world, both()).rotate(|_| {}).await;
    assert!(matches!(failed, Err(StoreError::Corrupt(Corruption::DataKey { master: 1, .. }))), "{failed:?}");
    assert_eq!(masters(&world).await.1, [1, 2]);
    store.erase(ada.actor).await.unwrap();
    assert_eq!(rotating(&world, both()).rotate(|_| {}).await.unwrap(), Rotated { master: 2, keys: 1 });
}

async fn nobody_rotates_back(world: World) {
    let store = world.store().await;
    world.person(&store).await.goal(&store, TITLE).await;
    rotating(&world, both()).rotate(|_| {}).await.unwrap();
    let back = rotating(&world, Keyring::new(1, &master_key(1))).rotate(|_| {}).await;
    assert!(matches!(back, Err(StoreError::Corrupt(Corruption::NoMasterKey { master: 2 }))), "{back:?}");
}
