//! What a rebuild notes about tables that it fills, so that one that was killed can be gone on with.

use std::io;

use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, PgConnection};

use super::tables;
use crate::Schema;

/// What decides what a rebuild makes of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Recipe {
    /// What fills the tables, to the byte: another program may fold otherwise.
    program: String,
    /// The living tables they are made like.
    shape: String,
    /// Their names.
    tables: Vec<String>,
}

/// A note on the schema that is filled, made once its tables are there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Begun {
    /// What they are filled by: only who has the same goes on.
    pub recipe: Recipe,
    /// The statements that are still to be run once they are filled, last one first.
    pub finish: Vec<String>,
}

impl Recipe {
    /// Of this program, for these tables as they are now.
    pub async fn now(session: &mut PgConnection, schema: Schema, tables: &[&str]) -> Result<Self, sqlx::Error> {
        let shape = Self::shape(session, schema, tables).await?;
        let tables = tables.iter().map(|table| (*table).to_owned()).collect();
        Ok(Self { program: program().map_err(sqlx::Error::Io)?, shape, tables })
    }

    /// Whether the living tables are as they were.
    pub async fn holds(&self, session: &mut PgConnection, schema: Schema) -> Result<bool, sqlx::Error> {
        let tables: Vec<&str> = self.tables.iter().map(String::as_str).collect();
        Ok(Self::shape(session, schema, &tables).await? == self.shape)
    }

    async fn shape(session: &mut PgConnection, schema: Schema, tables: &[&str]) -> Result<String, sqlx::Error> {
        let living: Vec<String> = tables.iter().map(|table| format!("{}.{table}", schema.living)).collect();
        let shape = sqlx::query_scalar!(
            r#"select md5(string_agg(what, ',' order by what)) as "shape!" from (
                   select attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || attnotnull
                   from pg_attribute where attrelid = any($1::text[]::regclass[]) and attnum > 0 and not attisdropped
                   union all
                   select pg_get_indexdef(indexrelid) from pg_index where indrelid = any($1::text[]::regclass[])
               ) as parts(what)"#,
            &living,
        );
        shape.fetch_one(session).await
    }
}

impl Begun {
    /// The note of a rebuild that did not come to its end, if there is one.
    pub async fn left(session: &mut PgConnection, schema: Schema) -> Result<Option<Self>, sqlx::Error> {
        let note = sqlx::query_scalar!(
            "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = $1",
            schema.next,
        );
        let note = note.fetch_optional(session).await?.flatten();
        Ok(note.and_then(|note| serde_json::from_str(&note).ok()))
    }

    /// Puts it on the schema.
    pub async fn note(&self, session: &mut PgConnection, schema: Schema) -> Result<(), sqlx::Error> {
        let note = self.as_statement(session, schema).await?;
        tables::run(session, note).await
    }

    /// Runs what is still to be run. A statement and the note that it is done are one message: Postgres carries out all of
    /// it, even if who sent it is killed meanwhile, and so whoever goes on has it behind them.
    pub async fn finish(mut self, session: &mut PgConnection, schema: Schema) -> Result<(), sqlx::Error> {
        while let Some(statement) = self.finish.pop() {
            let note = self.as_statement(session, schema).await?;
            sqlx::raw_sql(AssertSqlSafe(format!("{statement}; {note}"))).execute(&mut *session).await?;
        }
        Ok(())
    }

    async fn as_statement(&self, session: &mut PgConnection, schema: Schema) -> Result<String, sqlx::Error> {
        let note = serde_json::to_string(self).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let comment = sqlx::query_scalar!(
            r#"select format('comment on schema %I is %L', $1::text, $2::text) as "comment!""#,
            schema.next,
            note,
        );
        comment.fetch_one(session).await
    }

    /// Takes it off the schema.
    pub async fn forget(session: &mut PgConnection, schema: Schema) -> Result<(), sqlx::Error> {
        tables::run(session, format!("comment on schema {} is null", schema.next)).await
    }
}

/// A hash of the program that runs.
fn program() -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(std::env::current_exe()?)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}
