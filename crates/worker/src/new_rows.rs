//! New rows of a table, written by `copy` in Postgres' binary form: several times as fast as an insert of as many.

use sqlx::{Encode, PgConnection, Postgres, encode::IsNull, postgres::PgArgumentBuffer};

/// How the binary form begins: a signature, no flags, and no more to say.
const BEGINNING: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// It ends with a row of no columns but this.
const END: i16 = -1;
/// Stands for the length of a value that is null.
const NULL: i32 = -1;
/// So much is sent at once.
const PIECE_BYTES: usize = 1 << 18;

/// Rows to be added to a table.
pub struct NewRows {
    statement: String,
    columns: i16,
    rows: usize,
    bytes: PgArgumentBuffer,
}

impl NewRows {
    /// None yet. The names are the program's own.
    pub fn of(table: &str, columns: &[&str]) -> Self {
        let statement = format!("copy {table} ({}) from stdin (format binary)", columns.join(", "));
        let mut bytes = PgArgumentBuffer::default();
        bytes.extend_from_slice(BEGINNING);
        Self { statement, columns: i16::try_from(columns.len()).unwrap_or(i16::MAX), rows: 0, bytes }
    }

    /// Begins a row; each of its values must follow, in the order of columns.
    pub fn begin(&mut self) {
        self.rows += 1;
        self.bytes.extend_from_slice(&self.columns.to_be_bytes());
    }

    /// The next value, in the very type of its column; of `json`, its text.
    pub fn value<'v>(&mut self, value: impl Encode<'v, Postgres>) -> Result<(), sqlx::Error> {
        let place = self.bytes.len();
        self.bytes.extend_from_slice(&NULL.to_be_bytes());
        let encoded = value.encode_by_ref(&mut self.bytes).map_err(sqlx::Error::Encode)?;
        if matches!(encoded, IsNull::No) {
            let begin = place + size_of::<i32>();
            let length = i32::try_from(self.bytes.len() - begin).map_err(|error| sqlx::Error::Encode(error.into()))?;
            self.bytes[place..begin].copy_from_slice(&length.to_be_bytes());
        }
        Ok(())
    }

    /// Adds them to the table.
    pub async fn write(mut self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.rows == 0 {
            return Ok(());
        }
        self.bytes.extend_from_slice(&END.to_be_bytes());
        let mut copy = connection.copy_in_raw(&self.statement).await?;
        for piece in self.bytes.chunks(PIECE_BYTES) {
            copy.send(piece).await?;
        }
        copy.finish().await.map(drop)
    }
}
