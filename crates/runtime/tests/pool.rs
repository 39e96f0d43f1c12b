//! The pool against a real Postgres: what it sets, and what it says when it is refused.

use std::{net::SocketAddr, time::Duration};

use runtime::{
    config::DatabaseConfig,
    pool::{self, PoolError},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::yield_now,
    time::timeout,
};

fn config(url: &str) -> DatabaseConfig {
    DatabaseConfig { url: Some(url.into()), connections_max: 2, connect_wait_secs: 5, require_durable: true }
}

#[tokio::test]
async fn every_connection_has_its_limits() {
    let database = testkit::database().await;
    let pool = pool::connect(&config(database.url()), "momentum test", "read, public").await.expect("pool");
    for (setting, value) in [
        ("application_name", "momentum test"),
        ("search_path", "read, public"),
        ("statement_timeout", "10s"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "15s"),
    ] {
        let found: String =
            sqlx::query_scalar("select current_setting($1)").bind(setting).fetch_one(&pool).await.expect("setting");
        assert_eq!(found, value, "{setting}");
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_waited_for() {
    let database = testkit::database().await;
    let (server, _) = database.url().rsplit_once('/').expect("path");
    let refused = pool::connect(&config(&format!("{server}/nowhere")), "test", "public").await.expect_err("refused");
    assert!(matches!(refused, PoolError::Refused { .. }), "{refused}");
    assert!(refused.to_string().contains("database \"nowhere\" does not exist"), "{refused}");
}

#[tokio::test]
async fn a_statement_that_was_cut_is_a_problem_that_says_so() {
    let database = testkit::database().await;
    let pool = pool::connect(&config(database.url()), "test", "public").await.expect("pool");
    let mut transaction = pool.begin().await.expect("transaction");
    sqlx::query("set local statement_timeout = '10ms'").execute(&mut *transaction).await.expect("set");
    let cut = sqlx::query("select pg_sleep(10)").execute(&mut *transaction).await.expect_err("cut");
    assert_eq!(runtime::ApiError::from(cut).problem().code, "timeout");
}

/// A way to Postgres that can forget the connections on it, and tells neither end.
struct Way {
    address: SocketAddr,
    forgotten: watch::Sender<u32>,
}

impl Way {
    async fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let address = listener.local_addr().expect("bound");
        let (forgotten, memory) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (target, mut memory) = (target.clone(), memory.clone());
                memory.mark_unchanged();
                tokio::spawn(async move {
                    let mut server = TcpStream::connect(target).await.expect("connected");
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        // Both ends stay open, and nothing comes through any more.
                        _ = memory.changed() => std::future::pending().await,
                    }
                });
            }
        });
        Self { address, forgotten }
    }
}

#[tokio::test]
async fn connections_that_died_unnoticed_keep_no_place_in_the_pool() {
    let database = testkit::database().await;
    let (_, at) = database.url().rsplit_once('@').expect("an address");
    let server = at.split(['/', '?']).next().expect("an address").to_owned();
    let way = Way::to(server.clone()).await;
    let url = database.url().replace(&server, &way.address.to_string());
    let pool = pool::connect(&config(&url), "test", "public").await.expect("pool");
    let asked = [pool.clone(), pool.clone()]
        .map(|pool| tokio::spawn(async move { sqlx::query("select pg_sleep(9)").execute(&pool).await }));
    let running =
        "select count(*) from pg_stat_activity where datname = current_database() and query like 'select pg_sleep%'";
    while sqlx::query_scalar::<_, i64>(running).fetch_one(database.pool()).await.expect("counted") < 2 {
        yield_now().await;
    }
    way.forgotten.send_modify(|times| *times += 1);
    // As a request does that takes too long.
    asked.iter().for_each(tokio::task::JoinHandle::abort);
    let answer = timeout(Duration::from_secs(8), sqlx::query("select 1").execute(&pool)).await.expect("in time");
    answer.expect("a new connection");
}
