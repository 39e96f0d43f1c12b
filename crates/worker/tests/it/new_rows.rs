//! New rows arrive as they were given, whether few are inserted or many are copied.

use chrono::{DateTime, NaiveDate, Utc};
use testkit::database;
use uuid::Uuid;
use worker::NewRows;

type Row = (i64, Uuid, Option<String>, NaiveDate, DateTime<Utc>, bool, String);

const TABLE: NewRows = NewRows {
    table: "new_rows",
    columns: &[
        ("number", "bigint"),
        ("id", "uuid"),
        ("text", "text"),
        ("day", "date"),
        ("at", "timestamptz"),
        ("even", "boolean"),
        ("json", "json"),
    ],
};

fn row(number: i64) -> Row {
    let text = (number % 3 > 0).then(|| format!("text {number}, \"quoted\"\n\0end").replace('\0', "\\0"));
    let day = NaiveDate::from_ymd_opt(1969, 12, 30).unwrap() + chrono::TimeDelta::days(number);
    let instant = DateTime::from_timestamp_micros(number - 2).unwrap();
    (
        number,
        Uuid::from_u128(number.unsigned_abs().into()),
        text,
        day,
        instant,
        number % 2 == 0,
        format!("[{number},  1]"),
    )
}

async fn are_kept(count: i64) {
    let database = database().await;
    let table =
        "create table new_rows (number bigint, id uuid, text text, day date, at timestamptz, even boolean, json json)";
    sqlx::raw_sql(table).execute(database.pool()).await.unwrap();
    let rows: Vec<Row> = (0..count).map(row).collect();
    let mut connection = database.pool().acquire().await.unwrap();
    let added = TABLE.add(&mut connection, &rows, |(number, id, text, day, at, even, json), values| {
        values.push(*number)?;
        values.push(*id)?;
        values.push(text.as_deref())?;
        values.push(*day)?;
        values.push(*at)?;
        values.push(*even)?;
        values.push(json.as_str())
    });
    added.await.unwrap();
    let kept = "select number, id, text, day, at, even, json::text from new_rows order by number";
    let kept: Vec<Row> = sqlx::query_as(kept).fetch_all(&mut *connection).await.unwrap();
    assert_eq!(kept, rows);
}

#[tokio::test]
async fn a_few_rows_are_kept_as_they_were_given() {
    are_kept(5).await;
}

#[tokio::test]
async fn many_rows_are_kept_as_they_were_given() {
    are_kept(2_500).await;
}

#[tokio::test]
async fn no_rows_are_nothing_to_do() {
    are_kept(0).await;
}
