//! What is answered about weeks. It follows from what a source tells and the instant asked at, and from nothing else.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::{
    Calendar, GoalId, HasPersonal, Personal, Week, WorkspaceId,
    figures::{DayFigures, WeekFigures},
    target::WeeklyTarget,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    rows::{ClockState, ClosedWeek, Correction},
    source::{Late, WeekSource},
};
use crate::months::DaySum;

/// A week tells so many of its corrections, the last ones.
pub const WEEK_CORRECTIONS_MAX: usize = 500;
/// No day before this one can be named.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).expect("a date");

/// A week's figures as they are now, and as they were when it closed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WeekSnapshot {
    /// Its first and last date.
    #[serde(flatten)]
    pub week: Week,
    /// The instant it ends or ended.
    pub ends_at: DateTime<Utc>,
    /// Whether it is closed: fixed, so that what changes it is a correction.
    pub closed: bool,
    /// What it comes to now.
    pub now: WeekFigures,
    /// What it came to when it closed: by what was recorded before its end. `null` until then.
    pub as_closed: Option<WeekFigures>,
    /// How many corrections there were since it was over.
    pub corrections: u32,
}

/// A goal's week.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GoalWeek {
    /// The goal.
    #[schema(value_type = Uuid)]
    pub goal_id: GoalId,
    /// What it is called.
    pub title: Personal,
    /// What its week comes to now.
    pub now: WeekFigures,
    /// What it came to when the week closed; `null` until then.
    pub as_closed: Option<WeekFigures>,
}

/// A week of the workspace, goal by goal.
#[derive(Clone, Debug, PartialEq)]
pub struct WeekDetails {
    /// The week of the whole workspace.
    pub snapshot: WeekSnapshot,
    /// The goals that have figures in it, or aimed at something.
    pub goals: Vec<GoalWeek>,
    /// The last corrections, in the order in which they came.
    pub corrections: Vec<Correction>,
}

impl HasPersonal for GoalWeek {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        visit("title", &mut self.title);
    }
}

/// What is known of the days around some weeks.
struct Known<'a> {
    calendar: &'a Calendar,
    days: BTreeMap<(Uuid, NaiveDate), DaySum>,
    late: Vec<Late>,
    closed: BTreeMap<NaiveDate, ClosedWeek>,
}

/// The weeks of a workspace or of one of its goals, newest first, from the running one or from the one before `before`
/// on, at most `limit`. None, if there is no such goal.
///
/// From the running week back to that of the workspace's first event, every week is told; of earlier ones, those that
/// have figures.
pub async fn list_weeks<S: WeekSource>(
    source: &S,
    workspace: WorkspaceId,
    goal: Option<GoalId>,
    now: DateTime<Utc>,
    before: Option<NaiveDate>,
    limit: usize,
) -> Result<Option<Vec<WeekSnapshot>>, S::Error> {
    let facts = match goal {
        None => None,
        Some(_) => match source.goals(workspace, goal).await?.pop() {
            None => return Ok(None),
            facts => facts,
        },
    };
    let Some(clock) = source.clock(workspace).await? else { return Ok(Some(vec![])) };
    let subject = goal.map_or(workspace.uuid(), GoalId::uuid);
    let weeks = weeks_before(source, workspace, subject, &clock, now, before, limit).await?;
    let Some(known) = Known::of(source, workspace, &[subject], goal, &clock.calendar, &weeks).await? else {
        return Ok(Some(vec![]));
    };
    let target = |week: &Week| facts.as_ref().and_then(|(_, facts)| facts.targets.in_week(week.first));
    Ok(Some(weeks.iter().map(|week| known.snapshot(*week, subject, goal, target(week))).collect()))
}

