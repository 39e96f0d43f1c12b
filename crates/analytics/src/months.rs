//! What days come to, as the table keeps it: a row holds a month of a subject's, so that years are few rows to read and
//! write.

use std::ops::{AddAssign, SubAssign};

use chrono::{Datelike, Days, NaiveDate};
use domain::WorkspaceId;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, PgConnection, PgExecutor, types::Json};
use uuid::Uuid;
use worker::Rows;

/// Whose days they are: a goal's, or with the workspace's own id the workspace's.
pub type Subject = (WorkspaceId, Uuid);

/// The table of the figures.
pub(crate) const TABLE: &str = "daily_totals";
/// Later days Postgres need not be asked about.
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date");
/// Earlier ones neither: its dates and chrono's begin elsewhere.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a date");

/// What a day comes to. It has a place in its month while it has a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "(i32, i32, i32)", from = "(i32, i32, i32)")]
pub struct DaySum {
    /// The minutes of its logs that count.
    pub minutes: i32,
    /// How many those are.
    pub logs: i32,
    /// How many goals met it: of a goal's day, 1 or 0.
    pub met: i32,
}

/// The days of many subjects. A table of them has a row a month: `workspace`, `subject`, `month` (its first day), and
/// `days`.
#[derive(Debug, Default)]
pub struct Months {
    months: Rows<(Subject, NaiveDate), Month>,
}

/// The days of a month that have logs, in order, each by its number.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Month(Vec<(u8, DaySum)>);

/// A row of a table of months.
type MonthRow = (Uuid, Uuid, NaiveDate, Json<Month>);

impl DaySum {
    /// What the streak of a subject counts: of a goal its minutes, of a workspace how many goals met the day.
    pub fn counted(self, (workspace, subject): Subject) -> u32 {
        if subject == workspace.uuid() { self.met.unsigned_abs() } else { self.minutes.unsigned_abs() }
    }
}

impl AddAssign for DaySum {
    fn add_assign(&mut self, more: Self) {
        self.minutes += more.minutes;
        self.logs += more.logs;
        self.met += more.met;
    }
}

impl SubAssign for DaySum {
    fn sub_assign(&mut self, less: Self) {
        self.minutes -= less.minutes;
        self.logs -= less.logs;
        self.met -= less.met;
    }
}

impl From<(i32, i32, i32)> for DaySum {
    fn from((minutes, logs, met): (i32, i32, i32)) -> Self {
        Self { minutes, logs, met }
    }
}

impl From<DaySum> for (i32, i32, i32) {
    fn from(DaySum { minutes, logs, met }: DaySum) -> Self {
        (minutes, logs, met)
    }
}

impl Months {
    /// What a day comes to.
    pub fn get(&self, subject: Subject, day: NaiveDate) -> DaySum {
        let month = self.months.get(&(subject, month_of(day)));
        month.and_then(|month| Some(month.0[month.place(day).ok()?].1)).unwrap_or_default()
    }

    /// Adds to what a day comes to, or takes away.
    pub fn add(&mut self, subject: Subject, day: NaiveDate, more: DaySum) {
        let key = (subject, month_of(day));
        let month = self.months.entry(key, || Month(vec![]));
        let place = month.place(day).unwrap_or_else(|place| {
            month.0.insert(place, (number(day), DaySum::default()));
            place
        });
        let sum = &mut month.0[place].1;
        *sum += more;
        if sum.logs == 0 {
            month.0.remove(place);
        }
        if month.0.is_empty() {
            self.months.remove(&key);
        }
    }

