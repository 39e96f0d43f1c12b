//! The digest of a read model: what it is, byte for byte, in 32 bytes.

use std::fmt;

use futures::TryStreamExt;
use serde::Serialize;
use sqlx::{AssertSqlSafe, PgConnection};

/// A hash over the ordered content of a read model's tables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The digest of these tables as this connection's transaction sees them, and how many rows they have.
pub async fn digest(connection: &mut PgConnection, tables: &[&str]) -> Result<(Digest, u64), sqlx::Error> {
    let mut hasher = blake3::Hasher::new();
    let mut count = 0;
    for table in tables {
        hasher.update(table.as_bytes());
        // Names of tables are the program's own. A row's text names every column's value, in the order of columns.
        let query = format!("select t::text from {table} t order by t::text collate \"C\"");
        let mut rows = sqlx::query_scalar::<_, String>(AssertSqlSafe(query)).fetch(&mut *connection);
        while let Some(row) = rows.try_next().await? {
            hasher.update(&(row.len() as u64).to_le_bytes());
            hasher.update(row.as_bytes());
            count += 1;
        }
    }
    Ok((Digest(*hasher.finalize().as_bytes()), count))
}
