//! What a client may wish for: commands on logs that only it changes, and on goals that all change.

use chrono::{Days, NaiveDate};
use domain::{Clock, Ids};
use reqwest::Method;
use runtime::{RandomIds, SystemClock};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{MARK, http::Request};
use crate::{chance::Chance, history::Place};

/// Logs are for one of so many days, and the latest is begun in every time zone.
const DAYS: usize = 30;
const LATEST_DAYS_AGO: u64 = 2;

/// A log that only one client changes, as that was told it is.
#[derive(Clone, Debug)]
pub(crate) struct OwnLog {
    pub id: Uuid,
    /// The place of whose it is in the list of people.
    pub owner: usize,
    pub version: u32,
    pub place: Place,
    pub minutes: u64,
    pub withdrawn: bool,
}

impl OwnLog {
    /// What a query must show, as text.
    pub fn content(&self) -> String {
        content_of_log(self.minutes, &text(self.minutes), self.withdrawn)
    }
}

/// What a goal or a log is shown as, as text.
pub(crate) fn content(shown: &Value) -> String {
    if let Some(title) = shown["title"].as_str() {
        return title.to_owned();
    }
    match (shown["minutes"].as_u64(), shown["text"].as_str(), shown["withdrawn"].as_bool()) {
        (Some(minutes), Some(text), Some(withdrawn)) => content_of_log(minutes, text, withdrawn),
        // No answer to who may ask.
        _ => shown.to_string(),
    }
}

fn content_of_log(minutes: u64, text: &str, withdrawn: bool) -> String {
    format!("{minutes} minutes, {text:?}{}", if withdrawn { ", withdrawn" } else { "" })
}

/// What is written of so many minutes, whenever it is.
fn text(minutes: u64) -> String {
    format!("{MARK} text of {minutes}")
}

/// Names a goal.
pub(crate) fn create_goal(goal: Uuid) -> Request {
    let body = json!({ "id": goal, "title": format!("{MARK} title"), "description": format!("{MARK} description") });
    request(Method::POST, "/v1/goals".to_owned(), body, goal)
}

/// Logs a day.
pub(crate) fn log_day(chance: &mut Chance, log: Uuid, goal: Uuid, minutes: u64) -> Request {
    let body = json!({ "id": log, "goal_id": goal, "day": day(chance), "minutes": minutes, "text": text(minutes) });
    request(Method::POST, "/v1/daily-logs".to_owned(), body, log)
}

/// Corrects a log.
pub(crate) fn correct(log: Uuid, minutes: u64) -> Request {
    let body = json!({ "minutes": minutes, "text": text(minutes) });
    request(Method::PATCH, format!("/v1/daily-logs/{log}"), body, log)
}

/// Withdraws a log, or restores it.
pub(crate) fn withdraw(log: Uuid, is_withdrawn: bool) -> Request {
    let word = if is_withdrawn { "restore" } else { "withdraw" };
    request(Method::POST, format!("/v1/daily-logs/{log}/{word}"), json!({}), log)
}

/// Gives a goal another title.
pub(crate) fn revise_goal(goal: Uuid, title: &str, if_match: Option<u32>) -> Request {
    let revise = request(Method::PATCH, format!("/v1/goals/{goal}"), json!({ "title": title }), goal);
    Request { if_match, ..revise }
}

fn request(method: Method, path: String, body: Value, stream: Uuid) -> Request {
    Request { command: RandomIds.uuid(), method, path, body, if_match: None, stream }
}

fn day(chance: &mut Chance) -> NaiveDate {
    let days_ago = u64::try_from(chance.below(DAYS)).unwrap_or_default();
    SystemClock.now().date_naive() - Days::new(LATEST_DAYS_AGO + days_ago)
}
