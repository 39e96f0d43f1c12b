//! Filling the log by the million with generated events, past the store: by `copy`, with the product stopped.
//!
//! What is written is what the store would have written for people who log each day on that day, and whose weeks were
//! closed, but for two things: the sealed text has the right length and opens with no key, for nobody asks for it; and all
//! of it is recorded at one instant, for it lies in the log after what was recorded before. Figures follow from local days
//! alone. Ids are of the day they tell of, so that indexes grow where they would have grown. Everything follows from a
//! fixed seed.

use std::{collections::BTreeMap, fmt::Write};

use anyhow::Context;
use chaos::chance::Chance;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::{
    Aggregate, CalendarSettings, Clock, Event, GoalId, Personal, RawEvent, Sealed, Shard, UserId, Workspace,
    WorkspaceId,
    calendar::Weekday,
    daily_log::{Counted, DailyLogEvent},
    goal::GoalEvent,
    workspace::WorkspaceEvent,
};
use runtime::SystemClock;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

/// Each generated workspace gets so many events: a log or three a day, for a year or two.
const EVENTS_A_WORKSPACE: u32 = 1_000;
/// And so many goals.
const GOALS: usize = 3;
/// So many bytes are sent at once.
const PIECE_BYTES: usize = 1 << 20;
/// A sealed text of 44 characters has so many.
const SEALED_CHARS: usize = 147;
const COPY_EVENTS: &str = "copy es.events (shard, position, stream_id, version, id, type, schema, workspace, actor,
    command_id, recorded_at, local_day, data) from stdin";
const COPY_COMMANDS: &str = "copy es.commands (id, actor, fingerprint, shard, position) from stdin";
const SEED: u64 = 0x6d6f_6d65_6e74_756d;

/// An id that looks random and is the same each time: a UUIDv7 made at this instant.
fn id(chance: &mut Chance, at: DateTime<Utc>) -> Uuid {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&chance.next().to_le_bytes());
    random[8..].copy_from_slice(&chance.next().to_le_bytes()[..2]);
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// An event, in the form in which it is written.
#[derive(Debug)]
pub struct Generated {
    /// Its stream, and its number in it.
    pub stream: (Uuid, i32),
    /// The tenant.
    pub workspace: Uuid,
    /// Who asked for it.
    pub actor: Uuid,
    /// Its id.
    pub id: Uuid,
    /// The command's id.
    pub command: Uuid,
    /// The event itself.
    pub raw: RawEvent,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The local day it was then.
    pub day: NaiveDate,
}

/// Somebody who logs day after day.
pub struct Diarist {
    chance: Chance,
    at: DateTime<Utc>,
    /// The day it is in their story.
    day: NaiveDate,
    user: UserId,
    id: WorkspaceId,
    workspace: Workspace,
    workspace_version: i32,
    goals: [GoalId; GOALS],
    logged: u32,
}

impl Diarist {
    /// One of their own for each `nth`, whose story ends shortly before `at`.
    #[must_use]
    pub fn new(nth: u64, at: DateTime<Utc>) -> Self {
        let mut chance = Chance::new(SEED).part(nth);
        let (day, workspace) = (first_day(at), Workspace::default());
        let mut new_id = || id(&mut chance, noon(day));
        let (user, home) = (UserId::new(new_id()), WorkspaceId::new(new_id()));
        let goals = [(); GOALS].map(|()| GoalId::new(new_id()));
        Self { chance, at, day, user, id: home, workspace, workspace_version: 0, goals, logged: 0 }
    }

    /// How it began: a workspace, and goals.
    pub fn beginning(&mut self) -> anyhow::Result<Vec<Generated>> {
        let settings =
            CalendarSettings { zone: "Europe/Berlin".into(), week_start: Weekday::Monday, day_start_minute: 0 };
        let created = self.workspace.create(self.user, settings, noon(self.day)).context("a workspace")?;
        let mut events = self.of_workspace(created)?;
        for goal in self.goals {
            let event =
                GoalEvent::GoalCreated { title: sealed(), description: None, target_date: None, total_minutes: None };
            events.push(self.generated((goal.uuid(), 1), &event.into())?);
        }
        Ok(events)
    }

