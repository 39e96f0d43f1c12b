//! What Momentum is measured against: the least that could do the same work, on the same servers.

pub mod http;
mod insert;

use sqlx::{Connection, PgConnection};

pub use self::insert::{Inserting, ceiling};
use crate::fill::Generated;

/// Makes a table of the same shape as the log's, with the same indexes.
pub async fn prepare(database: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(database).await?;
    sqlx::raw_sql(
        "drop schema if exists bench cascade; create schema bench;
         create table bench.events (like es.events including all);
         create sequence bench.position cache 1000;
         alter table bench.events alter position set default nextval('bench.position')",
    )
    .execute(&mut connection)
    .await?;
    Ok(())
}

/// Puts one event into it: all that the log keeps of it.
pub const INSERT: &str = "insert into bench.events
    (shard, stream_id, version, id, type, schema, workspace, actor, command_id, recorded_at, local_day, data)
    values (0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::json)";

/// The data of an event as text that is JSON.
fn data(event: &Generated) -> &str {
    event.raw.data.as_str()
}
