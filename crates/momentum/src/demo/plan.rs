//! The commands that make the diary an account: in stages, each a number of chains that may run side by side.

use chrono::{Days, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    chance::{Chance, Seed},
    diary::{Entry, Span},
    habits::{HABITS, Habit, Outcome},
};

/// In so many of a hundred logs something goes wrong at first.
const MISHAPS_PERCENT: u32 = 4;
/// A total is a multiple of ten hours, as people choose them.
const TOTAL_STEP_MINUTES: u32 = 600;

/// The log of a day, and the one that was made of it by mistake.
const LOG: &str = "log";
const AGAIN: &str = "again";

/// A command of a chain.
pub struct Step {
    /// What its id is made from.
    pub name: String,
    /// What it asks.
    pub ask: Ask,
}

/// What is asked.
pub enum Ask {
    /// This request.
    Send(Method, String, Value),
    /// That what the step before it did be taken back.
    Undo,
}

/// Commands one after the other.
pub type Chain = Vec<Step>;

/// The whole story.
pub struct Plan {
    /// What happens one after the other; the chains of one stage may run side by side.
    pub stages: Vec<Vec<Chain>>,
    /// How many logs stay.
    pub logs: usize,
    /// The first day with one.
    pub first_day: NaiveDate,
}

impl Plan {
    /// The story of so many years up to `today`.
    pub fn new(seed: &Seed, years: u16, today: NaiveDate) -> Self {
        let span = Span::new(seed, years, today);
        let (mut begun, mut paused, mut logged, mut settled) = (vec![], vec![], vec![], vec![]);
        let (mut logs, mut first_day) = (0, today);
        for (habit, nth) in HABITS.iter().zip(0..) {
            let entries = span.entries(seed, habit);
            logs += entries.len();
            first_day = entries.first().map_or(first_day, |entry| entry.day.min(first_day));
            let goal = Goal { seed, span: &span, habit, id: goal_id(seed, nth) };
            begun.push(goal.begins(&entries));
            paused.push(goal.pauses());
            logged.extend(goal.logs(entries));
            settled.push(goal.settles());
        }
        // Day by day, as a diary is written.
        logged.sort_by_key(|(day, _)| *day);
        let logged = logged.into_iter().map(|(_, chain)| chain).collect();
        // Goals are begun one after the other, so that history tells them in their order.
        let begun = vec![begun.into_iter().flatten().collect()];
        let stages = vec![begun, paused, logged, settled, vec![vec![moves()]]];
        Self { stages, logs, first_day }
    }

    /// How many commands there are.
    pub fn steps(&self) -> usize {
        self.stages.iter().flatten().map(Vec::len).sum()
    }
}

/// The goal that is begun first.
pub fn first_goal(seed: &Seed) -> Uuid {
    goal_id(seed, 0)
}

/// The day as of which an account was filled whose first goal has this target date.
pub fn filled_as_of(years: u16, target_date: NaiveDate) -> NaiveDate {
    let ended = u64::from(years) * 365 * u64::from(HABITS[0].ended) / 1_000;
    target_date + Days::new(ended) - Days::new(HABITS[0].due_in_days.unwrap_or(0).unsigned_abs())
}

fn goal_id(seed: &Seed, nth: usize) -> Uuid {
    seed.id(HABITS[nth].key, u64::try_from(nth).unwrap_or(0))
}

/// From the next day on the person lives in another zone.
fn moves() -> Step {
    let calendar = json!({ "zone": "Europe/Berlin", "week_start": "monday", "day_start_minute": 0 });
    Step { name: "move".into(), ask: Ask::Send(Method::PUT, "/v1/workspace/calendar".into(), calendar) }
}

/// A goal of the story.
struct Goal<'a> {
    seed: &'a Seed,
    span: &'a Span,
    habit: &'a Habit,
    id: Uuid,
}

