//! What can happen to a daily log.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::uuid;

use crate::{Event, GoalId, HasPersonal, Personal, patch::given};

/// What a log counts as: so many minutes on a day.
///
/// Each event says what it takes away and what it adds, so that totals follow from events alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Counted {
    /// The local day it counts for, fixed at logging: moving to another zone changes no history.
    pub day: NaiveDate,
    /// 0 to 1,440.
    pub minutes: u16,
}

/// An event of a daily log's stream. Variants are named as on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, strum::VariantNames, strum::IntoStaticStr)]
pub enum DailyLogEvent {
    /// A person logged what they did on a day.
    DailyLogCreated {
        /// The goal it was done for.
        goal_id: GoalId,
        /// What it adds.
        counted: Counted,
        /// The time zone the person was in.
        zone: String,
        /// What was done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Personal>,
    },
    /// It was something else, or on another day.
    DailyLogCorrected {
        /// The goal.
        goal_id: GoalId,
        /// What it takes away.
        was: Counted,
        /// What it adds.
        counted: Counted,
        /// The new text, `null` for none; absent if it stays.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
        text: Option<Option<Personal>>,
    },
    /// It does not count.
    DailyLogWithdrawn {
        /// The goal.
        goal_id: GoalId,
        /// What it takes away.
        was: Counted,
    },
    /// It counts again.
    DailyLogRestored {
        /// The goal.
        goal_id: GoalId,
        /// What it adds.
        counted: Counted,
    },
}

impl DailyLogEvent {
    /// One of each, as examples in documents and tests.
    pub fn samples() -> Vec<Self> {
        let goal_id = GoalId::new(uuid!("01990000-0000-7000-8000-000000000003"));
        let was = Counted { day: NaiveDate::from_ymd_opt(2026, 5, 20).unwrap_or_default(), minutes: 45 };
        let counted = Counted { minutes: 30, ..was };
        vec![
            Self::DailyLogCreated {
                goal_id,
                counted: was,
                zone: "Europe/Berlin".into(),
                text: Some(Personal::clear("Along the river.")),
            },
            Self::DailyLogCorrected { goal_id, was, counted, text: Some(Some(Personal::clear("To the bridge."))) },
            Self::DailyLogWithdrawn { goal_id, was: counted },
            Self::DailyLogRestored { goal_id, counted },
        ]
    }

    /// The goal that the log is for.
    pub const fn goal_id(&self) -> GoalId {
        match self {
            Self::DailyLogCreated { goal_id, .. }
            | Self::DailyLogCorrected { goal_id, .. }
            | Self::DailyLogWithdrawn { goal_id, .. }
            | Self::DailyLogRestored { goal_id, .. } => *goal_id,
        }
    }

    /// What the event takes away from a day's figures.
    pub const fn takes(&self) -> Option<Counted> {
        match self {
            Self::DailyLogCorrected { was, .. } | Self::DailyLogWithdrawn { was, .. } => Some(*was),
            Self::DailyLogCreated { .. } | Self::DailyLogRestored { .. } => None,
        }
    }

    /// What the event adds to a day's figures.
    pub const fn adds(&self) -> Option<Counted> {
        match self {
            Self::DailyLogCreated { counted, .. }
            | Self::DailyLogCorrected { counted, .. }
            | Self::DailyLogRestored { counted, .. } => Some(*counted),
            Self::DailyLogWithdrawn { .. } => None,
        }
    }
}

impl HasPersonal for DailyLogEvent {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        match self {
            Self::DailyLogCreated { text, .. } => text.iter_mut().for_each(|text| visit("text", text)),
            Self::DailyLogCorrected { text, .. } => text.iter_mut().flatten().for_each(|text| visit("text", text)),
            Self::DailyLogWithdrawn { .. } | Self::DailyLogRestored { .. } => {}
        }
    }
}

impl From<DailyLogEvent> for Event {
    fn from(event: DailyLogEvent) -> Self {
        Self::DailyLog(event)
    }
}

impl TryFrom<Event> for DailyLogEvent {
    type Error = Event;
    fn try_from(event: Event) -> Result<Self, Event> {
        if let Event::DailyLog(event) = event { Ok(event) } else { Err(event) }
    }
}
