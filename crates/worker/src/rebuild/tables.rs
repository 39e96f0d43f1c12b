//! Tables beside the living ones: made like them, and put in their place.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::Schema;

/// After so many new rows is a table vacuumed, by itself.
const VACUUM_AFTER_NEW_ROWS: &str = "autovacuum_vacuum_insert_threshold";

/// Makes an empty table like the living one: columns, constraints, indexes, options and grants. Names are the program's
/// own.
pub(super) async fn create(connection: &mut PgConnection, schema: Schema, table: &str) -> Result<(), sqlx::Error> {
    let (living, next) = (format!("{}.{table}", schema.living), format!("{}.{table}", schema.next));
    run(connection, format!("create table {next} (like {living} including all)")).await?;
    for statement in options_and_grants(connection, &living, &next).await? {
        run(connection, statement).await?;
    }
    // Postgres names copied indexes in its own way; the migrations to come know them by the names they were given.
    let (named, copied) = (indexes(connection, &living).await?, indexes(connection, &next).await?);
    for (name, copy) in named.iter().zip(&copied).filter(|(name, copy)| name != copy) {
        run(connection, format!("alter index {}.{copy} rename to {name}", schema.next)).await?;
    }
    Ok(())
}

/// Takes away what only queries need, and answers with the statements that give it back: indexes that are not unique. Kept
/// up row by row, they would take longer to fill than the table itself; made at the end, next to nothing. Nor is there
/// anything yet that a vacuum after so many new rows is good for.
pub(super) async fn put_off(
    connection: &mut PgConnection,
    schema: Schema,
    table: &str,
) -> Result<Vec<String>, sqlx::Error> {
    let table = format!("{}.{table}", schema.next);
    let waiting = sqlx::query!(
        r#"select indexrelid::regclass::text as "name!", pg_get_indexdef(indexrelid) as "definition!"
           from pg_index where indrelid = to_regclass($1) and not indisunique order by indexrelid"#,
        table,
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut statements = vec![format!("alter table {table} reset ({VACUUM_AFTER_NEW_ROWS})")];
    run(connection, format!("alter table {table} set ({VACUUM_AFTER_NEW_ROWS} = -1)")).await?;
    for index in waiting {
        run(connection, format!("drop index {}", index.name)).await?;
        statements.push(index.definition);
    }
    Ok(statements)
}

/// Puts the new table in the place of the living one.
pub(super) async fn replace(
    connection: &mut PgConnection,
    Schema { living, next }: Schema,
    table: &str,
) -> Result<(), sqlx::Error> {
    run(connection, format!("drop table {living}.{table}")).await?;
    run(connection, format!("alter table {next}.{table} set schema {living}")).await
}

/// Runs a statement without parameters.
pub(super) async fn run(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    sqlx::query(AssertSqlSafe(statement)).execute(connection).await.map(drop)
}

/// What `like` does not copy, as statements.
async fn options_and_grants(
    connection: &mut PgConnection,
    living: &str,
    next: &str,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select format('alter table %s set (%s)', $2::text, array_to_string(reloptions, ', ')) as "statement!"
           from pg_class where oid = to_regclass($1) and reloptions is not null
           union all
           select format('grant %s on %s to %s', privilege_type, $2::text,
                         case grantee when 0 then 'public' else grantee::regrole::text end)
           from pg_class, aclexplode(relacl) where oid = to_regclass($1)"#,
        living,
        next,
    )
    .fetch_all(connection)
    .await
}

/// The names of a table's indexes, in an order that follows from what they index.
async fn indexes(connection: &mut PgConnection, table: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select quote_ident(relname) as "name!" from pg_index join pg_class on pg_class.oid = indexrelid
           where indrelid = to_regclass($1)
           order by indisprimary, indisunique, substring(pg_get_indexdef(indexrelid) from ' USING .*'), indexrelid"#,
        table,
    )
    .fetch_all(connection)
    .await
}
