//! What a dashboard follows from: rows loaded from tables in narrow ranges, or taken from a replay.

use std::collections::BTreeMap;

use analytics::{
    daily_totals::{DailyTotal, list_daily_totals_of},
    months::{Month, Months, month_of},
    streaks::{LOCAL_DAY_MARGIN, Streaks, counted},
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    Aggregate, Calendar, GoalId, Personal, Position, WEEK_BESIDE_DAYS, Workspace, WorkspaceId, pace::RECENT_DAYS,
    streaks::StreakState, target::WeeklyTargets,
};
use read_models::{
    SealedText,
    daily_logs::{DailyLogRow, DailyLogs, LogFilter, list_latest_logs_of, list_logs},
    goals::Goals,
};
use runtime::ApiError;
use sqlx::{PgPool, types::Json};
use worker::Replay;

use crate::{QueryState, seen::not_yet_shown};

/// So many goals are shown at most.
const GOALS_MAX: i64 = 200;
/// So many of the latest logs are shown.
const RECENT_LOGS: i64 = 10;
/// The heatmap begins with the week of the day so many days ago.
pub(super) const YEAR_DAYS: Days = Days::new(52 * 7);

/// What a dashboard follows from.
pub(super) struct Facts {
    pub calendar: Calendar,
    pub state: StreakState,
    /// How many goals were met on each of the last days.
    pub goals_met: BTreeMap<NaiveDate, u32>,
    /// The workspace's days of at least the last year, in order.
    pub year: Vec<DailyTotal>,
    pub goals: Vec<GoalFacts>,
    pub recent_logs: Vec<DailyLogRow>,
}

/// What is told of a goal follows from this.
pub(super) struct GoalFacts {
    pub id: GoalId,
    pub title: Personal,
    pub target_date: Option<NaiveDate>,
    pub total_minutes: Option<i32>,
    /// The minutes logged on it, in all.
    pub minutes: i64,
    pub weekly_targets: WeeklyTargets,
    pub state: StreakState,
    pub first_logged: Option<NaiveDate>,
    /// At least the last days that pace, and this week and the one before, are made of; in order.
    pub days: Vec<DailyTotal>,
}

/// The days that may matter, in whatever calendar.
struct Reach {
    recent: (NaiveDate, NaiveDate),
    year: (NaiveDate, NaiveDate),
}

impl Reach {
    fn around(now: DateTime<Utc>) -> Self {
        let day = now.date_naive();
        let (first, last) = (day - LOCAL_DAY_MARGIN, day + LOCAL_DAY_MARGIN + WEEK_BESIDE_DAYS);
        let recent = first - Days::new(RECENT_DAYS.into());
        Self { recent: (recent, last), year: (first - YEAR_DAYS - WEEK_BESIDE_DAYS, last) }
    }
}

/// What is loaded of the workspace itself.
struct WorkspaceFacts {
    calendar: Calendar,
    state: StreakState,
    goals_met: BTreeMap<NaiveDate, u32>,
    year: Vec<DailyTotal>,
}

impl Facts {
    /// Loads them, in three statements side by side: what is taken in between two of them may be in one and not yet in another.
    pub async fn load(tables: &PgPool, workspace: WorkspaceId, now: DateTime<Utc>) -> Result<Self, ApiError> {
        let reach = Reach::around(now);
        let (of_workspace, goals, recent_logs) = tokio::try_join!(
            load_workspace(tables, workspace, &reach),
            load_goals(tables, workspace, &reach),
            list_logs(tables, workspace, LogFilter::default(), None, RECENT_LOGS),
        )?;
        let WorkspaceFacts { calendar, state, goals_met, year } = of_workspace.ok_or_else(not_yet_shown)?;
        Ok(Self { calendar, state, goals_met, year, goals, recent_logs })
    }

