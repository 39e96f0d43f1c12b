//! What each role may do in a real Postgres, and above all what it may not.

use momentum::privileges;
use runtime::{
    DatabaseRole::{self, Analytics, CommandApi, Projector, QueryApi},
    config::DatabaseConfig,
    pool,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use strum::IntoEnumIterator;
use testkit::TestDatabase;

async fn granted() -> TestDatabase {
    let database = testkit::database().await;
    event_store::install(database.pool(), &runtime::RandomIds, 2).await.expect("installed");
    for _ in 0..2 {
        privileges::grant(database.pool()).await.expect("granted, and granted again");
    }
    database
}

fn config(url: &str) -> DatabaseConfig {
    DatabaseConfig { url: Some(url.into()), connections_max: 1, connect_wait_secs: 5, require_durable: false }
}

async fn as_role(role: DatabaseRole, database: &TestDatabase) -> PgPool {
    pool::connect_as(role, &config(database.url()), "public").await.expect("connected")
}

/// Postgres' code for why a statement was refused; none, if it was done.
async fn refusal(pool: &PgPool, statement: &str) -> Option<String> {
    let ran = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(pool).await;
    let error = ran.err()?;
    let error = error.as_database_error().unwrap_or_else(|| panic!("{statement}: {error}"));
    error.code().map(std::borrow::Cow::into_owned)
}

async fn is_forbidden(role: DatabaseRole, database: &TestDatabase, statements: &[&str]) {
    let pool = as_role(role, database).await;
    for statement in statements {
        assert_eq!(refusal(&pool, statement).await.as_deref(), Some("42501"), "{role:?}: {statement}");
    }
}

async fn is_allowed(role: DatabaseRole, database: &TestDatabase, statements: &[&str]) {
    let pool = as_role(role, database).await;
    for statement in statements {
        assert_eq!(refusal(&pool, statement).await, None, "{role:?}: {statement}");
    }
}

#[tokio::test]
async fn nobody_changes_or_deletes_an_event() {
    let database = granted().await;
    for role in DatabaseRole::iter() {
        is_forbidden(
            role,
            &database,
            &[
                "update es.events set data = '{}'",
                "update es.events set recorded_at = now() where false",
                "delete from es.events where false",
                "truncate es.events",
                "alter table es.events disable trigger all",
                "drop table es.events",
                "create table es.mine (it int)",
                "update es.log set history = gen_random_uuid()",
                "delete from es.shard",
                "update es.shard set shard = 7",
                "update es.commands set refusal = null",
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn only_those_append_who_have_to() {
    let database = granted().await;
    let append = "insert into es.events select * from es.events where false";
    for role in [QueryApi, Projector] {
        let lock = "select from es.shard for update";
        is_forbidden(role, &database, &[append, lock, "select from es.commands", "delete from es.commands"]).await;
    }
    for role in [CommandApi, Analytics] {
        is_allowed(role, &database, &[append, "select from es.shard for update", "select from es.heads"]).await;
    }
}

#[tokio::test]
async fn workers_reach_neither_the_vault_nor_credentials() {
    let database = granted().await;
    for role in [Projector, Analytics] {
        is_forbidden(
            role,
            &database,
            &[
                "select from vault.keys",
                "select from vault.masters",
                "delete from vault.keys",
                "select from identity.accounts",
                "select from identity.sessions",
                "insert into identity.erasures select null, null, null where false",
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn the_vault_is_opened_by_two_and_no_key_is_ever_deleted() {
    let database = granted().await;
    let changes = ["update vault.keys set wrapped = ''", "insert into vault.keys select * from vault.keys where false"];
    is_forbidden(QueryApi, &database, &changes).await;
    for role in [CommandApi, QueryApi] {
        is_allowed(role, &database, &["select from vault.keys", "select from vault.masters"]).await;
        let deletes = ["delete from vault.keys", "delete from vault.masters", "truncate vault.keys"];
        is_forbidden(role, &database, &deletes).await;
    }
    is_allowed(CommandApi, &database, &["update vault.keys set erased_at = now() where false"]).await;
}

#[tokio::test]
async fn who_answers_queries_changes_nothing_and_sees_no_password() {
    let database = granted().await;
    is_forbidden(
        QueryApi,
        &database,
        &[
            "select password from identity.accounts",
            "select email_hash from identity.accounts",
            "select from identity.throttle",
            "update identity.sessions set device = ''",
            "delete from identity.sessions",
            "delete from read.goals",
            "update analytics.checkpoint set position = 0",
        ],
    )
    .await;
    is_allowed(QueryApi, &database, &["select from read.goals", "select from analytics.daily_totals"]).await;
}

#[tokio::test]
async fn a_worker_writes_its_own_tables_only() {
    let database = granted().await;
    let write = |schema: &str| format!("delete from {schema}.checkpoint where false");
    let (read, analytics) = (write("read"), write("analytics"));
    is_allowed(Projector, &database, &[&read]).await;
    is_forbidden(Projector, &database, &[&analytics, "select from analytics.checkpoint"]).await;
    is_allowed(Analytics, &database, &[&analytics]).await;
    is_forbidden(Analytics, &database, &[&read, "select from read.goals"]).await;
    is_forbidden(CommandApi, &database, &[&read, &analytics, "select from read.goals"]).await;
    for role in DatabaseRole::iter() {
        is_forbidden(role, &database, &["create schema mine", "create table read.mine ()", "create role mine"]).await;
    }
}

#[tokio::test]
async fn a_pool_stays_what_it_is_and_that_is_nobody_elsewhere() {
    let (database, other) = (granted().await, granted().await);
    let pool = as_role(Projector, &database).await;
    sqlx::raw_sql("reset role").execute(&pool).await.expect("harmless");
    let current: String = sqlx::query_scalar("select current_user::text").fetch_one(&pool).await.expect("user");
    assert!(current.ends_with("_projector"), "{current}");
    let become_it = format!("set role \"{current}\"; select from es.events");
    assert_eq!(refusal(other.pool(), &become_it).await.as_deref(), Some("42501"));
}

/// A login of its own that owns the database, with these attributes, and where it connects.
async fn owner(database: &TestDatabase, attributes: &str) -> (String, String) {
    let name: String =
        sqlx::query_scalar("select current_database()::text").fetch_one(database.pool()).await.expect("name");
    let user = format!("{name}_owner");
    let made = format!(
        "create role {user} login password 'open' {attributes};
         alter database {name} owner to {user};
         alter table _sqlx_migrations owner to {user};
         do $$ declare it text; begin
             for it in select unnest(array['es', 'read', 'analytics', 'identity', 'vault']) loop
                 execute format('alter schema %I owner to {user}', it);
             end loop;
             for it in select oid::regclass from pg_class where relkind in ('r', 'v')
                       and relnamespace::regnamespace::text in ('es', 'read', 'analytics', 'identity', 'vault') loop
                 execute format('alter table %s owner to {user}', it);
             end loop;
         end $$"
    );
    sqlx::raw_sql(AssertSqlSafe(made)).execute(database.pool()).await.expect("an owner");
    let (_, server) = database.url().rsplit_once('@').expect("an address");
    (user.clone(), format!("postgres://{user}:open@{server}"))
}

async fn grant_as(url: &str) -> anyhow::Result<()> {
    let pool = PgPool::connect_lazy(url)?;
    let granted = privileges::grant(&pool).await;
    pool.close().await;
    granted
}

#[tokio::test]
async fn an_owner_who_may_make_roles_does_so() {
    let mut databases = vec![testkit::database().await];
    if let Some(oldest) = testkit::postgres_15() {
        databases.push(testkit::database_on(&oldest).await);
    }
    for database in databases {
        let (_, url) = owner(&database, "createrole").await;
        grant_as(&url).await.expect("granted");
        let pool = pool::connect_as(QueryApi, &config(&url), "public").await.expect("connected");
        assert_eq!(refusal(&pool, "select from es.events").await, None);
        assert_eq!(refusal(&pool, "delete from es.events").await.as_deref(), Some("42501"));
    }
}

#[tokio::test]
async fn an_owner_who_may_not_make_roles_is_told_what_to_do() {
    let database = testkit::database().await;
    let (user, url) = owner(&database, "").await;
    let told = grant_as(&url).await.expect_err("not allowed").to_string();
    assert!(told.contains(&format!("{user} may not make them")), "{told}");
    let statements: Vec<&str> = told.lines().filter(|line| line.trim().starts_with("create role")).collect();
    assert_eq!(statements.len(), DatabaseRole::iter().count(), "{told}");
    let mut someone_who_may = PgConnection::connect(database.url()).await.expect("superuser");
    let statements = AssertSqlSafe(statements.join("\n"));
    sqlx::raw_sql(statements).execute(&mut someone_who_may).await.expect("as told");
    grant_as(&url).await.expect("granted");
    let pool = pool::connect_as(Projector, &config(&url), "public").await.expect("connected");
    assert_eq!(refusal(&pool, "select from vault.keys").await.as_deref(), Some("42501"));
}

#[tokio::test]
async fn an_older_version_takes_nothing_away_that_a_newer_one_has_given() {
    let database = granted().await;
    let name = Analytics.in_database(
        &sqlx::query_scalar::<_, String>("select current_database()::text")
            .fetch_one(database.pool())
            .await
            .expect("name"),
    );
    let newer = format!("grant select on vault.masters to \"{name}\"; grant usage on schema vault to \"{name}\"");
    let read = ["select version from vault.masters"];
    sqlx::raw_sql(AssertSqlSafe(newer.clone())).execute(database.pool()).await.expect("given");
    privileges::grant(database.pool()).await.expect("granted");
    is_forbidden(Analytics, &database, &read).await;

    let migrated =
        "insert into _sqlx_migrations select version + 1, description, installed_on, success, checksum, execution_time
                    from _sqlx_migrations order by version desc limit 1";
    sqlx::raw_sql(migrated).execute(database.pool()).await.expect("migrated");
    sqlx::raw_sql(AssertSqlSafe(newer)).execute(database.pool()).await.expect("given");
    privileges::grant(database.pool()).await.expect("granted");
    is_allowed(Analytics, &database, &read).await;
}
