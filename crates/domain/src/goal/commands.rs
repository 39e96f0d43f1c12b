//! What can be asked of a goal, as it stands in the body of a request.

use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::GoalId;
use crate::{
    Personal, dates,
    patch::{given, present},
    values::{self, TOTAL_MINUTES_MAX},
};

/// Names a new goal.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CreateGoal {
    /// A UUIDv7 made by the client; without it the server makes one.
    #[garde(custom(values::given(values::made_id)))]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub id: Option<GoalId>,
    /// What it is called: one line, at most 200 characters.
    #[garde(custom(values::title))]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub title: Personal,
    /// What it is about, at most 4,000 characters.
    #[garde(custom(values::given(values::text)))]
    #[schema(value_type = Option<String>, max_length = 4_000)]
    pub description: Option<Personal>,
    /// The day it is to be reached by.
    #[garde(custom(values::given(values::date)))]
    #[serde(default, deserialize_with = "dates::given")]
    pub target_date: Option<NaiveDate>,
    /// The minutes it takes in all.
    #[garde(inner(range(min = 1, max = TOTAL_MINUTES_MAX)))]
    #[schema(minimum = 1, maximum = 52_704_000)]
    pub total_minutes: Option<u32>,
}

/// Changes some of a goal's fields: those that are present; `null` clears one, but for the title.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReviseGoal {
    /// The new title.
    #[garde(custom(values::given(values::title)))]
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub title: Option<Personal>,
    /// The new description, or `null` for none.
    #[garde(custom(values::replaced(values::text)))]
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 4_000)]
    pub description: Option<Option<Personal>>,
    /// The new target date, or `null` for none.
    #[garde(custom(values::replaced(values::date)))]
    #[serde(default, deserialize_with = "dates::replaced")]
    #[schema(value_type = Option<NaiveDate>)]
    pub target_date: Option<Option<NaiveDate>>,
    /// The new total in minutes, or `null` for none.
    #[garde(inner(inner(range(min = 1, max = TOTAL_MINUTES_MAX))))]
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 52_704_000)]
    pub total_minutes: Option<Option<u32>>,
}

/// Expects nothing of a goal on some days.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PauseGoal {
    /// The first day, which may be past; without it, today.
    #[garde(custom(values::given(values::date)))]
    #[serde(default, deserialize_with = "dates::given")]
    pub first: Option<NaiveDate>,
    /// The last day; without it, until the goal is resumed.
    #[garde(custom(values::given(values::date)))]
    #[serde(default, deserialize_with = "dates::given")]
    pub last: Option<NaiveDate>,
}

/// Expects something of a goal again on days that are paused.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ResumeGoal {
    /// The first day, which may be past; without it, today.
    #[garde(custom(values::given(values::date)))]
    #[serde(default, deserialize_with = "dates::given")]
    pub first: Option<NaiveDate>,
    /// The last day; without it, all days from the first on.
    #[garde(custom(values::given(values::date)))]
    #[serde(default, deserialize_with = "dates::given")]
    pub last: Option<NaiveDate>,
}