    /// Makes them anew from the events up to `until`, for the moment `now`.
    pub async fn replay(
        query: &QueryState,
        workspace: WorkspaceId,
        until: Position,
        now: DateTime<Utc>,
    ) -> Result<Self, ApiError> {
        let (mut goals, mut logs) = (Replay::<Goals>::default(), Replay::<DailyLogs>::default());
        let mut streaks = Replay::<Streaks>::default();
        let take_in = |event: &_| {
            goals.take_in(event);
            logs.take_in(event);
            streaks.take_in(event);
            streaks.rows.forget_changes();
        };
        query.replay(workspace, until, take_in).await?;

        let (reach, streaks) = (Reach::around(now), streaks.rows);
        let totals_of = |subject, range| list_daily_totals_of(&streaks.days, workspace, subject, range);
        let state = |subject| streaks.state((workspace, subject)).cloned().unwrap_or_default();
        let active = goals.rows.all.iter().map(|(_, row)| row);
        let active = active.filter(|row| row.completed_on.is_none() && row.archived_on.is_none());
        let goals = active.take(usize::try_from(GOALS_MAX).unwrap_or(usize::MAX)).map(|row| GoalFacts {
            id: row.id,
            title: row.title.clone(),
            target_date: row.target_date,
            total_minutes: row.total_minutes,
            minutes: row.minutes,
            weekly_targets: row.weekly_targets.0.clone(),
            state: state(row.id.uuid()),
            first_logged: totals_of(row.id.uuid(), (NaiveDate::MIN, NaiveDate::MAX)).first().map(|first| first.day),
            days: totals_of(row.id.uuid(), reach.recent),
        });
        Ok(Self {
            goals: goals.collect(),
            calendar: streaks.calendar(workspace).cloned().ok_or_else(|| ApiError::not_found(Workspace::KIND))?,
            state: state(workspace.uuid()),
            goals_met: streaks.counted((workspace, workspace.uuid()), reach.recent),
            year: totals_of(workspace.uuid(), reach.year),
            recent_logs: list_latest_logs_of(&logs.rows, RECENT_LOGS),
        })
    }
}

async fn load_workspace(
    tables: &PgPool,
    workspace: WorkspaceId,
    reach: &Reach,
) -> Result<Option<WorkspaceFacts>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select clock.state->'calendar' as "calendar!: Json<Calendar>", streaks.state as "state: Json<StreakState>",
                  year.months, year.days as "days: Vec<Json<Month>>"
           from streaks join week_clock clock using (workspace)
           cross join lateral (
               select array_agg(month) as months, array_agg(days) as days from daily_totals t
               where t.workspace = streaks.workspace and t.subject = streaks.subject and month between $2 and $3
           ) as year
           where workspace = $1 and subject = $1"#,
        workspace.uuid(),
        month_of(reach.year.0),
        reach.year.1,
    )
    .fetch_optional(tables)
    .await?;
    let subject = (workspace, workspace.uuid());
    Ok(row.map(|row| {
        let days = Months::of_columns(subject, row.months, row.days);
        WorkspaceFacts {
            calendar: row.calendar.0,
            state: row.state.0,
            goals_met: counted(&days, subject, reach.recent),
            year: list_daily_totals_of(&days, workspace, subject.1, reach.year),
        }
    }))
}

async fn load_goals(tables: &PgPool, workspace: WorkspaceId, reach: &Reach) -> Result<Vec<GoalFacts>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select goal_id, title as "title: SealedText", target_date, total_minutes, goal.minutes as in_all,
                  weekly_targets as "weekly_targets: Json<WeeklyTargets>", state as "state: Json<StreakState>",
                  (select month from daily_totals t where t.workspace = $1 and t.subject = goal_id
                   order by month limit 1) as first_month,
                  recent.months, recent.days as "days: Vec<Json<Month>>"
           from streaks join goals goal on goal_id = subject and goal.workspace = streaks.workspace
           cross join lateral (
               select array_agg(month) as months, array_agg(days) as days
               from daily_totals t where t.workspace = $1 and t.subject = goal_id and month between $2 and $3
           ) as recent
           where streaks.workspace = $1 and completed_on is null and archived_on is null
           order by goal_id limit $4"#,
        workspace.uuid(),
        month_of(reach.recent.0),
        reach.recent.1,
        GOALS_MAX,
    )
    .fetch_all(tables)
    .await?;
    let goal = rows.into_iter().map(|row| {
        let months = Months::of_columns((workspace, row.goal_id), row.months, row.days);
        let recent = (month_of(reach.recent.0), reach.recent.1);
        let days = list_daily_totals_of(&months, workspace, row.goal_id, recent);
        // A goal that was logged before all days at hand was logged long enough ago.
        let earlier = row.first_month.filter(|month| *month < month_of(reach.recent.0));
        GoalFacts {
            id: row.goal_id.into(),
            title: row.title.into(),
            target_date: row.target_date,
            total_minutes: row.total_minutes,
            minutes: row.in_all,
            weekly_targets: row.weekly_targets.0,
            state: row.state.0,
            first_logged: earlier.or_else(|| days.first().map(|first| first.day)),
            days,
        }
    });
    Ok(goal.collect())
}
