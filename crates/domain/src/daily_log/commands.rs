//! What can be asked of a daily log, as it stands in the body of a request.

use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::DailyLogId;
use crate::{
    GoalId, Personal, dates,
    patch::{given, present},
    values::{self, LOG_MINUTES_MAX},
};

/// Logs what was done for a goal on a day.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct LogDay {
    /// A UUIDv7 made by the client; without it the server makes one.
    #[garde(custom(values::given(values::made_id)))]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub id: Option<DailyLogId>,
    /// The goal it was done for.
    #[garde(skip)]
    #[schema(value_type = uuid::Uuid)]
    pub goal_id: GoalId,
    /// The day it was done on; without it, today in the workspace's calendar. Never a day after today.
    #[garde(custom(values::given(values::date)))]
    #[serde(default, deserialize_with = "dates::given")]
    pub day: Option<NaiveDate>,
    /// 0 to 1,440.
    #[garde(range(max = LOG_MINUTES_MAX))]
    #[schema(maximum = 1440)]
    pub minutes: u16,
    /// What was done, at most 4,000 characters.
    #[garde(custom(values::given(values::text)))]
    #[schema(value_type = Option<String>, max_length = 4_000)]
    pub text: Option<Personal>,
}

/// Changes some of a log's fields: those that are present; `null` clears the text.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CorrectLog {
    /// The day it really was.
    #[garde(custom(values::given(values::date)))]
    #[serde(default, deserialize_with = "dates::present")]
    #[schema(value_type = NaiveDate)]
    pub day: Option<NaiveDate>,
    /// The minutes they really were, 0 to 1,440.
    #[garde(inner(range(max = LOG_MINUTES_MAX)))]
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = u16, maximum = 1440)]
    pub minutes: Option<u16>,
    /// The new text, or `null` for none.
    #[garde(custom(values::replaced(values::text)))]
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 4_000)]
    pub text: Option<Option<Personal>>,
}