impl Goal<'_> {
    fn step(&self, name: &str, method: Method, path: String, body: Value) -> Step {
        Step { name: format!("{} {name}", self.habit.key), ask: Ask::Send(method, path, body) }
    }

    /// A command on the goal itself.
    fn on_goal(&self, name: &str, method: Method, what: &str, body: Value) -> Step {
        self.step(name, method, format!("/v1/goals/{}{what}", self.id), body)
    }

    fn undo(&self, name: &str) -> Step {
        Step { name: format!("{} {name}", self.habit.key), ask: Ask::Undo }
    }

    fn begins(&self, entries: &[Entry]) -> Chain {
        let habit = self.habit;
        let minutes: u32 = entries.iter().map(|entry| entry.minutes).sum();
        let total = habit.reached.map(|reached| {
            let total = minutes * 100 / reached;
            // What was reached more than wholly is rounded down, so that it stays so.
            let hours = if reached > 100 { total / 60 } else { total.div_ceil(TOTAL_STEP_MINUTES) * 10 };
            hours.max(1) * 60
        });
        let date = |days: i64| self.span.at(habit.ended) + Days::new(days.unsigned_abs());
        let target_date = habit.due_in_days.map(date);
        let body = |title: &str, target_date: Option<NaiveDate>| {
            json!({ "id": self.id, "title": title, "description": habit.description, "target_date": target_date,
                    "total_minutes": total })
        };
        let create = |body| self.step("begin", Method::POST, "/v1/goals".into(), body);
        match habit.outcome {
            Outcome::Grown { before } => vec![
                create(body(before, Some(self.span.at(habit.began / 2)))),
                self.on_goal("grow", Method::PATCH, "", json!({ "title": habit.title, "target_date": target_date })),
            ],
            Outcome::Open | Outcome::TakenOutAgain | Outcome::Completed | Outcome::Archived => {
                vec![create(body(habit.title, target_date))]
            }
        }
    }

    fn pauses(&self) -> Chain {
        let ranges = self.span.pauses(self.habit).into_iter();
        let body = |first: &NaiveDate, last: &NaiveDate| json!({ "first": first, "last": last });
        ranges
            .map(|days| {
                let name = format!("pause {}", days.start());
                self.on_goal(&name, Method::POST, "/pause", body(days.start(), days.end()))
            })
            .collect()
    }

    /// What holds from today on, and what became of the goal.
    fn settles(&self) -> Chain {
        let mut chain = vec![];
        let given = |text: Option<&str>| text.and_then(|text| serde_json::from_str::<Value>(text).ok());
        if let Some(schedule) = given(self.habit.schedule) {
            chain.push(self.on_goal("schedule", Method::PUT, "/schedule", schedule));
        }
        if let Some(target) = given(self.habit.weekly_target) {
            chain.push(self.on_goal("weekly target", Method::PUT, "/weekly-target", target));
        }
        let posts = |name| self.on_goal(name, Method::POST, &format!("/{name}"), json!({}));
        match self.habit.outcome {
            Outcome::Open => {}
            Outcome::Grown { .. } => {
                // Second thoughts, and third ones.
                chain.push(self.on_goal(
                    "second thoughts",
                    Method::PATCH,
                    "",
                    json!({ "title": "Run a half marathon" }),
                ));
                chain.push(self.undo("third thoughts"));
            }
            Outcome::TakenOutAgain => chain.extend([posts("archive"), posts("restore")]),
            Outcome::Completed => chain.push(posts("complete")),
            Outcome::Archived => chain.push(posts("archive")),
        }
        chain
    }

    fn logs(&self, entries: Vec<Entry>) -> Vec<(NaiveDate, Chain)> {
        let mut chance = self.seed.chance(&format!("{} mishaps", self.habit.key));
        entries.into_iter().map(|entry| (entry.day, self.log(&entry, &mut chance))).collect()
    }

    /// A log, which in the end says what the diary says, whatever goes wrong on the way.
    fn log(&self, entry: &Entry, chance: &mut Chance) -> Chain {
        let (goes_wrong, mishap) = (chance.happens(MISHAPS_PERCENT), chance.between(0, 6));
        let Entry { day, minutes, text } = entry;
        let corrects = |body| self.on_log(*day, "correct", Method::PATCH, "", body);
        let posts = |name| self.on_log(*day, name, Method::POST, &format!("/{name}"), json!({}));
        let undo = |name: &str| self.undo(&format!("{name} {day}"));
        let says = |what, on: NaiveDate, minutes: u32, text: Option<&str>| {
            let id = self.log_id(*day, what);
            let body = json!({ "id": id, "goal_id": self.id, "day": on, "minutes": minutes, "text": text });
            self.step(&format!("{what} {day}"), Method::POST, "/v1/daily-logs".into(), body)
        };
        let text = text.as_deref();
        let right = says(LOG, *day, *minutes, text);
        match mishap {
            _ if !goes_wrong => vec![right],
            // A typing error.
            0 => vec![says(LOG, *day, minutes + 30, text), corrects(json!({ "minutes": minutes }))],
            // It was after midnight.
            1 if *day < self.span.today => {
                vec![says(LOG, *day + Days::new(1), *minutes, text), corrects(json!({ "day": day }))]
            }
            // What there was to say came later.
            2 => vec![says(LOG, *day, *minutes, None), corrects(json!({ "text": text }))],
            // Logged on the phone, and once more at home.
            3 => {
                let path = format!("/v1/daily-logs/{}/withdraw", self.log_id(*day, AGAIN));
                let withdraw = self.step(&format!("withdraw again {day}"), Method::POST, path, json!({}));
                vec![right, says(AGAIN, *day, *minutes, text), withdraw]
            }
            4 => vec![right, posts("withdraw"), posts("restore")],
            5 => vec![right, corrects(json!({ "minutes": minutes / 2 })), undo("undo")],
            // A correction that was right after all.
            _ => {
                let corrected = corrects(json!({ "minutes": minutes }));
                vec![says(LOG, *day, minutes + 10, text), corrected, undo("undo"), undo("redo")]
            }
        }
    }

    /// A command on the log of a day.
    fn on_log(&self, day: NaiveDate, name: &str, method: Method, what: &str, body: Value) -> Step {
        let path = format!("/v1/daily-logs/{}{what}", self.log_id(day, LOG));
        self.step(&format!("{name} {day}"), method, path, body)
    }

    fn log_id(&self, day: NaiveDate, what: &str) -> Uuid {
        let nth = (day - self.span.before(self.span.days)).num_days().unsigned_abs();
        self.seed.id(&format!("{} {what} {day}", self.habit.key), nth)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day")
    }

    fn told(plan: &Plan, seed: &Seed) -> Vec<(Uuid, String)> {
        let steps = plan.stages.iter().flatten().flatten();
        let asked = |step: &Step| match &step.ask {
            Ask::Send(method, path, body) => format!("{method} {path} {body}"),
            Ask::Undo => String::new(),
        };
        steps.map(|step| (seed.command(&step.name, day()), asked(step))).collect()
    }

    #[test]
    fn the_same_seed_asks_the_same_and_no_two_commands_have_one_id() {
        for number in 1..=10 {
            let seed = Seed::new(number, 2, "ada@example.org");
            let asked = told(&Plan::new(&seed, 2, day()), &seed);
            assert_eq!(asked, told(&Plan::new(&seed, 2, day()), &seed));
            assert_eq!(asked.iter().map(|(id, _)| id).collect::<BTreeSet<_>>().len(), asked.len());
        }
    }

    #[test]
    fn no_log_is_of_a_day_to_come() {
        let seed = Seed::new(1, 2, "");
        let plan = Plan::new(&seed, 2, day());
        for step in plan.stages.iter().flatten().flatten() {
            if let Ask::Send(_, _, body) = &step.ask
                && let Some(logged) = body["day"].as_str()
            {
                assert!(logged.parse::<NaiveDate>().expect("a day") <= day(), "{}", step.name);
            }
        }
    }

    #[test]
    fn the_first_goal_tells_the_day_as_of_which_an_account_was_filled() {
        let seed = Seed::new(1, 3, "");
        let plan = Plan::new(&seed, 3, day());
        let Ask::Send(_, _, body) = &plan.stages[0][0][0].ask else { panic!("a goal is begun first") };
        assert_eq!(body["id"], json!(first_goal(&seed)));
        let target_date = body["target_date"].as_str().and_then(|text| text.parse().ok()).expect("a day");
        assert_eq!(filled_as_of(3, target_date), day());
    }
}
