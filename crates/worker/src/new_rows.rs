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

/// A table that rows are added to.
#[derive(Debug)]
pub struct NewRows {
    /// Its name, the program's own.
    pub table: &'static str,
    /// The columns that are given, and their types.
    pub columns: &'static [(&'static str, &'static str)],
}

/// Takes the values of rows: of each row, one for each column, in order.
pub struct Values<'a>(Form<'a>);

enum Form<'a> {
    /// Column by column, for an insert.
    Columns(&'a mut [Column]),
    /// Row by row, for a copy.
    Copy(&'a mut PgArgumentBuffer),
}

/// The values of a column, each behind its length.
#[derive(Default)]
struct Column {
    /// Of one value, and of many.
    types: Option<(PgTypeInfo, PgTypeInfo)>,
    bytes: PgArgumentBuffer,
}

impl NewRows {
    /// Adds rows, of which `give` gives the values.
    pub async fn add<R: Sync>(
        &self,
        connection: &mut PgConnection,
        rows: &[R],
        give: impl Fn(&R, &mut Values<'_>) -> Result<(), sqlx::Error> + Send + Sync,
    ) -> Result<(), sqlx::Error> {
        match rows.len() {
            0 => Ok(()),
            few if few < COPIED_ROWS_MIN => self.insert(connection, rows, give).await,
            _ => self.copy(connection, rows, give).await,
        }
    }

    async fn insert<R: Sync>(
        &self,
        connection: &mut PgConnection,
        rows: &[R],
        give: impl Fn(&R, &mut Values<'_>) -> Result<(), sqlx::Error> + Send + Sync,
    ) -> Result<(), sqlx::Error> {
        let mut columns: Vec<Column> = self.columns.iter().map(|_| Column::default()).collect();
        rows.iter().try_for_each(|row| give(row, &mut Values(Form::Columns(&mut columns))))?;
        let (table, names) = (self.table, self.names());
        let typed = self.list(|_, name, kind| format!("{name}::{kind}"));
        let arrays = self.list(|nth, _, _| format!("${}", nth + 1));
        let insert = format!("insert into {table} ({names}) select {typed} from unnest({arrays}) as added({names})");
        let mut query = sqlx::query(AssertSqlSafe(insert));
        for column in &columns {
            query = query.bind(Array { column, rows: rows.len() });
        }
        query.execute(connection).await.map(drop)
    }

    async fn copy<R: Sync>(
        &self,
        connection: &mut PgConnection,
        rows: &[R],
        give: impl Fn(&R, &mut Values<'_>) -> Result<(), sqlx::Error> + Send + Sync,
    ) -> Result<(), sqlx::Error> {
        let copy = format!("copy {} ({}) from stdin (format binary)", self.table, self.names());
        let count = i16::try_from(self.columns.len()).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let mut copy = connection.copy_in_raw(&copy).await?;
        copy.send(BEGINNING).await?;
        // Piece by piece through the same few bytes: memory for all of them would cost as much as making them.
        let mut piece = PgArgumentBuffer::default();
        for row in rows {
            piece.extend_from_slice(&count.to_be_bytes());
            give(row, &mut Values(Form::Copy(&mut piece)))?;
            if piece.len() >= PIECE_BYTES {
                copy.send(piece.as_slice()).await?;
                piece.clear();
            }
        }
        piece.extend_from_slice(&END.to_be_bytes());
        copy.send(piece.as_slice()).await?;
        copy.finish().await.map(drop)
    }

    fn names(&self) -> String {
        self.list(|_, name, _| name.to_owned())
    }

    fn list(&self, one: impl Fn(usize, &str, &str) -> String) -> String {
        self.columns.iter().enumerate().map(|(nth, (name, kind))| one(nth, name, kind)).collect::<Vec<_>>().join(", ")
    }
}

impl Values<'_> {
    /// The next value. It has the type of its column; that of `json` is text.
    pub fn push<'v, V>(&mut self, value: V) -> Result<(), sqlx::Error>
    where
        V: Encode<'v, Postgres> + Type<Postgres> + PgHasArrayType,
    {
        let bytes = match &mut self.0 {
            Form::Copy(bytes) => bytes,
            Form::Columns(rest) => {
                let next = std::mem::take(rest).split_first_mut();
                let (Column { types, bytes }, after) =
                    next.ok_or_else(|| sqlx::Error::Encode("more values than columns".into()))?;
                *rest = after;
                types.get_or_insert_with(|| (V::type_info(), V::array_type_info()));
                bytes
            }
        };
        append(bytes, value).map_err(sqlx::Error::Encode)
    }
}

/// Appends a value, behind its length: so it stands in an array as well as in a copy.
fn append<'v>(bytes: &mut PgArgumentBuffer, value: impl Encode<'v, Postgres>) -> Result<(), BoxDynError> {
    let place = bytes.len();
    bytes.extend_from_slice(&NULL.to_be_bytes());
    if let IsNull::No = value.encode_by_ref(bytes)? {
        let begin = place + size_of::<i32>();
        let length = i32::try_from(bytes.len() - begin)?;
        bytes[place..begin].copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
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