    /// What comes before the next log: a new day, if there is one on each goal, with the weeks closed that are over by then.
    pub fn morning(&mut self) -> anyhow::Result<Vec<Generated>> {
        if self.logged == 0 || !(self.logged as usize).is_multiple_of(GOALS) {
            return Ok(vec![]);
        }
        let yesterday = self.day;
        self.day = yesterday + Days::new(1);
        self.close_weeks(yesterday, noon(self.day))
    }

    /// The next log, on each goal in turn.
    pub fn log(&mut self) -> anyhow::Result<Generated> {
        let goal = self.goals[self.logged as usize % GOALS];
        let minutes = u16::try_from(self.chance.next() % 90 + 1)?;
        self.logged += 1;
        let event = DailyLogEvent::DailyLogCreated {
            goal_id: goal,
            counted: Counted { day: self.day, minutes },
            zone: "Europe/Berlin".into(),
            text: Some(sealed()),
        };
        let stream = self.new_id();
        self.generated((stream, 1), &event.into())
    }

    /// How it ends: with every week closed by now, so that the week clock has nothing to do.
    pub fn ending(&mut self) -> anyhow::Result<Vec<Generated>> {
        let last = std::mem::replace(&mut self.day, self.at.date_naive());
        self.close_weeks(last, self.at)
    }

    fn close_weeks(&mut self, active_on: NaiveDate, now: DateTime<Utc>) -> anyhow::Result<Vec<Generated>> {
        let mut events = vec![];
        for week in self.workspace.weeks_to_close(active_on, now).context("weeks")? {
            let closed = self.workspace.close_week(week.first, active_on, now).context("a week")?;
            events.extend(self.of_workspace(closed)?);
        }
        Ok(events)
    }

    fn of_workspace(&mut self, events: Vec<WorkspaceEvent>) -> anyhow::Result<Vec<Generated>> {
        let mut generated = vec![];
        for event in events {
            self.workspace.evolve(&event);
            self.workspace_version += 1;
            generated.push(self.generated((self.id.uuid(), self.workspace_version), &event.into())?);
        }
        Ok(generated)
    }

    fn new_id(&mut self) -> Uuid {
        id(&mut self.chance, noon(self.day))
    }

    fn generated(&mut self, stream: (Uuid, i32), event: &Event) -> anyhow::Result<Generated> {
        Ok(Generated {
            stream,
            workspace: self.id.uuid(),
            actor: self.user.uuid(),
            id: self.new_id(),
            command: self.new_id(),
            raw: event.to_raw()?,
            recorded_at: self.at,
            day: self.day,
        })
    }
}

fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(12)
}

fn sealed() -> Personal {
    Personal::Sealed(Sealed { sealed: "A".repeat(SEALED_CHARS) })
}

/// So that the last log of everybody is in the past.
fn first_day(at: DateTime<Utc>) -> NaiveDate {
    at.date_naive() - Days::new(u64::from(EVENTS_A_WORKSPACE) / GOALS as u64 + 2)
}

/// Fills the log of this database up to `events` events, and few more, that end stories.
pub async fn fill(database: &str, events: u64) -> anyhow::Result<()> {
    let mut connections = [PgConnection::connect(database).await?, PgConnection::connect(database).await?];
    let heads = sqlx::query_as("select shard, head from es.heads").fetch_all(&mut connections[0]).await?;
    let mut heads: BTreeMap<i16, i64> = heads.into_iter().collect();
    let there: u64 = heads.values().map(|head| head.unsigned_abs()).sum();
    let missing = u32::try_from(events.saturating_sub(there))?;
    if missing == 0 {
        return Ok(());
    }
    let now = SystemClock.now();
    let people = (missing / EVENTS_A_WORKSPACE).max(1);
    // Another fill must not make the same people again.
    let mut diarists: Vec<Diarist> =
        (0..people).map(|nth| Diarist::new(there.wrapping_mul(1 << 20) + u64::from(nth), now)).collect();
    let (mut copying, mut left) = (Copying::default(), missing as usize);
    for diarist in &mut diarists {
        left = left.saturating_sub(copying.take_all(&diarist.beginning()?, &mut heads)?);
    }
    // Everybody logs each day, so what one workspace does lies far apart in the log.
    for nth in (0..diarists.len()).cycle() {
        if left == 0 {
            break;
        }
        let weeks = diarists[nth].morning()?;
        left = left.saturating_sub(copying.take_all(&weeks, &mut heads)? + 1);
        copying.take(&diarists[nth].log()?, &mut heads)?;
        if copying.events.len() > PIECE_BYTES {
            copying.write(&mut connections).await?;
        }
    }
    for diarist in &mut diarists {
        copying.take_all(&diarist.ending()?, &mut heads)?;
    }
    copying.write(&mut connections).await?;
    tidy(database).await
}

