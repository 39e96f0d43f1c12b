//! The rows of the tables behind weekly snapshots.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Calendar, CalendarSettings, GoalId, HasPersonal, Personal, UserId, Week, WorkspaceId,
    pauses::{DayRange, DaySet},
    target::WeeklyTargets,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use worker::Rows;

use crate::months::DaySum;

/// The rows of the tables.
#[derive(Debug, Default)]
pub struct WeekRows {
    /// By the first date.
    pub(crate) closed: Rows<(WorkspaceId, NaiveDate), ClosedWeek>,
    pub(crate) clocks: Rows<WorkspaceId, ClockState>,
    pub(crate) goals: Rows<(WorkspaceId, GoalId), GoalFacts>,
    /// By the day and the position of the event, which changes a day at most once.
    pub(crate) corrections: Rows<(WorkspaceId, NaiveDate, i64), Correction>,
}

impl WeekRows {
    /// The calendars of the workspaces.
    pub(crate) fn calendars(&self) -> Rows<WorkspaceId, Calendar> {
        Rows::loaded(self.clocks.iter().map(|(workspace, clock)| (*workspace, clock.calendar.clone())))
    }
}

/// A week that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosedWeek {
    /// Its dates.
    pub week: Week,
    /// When it ended.
    pub ends_at: DateTime<Utc>,
}

/// What the week clock knows of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockState {
    /// Its dated calendar facts.
    pub calendar: Calendar,
    /// The last week that was closed.
    pub closed: Option<Week>,
    /// The local day of its last event that was not the end of a week.
    pub active_on: NaiveDate,
}

/// What a goal's weeks are told by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoalFacts {
    /// What it is called.
    pub title: Personal,
    /// What is aimed for each week.
    pub targets: WeeklyTargets,
    /// The local day it was named on.
    pub since: NaiveDate,
    /// The days on which it was completed or archived.
    pub put_away: DaySet,
    /// Whether it is completed.
    pub completed: bool,
    /// Whether it is archived.
    pub archived: bool,
}

/// A change of a day's figures after its week was over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Correction {
    /// The number of the event within its shard.
    #[serde(skip)]
    pub number: i64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The local day it was then.
    pub local_day: NaiveDate,
    /// What happened, as in `DailyLogCorrected`.
    #[serde(rename = "type")]
    pub name: String,
    /// Who did it.
    #[schema(value_type = Uuid)]
    pub actor: UserId,
    /// The goal.
    #[schema(value_type = Uuid)]
    pub goal_id: GoalId,
    /// The log, if it was about one.
    pub log_id: Option<Uuid>,
    /// The day whose figures it changed.
    pub day: NaiveDate,
    /// By so many minutes.
    pub minutes: i32,
    /// By so many logs.
    pub logs: i32,
    /// 1 if the goal met the day by it, -1 if it no longer did.
    pub met: i32,
}

impl Correction {
    /// By how much it changed the figures of its day.
    pub(crate) fn change(&self) -> DaySum {
        DaySum { minutes: self.minutes, logs: self.logs, met: self.met }
    }
}

/// When a week is to be closed: once `day` is over by these settings.
pub(crate) struct Due<'a> {
    pub settings: &'a CalendarSettings,
    pub day: NaiveDate,
}

impl ClockState {
    /// When the next week is to be closed; none, where the workspace is idle.
    pub(crate) fn due(&self) -> Option<Due<'_>> {
        let day = self.calendar.next_to_close(self.closed, self.active_on)?.last;
        let settings = self.calendar.settings_on(day.succ_opt()?)?;
        Some(Due { settings, day })
    }

    /// The week of the first event.
    pub(crate) fn first_week(&self) -> Option<Week> {
        self.calendar.facts().first().map(|fact| self.calendar.week_of(fact.from))
    }
}

impl GoalFacts {
    /// Of a goal that was named on `since`.
    pub(crate) fn new(title: Personal, since: NaiveDate) -> Self {
        Self {
            title,
            targets: WeeklyTargets::default(),
            since,
            put_away: DaySet::default(),
            completed: false,
            archived: false,
        }
    }

    /// Takes in that it is completed or archived, or is so no longer, on `day`.
    pub(crate) fn put_away(&mut self, day: NaiveDate) {
        let onwards = DayRange::since(day);
        if self.completed || self.archived { self.put_away.add(onwards) } else { self.put_away.remove(onwards) }
    }

    /// Whether something was aimed for in `week`, while it was there and not put away.
    pub(crate) fn aims_in(&self, week: Week) -> bool {
        let open = |day: NaiveDate| day >= self.since && !self.put_away.contains(day);
        self.targets.in_week(week.first).is_some() && week.days().any(open)
    }
}

impl HasPersonal for GoalFacts {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        visit("title", &mut self.title);
    }
}