    /// The days of a subject from one to another that have logs, in order.
    pub fn range(&self, subject: Subject, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = (NaiveDate, DaySum)> {
        let months = self.months.from(&(subject, month_of(from)));
        let own = months.take_while(move |((of, month), _)| *of == subject && *month <= to);
        own.flat_map(|((_, month), days)| days.in_month(*month)).filter(move |(day, _)| (from..=to).contains(day))
    }

    /// Loads the months that these ranges of days reach into.
    pub(crate) async fn load(
        connection: &mut PgConnection,
        table: &str,
        ranges: &[(Subject, NaiveDate, NaiveDate)],
    ) -> Result<Self, sqlx::Error> {
        if ranges.is_empty() {
            return Ok(Self::default());
        }
        // Names of tables are the program's own. The offset keeps Postgres from joining with the whole table.
        let select = format!(
            "select months.workspace, months.subject, months.month, months.days
             from unnest($1::uuid[], $2::uuid[], $3::date[], $4::date[]) as asked(workspace, subject, first, last)
             cross join lateral (
                 select * from {table} m where m.workspace = asked.workspace and m.subject = asked.subject
                 and m.month between asked.first and asked.last offset 0
             ) as months"
        );
        let rows = sqlx::query_as::<_, MonthRow>(AssertSqlSafe(select))
            .bind(ranges.iter().map(|((workspace, _), ..)| workspace.uuid()).collect::<Vec<_>>())
            .bind(ranges.iter().map(|((_, subject), ..)| *subject).collect::<Vec<_>>())
            .bind(ranges.iter().map(|(_, first, _)| month_of(storable(*first))).collect::<Vec<_>>())
            .bind(ranges.iter().map(|(.., last)| storable(*last)).collect::<Vec<_>>());
        Ok(Self::loaded(rows.fetch_all(connection).await?))
    }

    /// The months of some subjects of a workspace that a range of days reaches into: for each subject, one range of the
    /// primary key.
    pub(crate) async fn of_subjects(
        executor: impl PgExecutor<'_>,
        table: &str,
        workspace: WorkspaceId,
        subjects: &[Uuid],
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Self, sqlx::Error> {
        let select = format!(
            "select workspace, subject, month, days from {table}
             where workspace = $1 and subject = any($2) and month between $3 and $4"
        );
        let rows = sqlx::query_as::<_, MonthRow>(AssertSqlSafe(select))
            .bind(workspace.uuid())
            .bind(subjects)
            .bind(month_of(storable(from)))
            .bind(storable(to));
        Ok(Self::loaded(rows.fetch_all(executor).await?))
    }

    /// Those of a subject, of which months and their days came as columns, each an array of the same length.
    pub fn of_columns(subject: Subject, months: Option<Vec<NaiveDate>>, days: Option<Vec<Json<Month>>>) -> Self {
        let rows = months.into_iter().flatten().zip(days.into_iter().flatten());
        Self { months: Rows::loaded(rows.map(|(month, Json(days))| ((subject, month), days))) }
    }

    fn loaded(rows: Vec<MonthRow>) -> Self {
        let row = |(workspace, subject, month, Json(days))| (((WorkspaceId::new(workspace), subject), month), days);
        Self { months: Rows::loaded(rows.into_iter().map(row)) }
    }

    /// Writes the months that have changed.
    pub(crate) async fn write(&self, connection: &mut PgConnection, table: &str) -> Result<(), sqlx::Error> {
        let (workspaces, subjects, months) = columns(self.months.removed());
        if !months.is_empty() {
            let delete = format!(
                "delete from {table}
                 where (workspace, subject, month) in (select * from unnest($1::uuid[], $2::uuid[], $3::date[]))"
            );
            let deleted = sqlx::query(AssertSqlSafe(delete)).bind(workspaces).bind(subjects).bind(months);
            deleted.execute(&mut *connection).await?;
        }
        let (workspaces, subjects, months) = columns(self.months.changed().map(|(key, _)| key));
        if !months.is_empty() {
            let upsert = format!(
                "insert into {table} (workspace, subject, month, days)
                 select workspace, subject, month, days::json
                 from unnest($1::uuid[], $2::uuid[], $3::date[], $4::text[]) as rows(workspace, subject, month, days)
                 on conflict (workspace, subject, month) do update set days = excluded.days"
            );
            let upserted = sqlx::query(AssertSqlSafe(upsert)).bind(workspaces).bind(subjects).bind(months);
            let days = self.months.changed().map(|(_, month)| serde_json::to_string(month));
            let days = days.collect::<Result<Vec<_>, _>>().map_err(|error| sqlx::Error::Encode(error.into()))?;
            upserted.bind(days).execute(connection).await?;
        }
        Ok(())
    }
}

impl Month {
    /// Where a day is, or would be.
    fn place(&self, day: NaiveDate) -> Result<usize, usize> {
        self.0.binary_search_by_key(&number(day), |(number, _)| *number)
    }

    /// Its days, given which month it is.
    fn in_month(&self, month: NaiveDate) -> impl Iterator<Item = (NaiveDate, DaySum)> + use<'_> {
        self.0.iter().map(move |(number, sum)| (month + Days::new(u64::from(*number) - 1), *sum))
    }
}

fn columns<'a>(keys: impl Iterator<Item = &'a (Subject, NaiveDate)>) -> (Vec<Uuid>, Vec<Uuid>, Vec<NaiveDate>) {
    let (mut workspaces, mut subjects, mut months) = (vec![], vec![], vec![]);
    for ((workspace, subject), month) in keys {
        workspaces.push(workspace.uuid());
        subjects.push(*subject);
        months.push(*month);
    }
    (workspaces, subjects, months)
}

/// The first day of the month that a day is in.
pub fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn number(day: NaiveDate) -> u8 {
    u8::try_from(day.day()).unwrap_or_default()
}

/// The day, or the nearest that Postgres can be asked about.
pub fn storable(day: NaiveDate) -> NaiveDate {
    day.clamp(FIRST_DAY, LAST_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(minutes: i32) -> DaySum {
        DaySum { minutes, logs: 1, met: 1 }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn days_are_kept_by_the_month_and_read_as_one_range() {
        let (mut days, one) = (Months::default(), (WorkspaceId::new(Uuid::nil()), Uuid::max()));
        for (on, minutes) in [("2028-02-29", 3), ("2028-01-31", 1), ("2028-02-01", 2), ("2028-03-01", 4)] {
            days.add(one, day(on), logged(minutes));
        }
        let range =
            |from: &str, to: &str| days.range(one, day(from), day(to)).map(|(_, it)| it.minutes).collect::<Vec<_>>();
        assert_eq!(range("2028-01-01", "2028-12-31"), [1, 2, 3, 4]);
        assert_eq!(range("2028-02-02", "2028-02-29"), [3]);
        assert_eq!(
            (days.get(one, day("2028-02-29")), days.get(one, day("2028-02-28"))),
            (logged(3), DaySum::default())
        );
        assert_eq!(days.months.changed().count(), 3);
    }

    #[test]
    fn a_day_without_logs_is_not_kept_nor_is_a_month_without_days() {
        let (mut days, one) = (Months::default(), (WorkspaceId::new(Uuid::nil()), Uuid::max()));
        let withdrawn = |minutes: i32| DaySum { minutes: -minutes, logs: -1, met: -1 };
        days.add(one, day("2028-02-29"), logged(3));
        days.add(one, day("2028-02-28"), logged(0));
        days.add(one, day("2028-02-29"), withdrawn(3));
        assert_eq!(days.range(one, day("2028-01-01"), NaiveDate::MAX).count(), 1);
        days.add(one, day("2028-02-28"), withdrawn(0));
        assert_eq!((days.months.iter().count(), days.months.removed().count()), (0, 1));
    }
}
