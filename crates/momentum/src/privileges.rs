//! Who may do what in the database: a role of Postgres for each role of the system, with the least it needs.
//!
//! Whoever migrates owns everything and stays out of the daily work: each pool takes one of these roles as it connects.

use anyhow::{Context, bail};
use runtime::DatabaseRole;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use strum::IntoEnumIterator;

use crate::migrate::migrations;

/// Held while rights are given, which several processes may do as they start: "roles".
const GRANT_LOCK: i64 = 0x72_6f6c_6573;
/// What Postgres keeps of a name.
const NAME_BYTES_MAX: usize = 63;
/// Postgres' code for what one may not do.
const NOT_ALLOWED: &str = "42501";
/// Where there is something to have rights to.
const SCHEMAS: &str = "es, read, analytics, identity, vault";

/// What every role may.
const EVERYONE: &[&str] = &["usage on schema es", "select on es.log, es.shard, es.heads, es.events"];

/// What it takes to append: nobody may change or delete an event.
const APPENDING: &[&str] = &[
    "update (key_check) on es.log",
    "update (turn) on es.shard",
    "insert on es.events",
    "select, insert, delete on es.commands",
];

const COMMAND_API: &[&str] = &[
    "usage on schema identity, vault",
    "select, insert, update, delete on all tables in schema identity",
    "select, insert, update on vault.keys",
    "select, insert on vault.masters",
];

const QUERY_API: &[&str] = &[
    "usage on schema read, analytics, identity, vault",
    "select on all tables in schema read, analytics",
    "select (user_id, workspace_id) on identity.accounts",
    "select on identity.sessions",
    "select on vault.keys, vault.masters",
];

const PROJECTOR: &[&str] = &["usage on schema read", "select, insert, update, delete on all tables in schema read"];

const ANALYTICS: &[&str] =
    &["usage on schema analytics", "select, insert, update, delete on all tables in schema analytics"];

const fn grants(role: DatabaseRole) -> [&'static [&'static str]; 3] {
    match role {
        DatabaseRole::CommandApi => [EVERYONE, APPENDING, COMMAND_API],
        DatabaseRole::QueryApi => [EVERYONE, &[], QUERY_API],
        DatabaseRole::Projector => [EVERYONE, &[], PROJECTOR],
        DatabaseRole::Analytics => [EVERYONE, APPENDING, ANALYTICS],
    }
}

/// Makes the roles, unless they are there, and gives each the rights it has by this version, and no others, unless a newer one
/// has been here.
pub async fn grant(pool: &PgPool) -> anyhow::Result<()> {
    let mut transaction = runtime::pool::begin(pool).await?;
    sqlx::query!("select pg_advisory_xact_lock($1)", GRANT_LOCK).execute(&mut *transaction).await?;
    let database = sqlx::query_scalar!(r#"select current_database()::text as "database!""#);
    let database = database.fetch_one(&mut *transaction).await?;
    let roles: Vec<(DatabaseRole, String)> =
        DatabaseRole::iter().map(|role| (role, role.in_database(&database))).collect();
    if roles.iter().any(|(_, name)| name.len() > NAME_BYTES_MAX) {
        bail!("the name of the database {database:?} is too long: roles are named after it, in {NAME_BYTES_MAX} bytes");
    }
    let is_newest = !is_behind(&mut transaction).await?;
    for (role, name) in &roles {
        if !make(&mut transaction, name).await? || !may_become(&mut transaction, name).await? {
            bail!("{}", to_be_done(&mut transaction, &roles).await?);
        }
        give(&mut transaction, *role, name, is_newest)
            .await
            .with_context(|| format!("{name} cannot be given its rights"))?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Makes a role, unless it is there. False if that is not allowed.
async fn make(connection: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    let there = sqlx::query_scalar!(r#"select exists (select from pg_roles where rolname = $1) as "there!""#, name);
    if there.fetch_one(&mut *connection).await? {
        return Ok(true);
    }
    allowed(connection, format!("create role {} nologin", quoted(name))).await
}

/// Makes sure that whoever is connected can take a role. False if that is not allowed.
async fn may_become(connection: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    let become_it = format!("set local role {}", quoted(name));
    if !allowed(connection, become_it.clone()).await? {
        // Who made a role may give it, but has not got it: of themselves, to themselves.
        let own = format!("grant {} to current_user", quoted(name));
        if !allowed(connection, own).await? || !allowed(connection, become_it).await? {
            return Ok(false);
        }
    }
    run(connection, "set local role none".to_owned()).await?;
    Ok(true)
}

/// Whether a newer version has migrated the database. It may run beside this one, and what rights it has this one does not
/// know.
async fn is_behind(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let known: Vec<i64> = migrations().iter().map(|migration| migration.version).collect();
    let behind = sqlx::query_scalar!(
        r#"select exists (select from public._sqlx_migrations where version <> all ($1)) as "behind!""#,
        &known,
    );
    behind.fetch_one(connection).await
}

/// Gives a role the rights it has by this version; `only` these.
async fn give(connection: &mut PgConnection, role: DatabaseRole, name: &str, only: bool) -> sqlx::Result<()> {
    let name = quoted(name);
    if only {
        for all in ["tables", "sequences", "functions"] {
            run(connection, format!("revoke all on all {all} in schema {SCHEMAS} from {name}")).await?;
        }
        run(connection, format!("revoke all on schema {SCHEMAS} from {name}")).await?;
    }
    for right in grants(role).into_iter().flatten() {
        run(connection, format!("grant {right} to {name}")).await?;
    }
    Ok(())
}

/// What somebody with more rights has to do first.
async fn to_be_done(connection: &mut PgConnection, roles: &[(DatabaseRole, String)]) -> sqlx::Result<String> {
    let user = sqlx::query_scalar!(r#"select quote_ident(current_user) as "user!""#).fetch_one(connection).await?;
    let statements = roles.iter().map(|(_, name)| {
        let name = quoted(name);
        format!("  create role {name} nologin; grant {name} to {user};")
    });
    Ok(format!(
        "the database needs a role for each role of the system, and {user} may not make them, or may not become them. \
         Have someone who may run this once, and try again:\n{}",
        statements.collect::<Vec<_>>().join("\n"),
    ))
}

/// Runs a statement. False, and all as before, if it is not allowed.
async fn allowed(connection: &mut PgConnection, statement: String) -> sqlx::Result<bool> {
    run(connection, "savepoint before".to_owned()).await?;
    match run(connection, statement).await {
        Ok(()) => {
            run(connection, "release savepoint before".to_owned()).await?;
            Ok(true)
        }
        Err(sqlx::Error::Database(error)) if error.code().is_some_and(|code| code == NOT_ALLOWED) => {
            run(connection, "rollback to savepoint before".to_owned()).await?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Runs a statement without parameters, which the program has put together itself.
async fn run(connection: &mut PgConnection, statement: String) -> sqlx::Result<()> {
    sqlx::query(AssertSqlSafe(statement)).execute(connection).await.map(drop)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
