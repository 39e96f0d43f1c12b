//! What can happen to a goal.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    Event, HasPersonal, Personal,
    calendar::Weekday,
    patch::given,
    pauses::DayRange,
    schedule::Schedule,
    target::{Metric, WeeklyTarget},
};

/// An event of a goal's stream. Variants are named as on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, strum::VariantNames, strum::IntoStaticStr)]
pub enum GoalEvent {
    /// A person named a goal.
    GoalCreated {
        /// What it is called.
        title: Personal,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<Personal>,
        /// The day it is to be reached by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_date: Option<NaiveDate>,
        /// The minutes it takes in all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total_minutes: Option<u32>,
    },
    /// Some of its fields were changed: those present, of which `null` ones were cleared.
    GoalRevised {
        /// The new title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<Personal>,
        /// The new description.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
        description: Option<Option<Personal>>,
        /// The new target date.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
        target_date: Option<Option<NaiveDate>>,
        /// The new total.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
        total_minutes: Option<Option<u32>>,
    },
    /// It was reached.
    GoalCompleted {},
    /// It was not reached after all, or is taken up again.
    GoalReopened {},
    /// It was put away.
    GoalArchived {},
    /// It was taken out again.
    GoalRestored {},
    /// Other days are expected, from a day on.
    GoalScheduleSet {
        /// The first day it holds on.
        from: NaiveDate,
        /// What is expected.
        schedule: Schedule,
    },
    /// So much is aimed for each week, from a week on.
    WeeklyTargetSet {
        /// The first date of the first week it holds in.
        from_week: NaiveDate,
        /// The target.
        target: WeeklyTarget,
    },
    /// Nothing is aimed for any more, from a week on.
    WeeklyTargetWithdrawn {
        /// The first date of the first week without a target.
        from_week: NaiveDate,
    },
    /// Nothing is expected on these days.
    GoalPaused {
        /// The days.
        days: DayRange,
    },
    /// These days are paused no longer.
    GoalResumed {
        /// The days.
        days: DayRange,
    },
}

impl GoalEvent {
    /// One of each, as examples in documents and tests.
    pub fn samples() -> Vec<Self> {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        vec![
            Self::GoalCreated {
                title: Personal::clear("Run a marathon"),
                description: Some(Personal::clear("Slowly, and to the end.")),
                target_date: NaiveDate::from_ymd_opt(2026, 10, 25),
                total_minutes: Some(12_000),
            },
            Self::GoalRevised {
                title: Some(Personal::clear("Run half a marathon")),
                description: Some(None),
                target_date: Some(NaiveDate::from_ymd_opt(2026, 9, 27)),
                total_minutes: None,
            },
            Self::GoalCompleted {},
            Self::GoalReopened {},
            Self::GoalArchived {},
            Self::GoalRestored {},
            Self::GoalScheduleSet {
                from: day(2026, 3, 2),
                schedule: Schedule::Weekdays { weekdays: [Weekday::Monday, Weekday::Thursday].into(), minutes_min: 20 },
            },
            Self::WeeklyTargetSet {
                from_week: day(2026, 3, 2),
                target: WeeklyTarget { metric: Metric::Minutes, value: 150 },
            },
            Self::WeeklyTargetWithdrawn { from_week: day(2026, 4, 6) },
            Self::GoalPaused { days: DayRange::new(day(2026, 7, 20), day(2026, 8, 2)) },
            Self::GoalResumed { days: DayRange::since(day(2026, 7, 30)) },
        ]
    }
}

impl HasPersonal for GoalEvent {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        match self {
            Self::GoalCreated { title, description, .. } => {
                visit("title", title);
                description.iter_mut().for_each(|text| visit("description", text));
            }
            Self::GoalRevised { title, description, .. } => {
                title.iter_mut().for_each(|text| visit("title", text));
                description.iter_mut().flatten().for_each(|text| visit("description", text));
            }
            Self::GoalCompleted {}
            | Self::GoalReopened {}
            | Self::GoalArchived {}
            | Self::GoalRestored {}
            | Self::GoalScheduleSet { .. }
            | Self::WeeklyTargetSet { .. }
            | Self::WeeklyTargetWithdrawn { .. }
            | Self::GoalPaused { .. }
            | Self::GoalResumed { .. } => {}
        }
    }
}

impl From<GoalEvent> for Event {
    fn from(event: GoalEvent) -> Self {
        Self::Goal(event)
    }
}

impl TryFrom<Event> for GoalEvent {
    type Error = Event;
    fn try_from(event: Event) -> Result<Self, Event> {
        if let Event::Goal(event) = event { Ok(event) } else { Err(event) }
    }
}
