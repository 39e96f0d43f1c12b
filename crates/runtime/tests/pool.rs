//! The pool against a real Postgres: what it sets, and what it says when it is refused.

use runtime::{
    config::DatabaseConfig,
    pool::{self, PoolError},
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
