//! What is told about Postgres. Alone in its process: what is told on this thread is read on it.

use std::{sync::Arc, time::Duration};

use metrics_exporter_prometheus::PrometheusBuilder;
use runtime::{
    Base, Health, Shutdown,
    config::{ConfigFlags, DatabaseConfig, Environment, load},
    pool,
};
use testkit::servers::OwnPostgres;
use tokio::time::{sleep, timeout};

/// On however busy a machine, what is measured every five seconds has been by then.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn backups_that_fall_behind_are_told_and_a_postgres_that_is_gone() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let (_metrics, told) = (metrics::set_default_local_recorder(&recorder), recorder.handle());
    let tells = async |line: &str| {
        let told = async {
            while !told.render().lines().any(|other| other.starts_with(line)) {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, told).await.unwrap_or_else(|_| panic!("never told {line}"));
    };
    let postgres = OwnPostgres::start(None).await.expect("a Postgres");
    let url = Some(postgres.admin_url().into());
    let config = DatabaseConfig { url, connections_max: 2, connect_wait_secs: 5, require_durable: false };
    let pool = pool::connect(&config, "test", "public").await.expect("pool");
    let loaded = load(&ConfigFlags::default(), &Environment::default()).expect("good").config;
    let shutdown = Shutdown::new(Duration::ZERO);
    let base = Base::new(Arc::new(loaded), None, Health::new(shutdown.clone()), shutdown);
    base.watch_postgres("tester", pool.clone());
    tells("momentum_postgres_connected{role=\"tester\"} 1").await;

    let slot = "select pg_create_physical_replication_slot($1, true)";
    for name in ["momentum_backup_0", "another"] {
        sqlx::query(slot).bind(name).execute(&pool).await.expect("made");
    }
    sqlx::query("create table much as select repeat('x', 1000) from generate_series(1, 1000)")
        .execute(&pool)
        .await
        .expect("written");
    let behind = "momentum_backup_behind_bytes{slot=\"momentum_backup_0\"}";
    // More than a million.
    let told_behind = async {
        let bytes = || told.render().lines().find_map(|line| line.strip_prefix(behind)?.trim().parse::<f64>().ok());
        while bytes().is_none_or(|bytes| bytes < 1e6) {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, told_behind).await.expect("it is behind");
    sqlx::query("select pg_drop_replication_slot('momentum_backup_0')").execute(&pool).await.expect("dropped");
    tells(&format!("{behind} 0")).await;
    assert!(!told.render().contains("another"));

    postgres.stop().await;
    tells("momentum_postgres_connected{role=\"tester\"} 0").await;
}
