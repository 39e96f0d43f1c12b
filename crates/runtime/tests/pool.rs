//! The pool against a real Postgres: what it sets, and what it says when it is refused.

use std::{
    fs::{self, Permissions},
    net::SocketAddr,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::Path,
    time::Duration,
};

use futures::poll;
use runtime::{
    config::DatabaseConfig,
    pool::{self, PoolError},
};
use sqlx::{Connection, PgConnection};
use testkit::{Certificate, servers::OwnPostgres};
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
        ("tcp_keepalives_idle", "5"),
        ("tcp_keepalives_interval", "5"),
        ("tcp_keepalives_count", "3"),
        ("tcp_user_timeout", "20000"),
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
    let mut transaction = pool::begin(&pool).await.expect("transaction");
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
    let answered = async {
        loop {
            match sqlx::query("select 1").execute(&pool).await {
                // A busy machine may let go of them too late for this one. If they kept their places, none would ever
                // be answered.
                Err(sqlx::Error::PoolTimedOut) => {}
                answer => break answer,
            }
        }
    };
    timeout(Duration::from_secs(30), answered).await.expect("in time").expect("a new connection");
}

#[tokio::test]
async fn a_transaction_that_was_given_up_as_it_began_is_not_gone_on_with() {
    let database = testkit::database().await;
    let pool = pool::connect(&config(database.url()), "test", "public").await.expect("pool");
    for polls in 0..400 {
        // As a request is whose client leaves, a moment later each time.
        let mut begun = Box::pin(pool::snapshot(&pool));
        for _ in 0..polls {
            if poll!(&mut begun).is_ready() {
                break;
            }
            yield_now().await;
        }
        drop(begun);
        for _ in 0..2 {
            let isolation = sqlx::query_scalar("select current_setting('transaction_isolation')");
            let isolation: String = isolation.fetch_one(&pool).await.expect("told");
            assert_eq!(isolation, "read committed", "given up after {polls} polls");
        }
    }
}

/// Has a Postgres of this machine show a certificate.
async fn show(postgres: &OwnPostgres, certificate: &Certificate) {
    let mut connection = PgConnection::connect(&postgres.admin_url()).await.expect("a connection");
    let folder: String =
        sqlx::query_scalar("show data_directory").fetch_one(&mut connection).await.expect("it tells its folder");
    let folder = Path::new(&folder);
    let owner = fs::metadata(folder).expect("a folder");
    // They are where it looks for them by default, and none but its own user may read the key.
    for from in [certificate.path(), certificate.key_path()] {
        let to = folder.join(from.file_name().expect("a file"));
        fs::copy(from, &to).expect("copied");
        fs::set_permissions(&to, Permissions::from_mode(0o600)).expect("closed");
        chown(&to, Some(owner.uid()), Some(owner.gid())).expect("its own");
    }
    for statement in ["alter system set ssl = on", "select pg_reload_conf()"] {
        sqlx::query(statement).execute(&mut connection).await.expect("set");
    }
    // Whoever connects from now on is shown it, as soon as it has read its settings again.
    while sqlx::query_scalar::<_, String>("show ssl").fetch_one(&mut connection).await.expect("shown") != "on" {
        yield_now().await;
    }
    connection.close().await.expect("closed");
}

#[tokio::test]
async fn postgres_is_talked_to_by_tls_and_only_with_a_trusted_certificate() {
    let postgres = OwnPostgres::start(None).await.expect("a Postgres");
    let certificate = Certificate::of_loopback();
    show(&postgres, &certificate).await;
    let url = postgres.admin_url();
    let server = url.split('?').next().expect("an address");
    let url = |trusted: &Certificate| format!("{server}?sslmode=verify-full&sslrootcert={}", trusted.path().display());

    let pool = pool::connect(&config(&url(&certificate)), "test", "public").await.expect("trusted");
    let asked = sqlx::query_scalar("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    let is_encrypted: bool = asked.fetch_one(&pool).await.expect("told");
    assert!(is_encrypted);
    pool.close().await;

    let refused = pool::connect(&config(&url(&Certificate::of_loopback())), "test", "public").await;
    let refused = refused.expect_err("not trusted");
    assert!(matches!(refused, PoolError::Refused { .. }) && refused.to_string().contains("certificate"), "{refused}");
    postgres.stop().await;
}
