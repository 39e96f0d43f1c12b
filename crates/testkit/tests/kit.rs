//! The kit itself: databases apart from each other, and a nats-server that can be taken down.

use testkit::NatsOwn;
use tokio::net::TcpStream;

#[tokio::test]
async fn each_test_has_a_migrated_database_of_its_own() {
    let elsewhere = tokio::spawn(testkit::database());
    let (one, other) = (testkit::database().await, elsewhere.await.unwrap());
    sqlx::query("create table mine ()").execute(one.pool()).await.unwrap();
    let found: Option<String> =
        sqlx::query_scalar("select to_regclass('mine')::text").fetch_one(other.pool()).await.unwrap();
    assert_eq!(found, None);
    let migrated: Option<String> =
        sqlx::query_scalar("select to_regclass('es.events')::text").fetch_one(one.pool()).await.unwrap();
    assert_eq!(migrated.as_deref(), Some("es.events"));
}

#[tokio::test]
async fn the_oldest_postgres_takes_the_same_migrations() {
    // Only a machine with Debian's packages has it.
    let Some(url) = testkit::postgres_15() else { return };
    let database = testkit::database_on(&url).await;
    let version: i32 = sqlx::query_scalar("select current_setting('server_version_num')::int")
        .fetch_one(database.pool())
        .await
        .unwrap();
    assert_eq!(version / 10_000, 15);
}

#[tokio::test]
async fn a_nats_server_can_be_taken_down_wiped_and_brought_back() {
    let mut nats = NatsOwn::start().await;
    let address = nats.url().trim_start_matches("nats://").to_owned();
    nats.kill().await;
    assert!(TcpStream::connect(&address).await.is_err());
    nats.wipe_store();
    nats.restart().await;
    assert!(TcpStream::connect(&address).await.is_ok());
    nats.stop().await;
    assert!(TcpStream::connect(&address).await.is_err());
}
