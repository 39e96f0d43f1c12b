//! Installing and opening: what a database, a log and its keys must be like before anything is appended.

use event_store::{IndexKey, Keyring, Log, Store, StoreError, UnfitDatabase, check_durable, install};
use futures::future::join_all;
use sqlx::AssertSqlSafe;

use crate::world::{Opening, SHARDS, World, master_key, pool};

on_each_postgres![
    installing_again_changes_nothing,
    processes_that_install_at_once_agree,
    a_log_that_nobody_installed_is_told,
    a_database_that_could_lose_what_was_acknowledged_is_refused,
    a_log_opens_with_the_index_key_it_was_made_with_alone,
    processes_that_open_a_new_log_at_once_agree_on_its_index_key,
    a_vault_opens_with_its_master_keys_alone,
];

/// As before anybody installed it.
async fn uninstall(world: &World) {
    sqlx::raw_sql("delete from es.shard; delete from es.log").execute(world.pool()).await.unwrap();
}

async fn installing_again_changes_nothing(world: World) {
    let store = world.store().await;
    world.person(&store).await;
    let (history, head) = (store.log().history(), store.log().head(domain::Shard(0)).await.unwrap());
    install(world.pool(), &*world.ids, SHARDS).await.unwrap();
    let log = world.log().await;
    assert_eq!((log.history(), log.head(domain::Shard(0)).await.unwrap()), (history, head));
    let other = install(world.pool(), &*world.ids, SHARDS + 1).await;
    let Err(error @ UnfitDatabase::OtherShards { installed: 2, configured: 3 }) = other else { panic!("{other:?}") };
    assert!(error.to_string().contains("2 shards"), "{error}");
    assert_eq!(world.log().await.shards().count(), 2);
}

async fn processes_that_install_at_once_agree(world: World) {
    uninstall(&world).await;
    let counts = [4, 4, 5, 4, 5, 4];
    let outcomes = join_all(counts.map(async |shards| {
        let pool = pool(world.options());
        (shards, install(&pool, &*world.ids, shards).await)
    }))
    .await;
    let log = world.log().await;
    let installed = i16::try_from(log.shards().count()).unwrap();
    for (shards, outcome) in outcomes {
        assert_eq!(outcome.is_ok(), shards == installed, "{shards}: {outcome:?}");
    }
    let rows: i64 = sqlx::query_scalar("select count(*) from es.shard").fetch_one(world.pool()).await.unwrap();
    assert_eq!(rows, i64::from(installed));
}

async fn a_log_that_nobody_installed_is_told(world: World) {
    uninstall(&world).await;
    let opened = Log::open(world.pool().clone()).await;
    assert!(matches!(opened, Err(StoreError::Unfit(UnfitDatabase::NotInstalled))), "{opened:?}");
}

async fn a_database_that_could_lose_what_was_acknowledged_is_refused(world: World) {
    // The servers for tests are fast and forgetful; this database has answers of its own to what they are like.
    sqlx::raw_sql(
        "create table says (setting text primary key, value text not null);
         insert into says values ('fsync', 'on'), ('full_page_writes', 'on'), ('synchronous_commit', 'on');
         create function current_setting(asked text) returns text
         language sql as 'select value from public.says where setting = asked';",
    )
    .execute(world.pool())
    .await
    .unwrap();
    let options = world.options().options([("search_path", "public, pg_catalog")]);
    let says = pool(options);
    check_durable(&says).await.unwrap();
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        for (value, durable) in [("off", false), ("on", true)] {
            let say = sqlx::query("update says set value = $2 where setting = $1").bind(setting).bind(value);
            say.execute(&says).await.unwrap();
            match check_durable(&says).await {
                Ok(()) => assert!(durable, "{setting} = {value}"),
                Err(UnfitDatabase::NotDurable(told)) => assert_eq!((told, durable), (setting, false)),
                Err(other) => panic!("{other}"),
            }
        }
    }
    let off = pool(world.options().options([("synchronous_commit", "off")]));
    assert!(check_durable(&off).await.is_err(), "as it is, too");
}

async fn a_log_opens_with_the_index_key_it_was_made_with_alone(world: World) {
    let with = async |byte| Opening { index_key: IndexKey::new([byte; 32]), ..world.opening() }.try_store().await;
    with(5).await.unwrap();
    with(5).await.unwrap();
    let refused = with(6).await.err();
    let Some(StoreError::Unfit(error @ UnfitDatabase::OtherIndexKey)) = refused else { panic!("{refused:?}") };
    assert!(error.to_string().contains("vault.index_key") && error.to_string().contains("Put back"), "{error}");
    let kept: Vec<u8> = sqlx::query_scalar("select key_check from es.log").fetch_one(world.pool()).await.unwrap();
    assert_ne!(kept, [5; 32], "the key itself is not kept");
    with(5).await.unwrap();
}

async fn processes_that_open_a_new_log_at_once_agree_on_its_index_key(world: World) {
    let opened = join_all(
        (1..=6).map(async |byte| Opening { index_key: IndexKey::new([byte; 32]), ..world.opening() }.try_store().await),
    )
    .await;
    let refused = |opened: &&Result<Store, _>| matches!(opened, Err(StoreError::Unfit(UnfitDatabase::OtherIndexKey)));
    assert_eq!(opened.iter().filter(|opened| opened.is_ok()).count(), 1);
    assert_eq!(opened.iter().filter(refused).count(), 5);
}

async fn a_vault_opens_with_its_master_keys_alone(world: World) {
    let with = async |keyring| Opening { keyring, ..world.opening() }.try_store().await;
    with(Keyring::new(1, &master_key(9))).await.expect("an empty vault is anybody's");
    let store = world.store().await;
    world.person(&store).await.goal(&store, "Run").await;
    for other in [Keyring::new(1, &master_key(9)), Keyring::new(2, &master_key(1))] {
        let refused = with(other).await.err();
        let Some(StoreError::Unfit(error @ UnfitDatabase::OtherMasterKey)) = refused else { panic!("{refused:?}") };
        assert!(error.to_string().contains("vault.master_key"), "{error}");
    }
    with(Keyring::new(1, &master_key(1)).with(2, &master_key(9))).await.unwrap();
    let everything = "insert into vault.masters values (2, now()); update vault.keys set master = 2";
    sqlx::raw_sql(AssertSqlSafe(everything)).execute(world.pool()).await.unwrap();
    assert!(with(Keyring::new(1, &master_key(1))).await.is_err(), "a version that is missing");
}
