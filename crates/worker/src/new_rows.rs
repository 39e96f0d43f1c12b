//! New rows of a table: few are inserted, many are copied in Postgres' binary form, which is several times as fast.

use sqlx::{
    AssertSqlSafe, Encode, PgConnection, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo},
};

/// As many are copied. A copy takes two round trips more, and over TCP its small last packet waits until what went before
/// is acknowledged, for which the other side takes its time: 40 ms.
const COPIED_ROWS_MIN: usize = 1_000;
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
    table: &'static str,
    columns: Vec<Column>,
    values: usize,
}

/// The values of a column, each behind its length: so they stand in an array as well as in a copy.
struct Column {
    name: &'static str,
    kind: &'static str,
    /// Of one value, and of many.
    types: Option<(PgTypeInfo, PgTypeInfo)>,
    bytes: PgArgumentBuffer,
}

impl NewRows {
    /// None yet. Names and types of the columns are the program's own.
    pub fn of(table: &'static str, columns: &[(&'static str, &'static str)]) -> Self {
        let column = |(name, kind)| Column { name, kind, types: None, bytes: PgArgumentBuffer::default() };
        Self { table, columns: columns.iter().copied().map(column).collect(), values: 0 }
    }

    /// The next value: row by row, in the order of columns. It has the type of its column; that of `json` is text.
    pub fn value<'v, V>(&mut self, value: V) -> Result<(), sqlx::Error>
    where
        V: Encode<'v, Postgres> + Type<Postgres> + PgHasArrayType,
    {
        let nth = self.values % self.columns.len();
        self.values += 1;
        self.columns[nth].push(value).map_err(sqlx::Error::Encode)
    }

    /// Adds them to the table.
    pub async fn write(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        match self.values / self.columns.len() {
            0 => Ok(()),
            rows if rows < COPIED_ROWS_MIN => self.insert(connection, rows).await,
            rows => self.copy(connection, rows).await,
        }
    }

    fn names(&self) -> String {
        self.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
    }

    async fn insert(&self, connection: &mut PgConnection, rows: usize) -> Result<(), sqlx::Error> {
        let (table, names) = (self.table, self.names());
        let list = |one: &dyn Fn(usize, &Column) -> String| {
            self.columns.iter().enumerate().map(|(nth, column)| one(nth, column)).collect::<Vec<_>>().join(", ")
        };
        let typed = list(&|_, column| format!("{}::{}", column.name, column.kind));
        let arrays = list(&|nth, _| format!("${}", nth + 1));
        let insert = format!("insert into {table} ({names}) select {typed} from unnest({arrays}) as added({names})");
        let mut query = sqlx::query(AssertSqlSafe(insert));
        for column in &self.columns {
            query = query.bind(Array { column, rows });
        }
        query.execute(connection).await.map(drop)
    }

    async fn copy(&self, connection: &mut PgConnection, rows: usize) -> Result<(), sqlx::Error> {
        let copy = format!("copy {} ({}) from stdin (format binary)", self.table, self.names());
        let count = i16::try_from(self.columns.len()).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let mut bytes = BEGINNING.to_vec();
        let mut rest: Vec<&[u8]> = self.columns.iter().map(|column| &**column.bytes).collect();
        for _ in 0..rows {
            bytes.extend_from_slice(&count.to_be_bytes());
            for rest in &mut rest {
                let (value, after) = rest.split_at(value_bytes(rest));
                bytes.extend_from_slice(value);
                *rest = after;
            }
        }
        bytes.extend_from_slice(&END.to_be_bytes());
        let mut copy = connection.copy_in_raw(&copy).await?;
        for piece in bytes.chunks(PIECE_BYTES) {
            copy.send(piece).await?;
        }
        copy.finish().await.map(drop)
    }
}

impl Column {
    fn push<'v, V>(&mut self, value: V) -> Result<(), BoxDynError>
    where
        V: Encode<'v, Postgres> + Type<Postgres> + PgHasArrayType,
    {
        self.types.get_or_insert_with(|| (V::type_info(), V::array_type_info()));
        let place = self.bytes.len();
        self.bytes.extend_from_slice(&NULL.to_be_bytes());
        if let IsNull::No = value.encode_by_ref(&mut self.bytes)? {
            let begin = place + size_of::<i32>();
            let length = i32::try_from(self.bytes.len() - begin)?;
            self.bytes[place..begin].copy_from_slice(&length.to_be_bytes());
        }
        Ok(())
    }
}

/// How many bytes the first of these values has, its length included.
fn value_bytes(values: &[u8]) -> usize {
    let length = values.first_chunk().map_or(NULL, |length| i32::from_be_bytes(*length));
    size_of::<i32>() + usize::try_from(length).unwrap_or(0)
}

/// A column as an argument.
struct Array<'c> {
    column: &'c Column,
    rows: usize,
}

impl Type<Postgres> for Array<'_> {
    fn type_info() -> PgTypeInfo {
        // Each has its own, which `produces` tells.
        <Vec<String> as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Array<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let (one, _) = self.column.types.as_ref().ok_or("a column without values")?;
        let oid = one.oid().ok_or("a type that Postgres does not come with")?;
        let (dimensions, may_have_nulls, lower_bound) = (1_i32, 1_i32, 1_i32);
        buffer.extend_from_slice(&dimensions.to_be_bytes());
        buffer.extend_from_slice(&may_have_nulls.to_be_bytes());
        buffer.extend_from_slice(&oid.0.to_be_bytes());
        buffer.extend_from_slice(&i32::try_from(self.rows)?.to_be_bytes());
        buffer.extend_from_slice(&lower_bound.to_be_bytes());
        buffer.extend_from_slice(&self.column.bytes);
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        self.column.types.as_ref().map(|(_, many)| many.clone())
    }
}