/// Has Postgres do at once what it would soon come to by itself, beside whatever is measured then: look through what is new
/// in this database, and write it out.
pub async fn tidy(database: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(database).await?;
    // Each by itself: together they would be a transaction, in which nothing can be vacuumed.
    for tidying in ["vacuum analyze", "checkpoint"] {
        sqlx::raw_sql(tidying).execute(&mut connection).await?;
    }
    Ok(connection.close().await?)
}

/// What is to be written next, as `copy` takes it.
#[derive(Default)]
struct Copying {
    events: String,
    commands: String,
}

impl Copying {
    /// Takes these events, and tells how many they are.
    fn take_all(&mut self, events: &[Generated], heads: &mut BTreeMap<i16, i64>) -> anyhow::Result<usize> {
        events.iter().try_for_each(|event| self.take(event, heads))?;
        Ok(events.len())
    }

    fn take(&mut self, event: &Generated, heads: &mut BTreeMap<i16, i64>) -> anyhow::Result<()> {
        let shard = Shard::of(WorkspaceId::new(event.workspace), i16::try_from(heads.len())?).0;
        let head = heads.get_mut(&shard).context("a shard")?;
        *head += 1;
        let Generated { stream: (stream, version), workspace, actor, id, command, raw, recorded_at, day } = event;
        let RawEvent { name, schema, data } = raw;
        write!(self.events, "{shard}\t{head}\t{stream}\t{version}\t{id}\t{name}\t{schema}\t{workspace}\t{actor}\t")?;
        writeln!(self.events, "{command}\t{recorded_at}\t{day}\t{}", data.as_str())?;
        // Any sixteen bytes do for the fingerprint.
        let fingerprint = command.simple();
        writeln!(self.commands, "{command}\t{actor}\t\\\\x{fingerprint}\t{shard}\t{head}")?;
        Ok(())
    }

    /// Side by side, for nobody looks yet whether one is there without the other.
    async fn write(&mut self, [one, another]: &mut [PgConnection; 2]) -> anyhow::Result<()> {
        let (events, commands) = (&mut self.events, &mut self.commands);
        tokio::try_join!(write(one, COPY_EVENTS, events), write(another, COPY_COMMANDS, commands))?;
        Ok(())
    }
}

async fn write(connection: &mut PgConnection, copy: &str, rows: &mut String) -> anyhow::Result<()> {
    let mut copy = connection.copy_in_raw(copy).await?;
    copy.send(rows.as_bytes()).await?;
    copy.finish().await?;
    rows.clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diarist_begins_the_same_each_time_and_ends_in_the_past() {
        let now = SystemClock.now();
        let (mut one, mut same) = (Diarist::new(1, now), Diarist::new(1, now));
        assert_eq!(one.beginning().expect("events").len(), 1 + GOALS);
        drop(same.beginning().expect("events"));
        let (mut events, mut weeks) = (0, 0);
        while events < EVENTS_A_WORKSPACE as usize {
            let closed = one.morning().expect("events").len();
            assert_eq!(same.morning().expect("events").len(), closed);
            (events, weeks) = (events + 1 + closed, weeks + closed);
            let log = one.log().expect("an event");
            assert_eq!(log.id, same.log().expect("an event").id);
            let Event::DailyLog(log) = log.raw.read().expect("an event") else { panic!("a daily log") };
            assert!(log.adds().expect("counted").day < now.date_naive());
        }
        assert!(weeks > 40, "{weeks}");
        assert!(one.ending().expect("events").len() < 6, "those after the last log");
    }
}