/// The week that begins on `first`, goal by goal; none, if no week does, or it is yet to come.
pub async fn get_week<S: WeekSource>(
    source: &S,
    workspace: WorkspaceId,
    first: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<WeekDetails>, S::Error> {
    let Some(clock) = source.clock(workspace).await?.filter(|_| first >= FIRST_DAY) else { return Ok(None) };
    let week = clock.calendar.week_of(first);
    if week.first != first || first > today(&clock, now) {
        return Ok(None);
    }
    let goals = source.goals(workspace, None).await?;
    let whole = workspace.uuid();
    let subjects: Vec<Uuid> = goals.iter().map(|(goal, _)| goal.uuid()).chain([whole]).collect();
    let Some(known) = Known::of(source, workspace, &subjects, None, &clock.calendar, &[week]).await? else {
        return Ok(None);
    };
    let goals = goals.into_iter().filter_map(|(goal_id, facts)| {
        let target = facts.targets.in_week(first);
        let WeekSnapshot { now, as_closed, .. } = known.snapshot(week, goal_id.uuid(), Some(goal_id), target);
        let any = now.logs > 0 || as_closed.is_some_and(|closed| closed.logs > 0) || facts.aims_in(week);
        any.then_some(GoalWeek { goal_id, title: facts.title, now, as_closed })
    });
    let goals = goals.collect();
    let mut corrections = source.corrections(workspace, (week.first, week.last), WEEK_CORRECTIONS_MAX).await?;
    corrections.reverse();
    Ok(Some(WeekDetails { snapshot: known.snapshot(week, whole, None, None), goals, corrections }))
}

/// Which weeks are told.
async fn weeks_before<S: WeekSource>(
    source: &S,
    workspace: WorkspaceId,
    subject: Uuid,
    clock: &ClockState,
    now: DateTime<Utc>,
    before: Option<NaiveDate>,
    limit: usize,
) -> Result<Vec<Week>, S::Error> {
    let Some(first_week) = clock.first_week() else { return Ok(vec![]) };
    let newest = match before {
        None => Some(today(clock, now)),
        Some(before) => before.pred_opt().filter(|day| *day >= FIRST_DAY).map(|day| day.min(today(clock, now))),
    };
    let Some(newest) = newest else { return Ok(vec![]) };
    let calendar = &clock.calendar;
    let all = std::iter::successors(Some(calendar.week_of(newest)), |week| {
        week.first.pred_opt().map(|day| calendar.week_of(day))
    });
    let mut weeks: Vec<Week> = all.take_while(|week| week.first >= first_week.first).take(limit).collect();
    let missing = limit - weeks.len();
    if missing > 0 {
        // No week has more days than seven.
        let days =
            source.days_before(workspace, subject, first_week.first.min(newest_end(newest)), 7 * missing).await?;
        let earlier = days.into_iter().map(|day| calendar.week_of(day));
        weeks.extend(earlier);
        weeks.dedup();
        weeks.truncate(limit);
    }
    Ok(weeks)
}

/// The day after the newest that is asked about.
fn newest_end(newest: NaiveDate) -> NaiveDate {
    newest.succ_opt().unwrap_or(newest)
}

/// The day it is; by a zone that this program does not know, the day of the last event is the best there is.
fn today(clock: &ClockState, now: DateTime<Utc>) -> NaiveDate {
    clock.calendar.today(now).unwrap_or(clock.active_on)
}

impl<'a> Known<'a> {
    /// All that these weeks, which are in descending order, and the ones before each of them need; none of no weeks.
    async fn of<S: WeekSource>(
        source: &S,
        workspace: WorkspaceId,
        subjects: &[Uuid],
        goal: Option<GoalId>,
        calendar: &'a Calendar,
        weeks: &[Week],
    ) -> Result<Option<Self>, S::Error> {
        let (Some(newest), Some(oldest)) = (weeks.first(), weeks.last()) else { return Ok(None) };
        let range = (week_before(calendar, *oldest).first, newest.last);
        let days = source.days(workspace, subjects, range).await?;
        let closed = source.closed(workspace, (oldest.first, newest.first)).await?;
        Ok(Some(Self {
            calendar,
            days: days.into_iter().map(|(subject, day, row)| ((subject, day), row)).collect(),
            late: source.late(workspace, goal, range).await?,
            closed: closed.into_iter().map(|closed| (closed.week.first, closed)).collect(),
        }))
    }

    /// A week of a goal, or of the workspace.
    fn snapshot(&self, week: Week, subject: Uuid, goal: Option<GoalId>, target: Option<WeeklyTarget>) -> WeekSnapshot {
        let before = week_before(self.calendar, week);
        let now = self.days_of(subject, (before.first, week.last));
        let own = || self.late.iter().filter(|late| goal.is_none_or(|goal| goal == late.goal));
        let closed = self.closed.get(&week.first);
        let as_closed = closed.map(|_| {
            let since = own().filter(|late| before.first <= late.day && late.day <= week.last);
            let days = without(now.clone(), since.filter(|late| late.local_day > week.last));
            WeekFigures::of(week, before, &figures(&days), target)
        });
        let corrections = own().filter(|late| week.first <= late.day && late.day <= week.last);
        WeekSnapshot {
            week,
            ends_at: closed.map_or_else(|| self.ends(week), |closed| closed.ends_at),
            closed: closed.is_some(),
            now: WeekFigures::of(week, before, &figures(&now), target),
            as_closed,
            corrections: corrections.map(|late| late.corrections).sum(),
        }
    }

    fn days_of(&self, subject: Uuid, (first, last): (NaiveDate, NaiveDate)) -> BTreeMap<NaiveDate, DaySum> {
        self.days.range((subject, first)..=(subject, last)).map(|((_, day), row)| (*day, *row)).collect()
    }

    /// When a week that is not closed ends; by a zone that this program does not know, at midnight as good as any.
    fn ends(&self, week: Week) -> DateTime<Utc> {
        let midnight = || week.last.succ_opt().unwrap_or(week.last).and_time(NaiveTime::MIN).and_utc();
        self.calendar.ends(week.last).unwrap_or_else(|_| midnight())
    }
}

fn week_before(calendar: &Calendar, week: Week) -> Week {
    calendar.week_of(week.first.pred_opt().unwrap_or(week.first))
}

/// The days as they were without what was corrected.
fn without<'a>(
    mut days: BTreeMap<NaiveDate, DaySum>,
    late: impl Iterator<Item = &'a Late>,
) -> BTreeMap<NaiveDate, DaySum> {
    for late in late {
        let day = days.entry(late.day).or_default();
        *day -= late.change;
    }
    days
}

fn figures(days: &BTreeMap<NaiveDate, DaySum>) -> Vec<DayFigures> {
    let of = |(day, row): (&NaiveDate, &DaySum)| DayFigures {
        day: *day,
        minutes: row.minutes.max(0).unsigned_abs(),
        logs: row.logs.max(0).unsigned_abs(),
        met: row.met > 0,
    };
    days.iter().map(of).collect()
}
