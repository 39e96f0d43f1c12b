//! The goals of the demo's person, and how they keep at each.

use super::texts;

/// A goal, and how it goes.
pub struct Habit {
    /// What ids and chance are named after.
    pub key: &'static str,
    /// What the goal is called.
    pub title: &'static str,
    /// What it is about.
    pub description: &'static str,
    /// When it began, as thousandths of the whole time before today.
    pub began: u32,
    /// When it ended, likewise; 0 while it goes on.
    pub ended: u32,
    /// From Monday to Sunday: in how many of a hundred weeks, and how many minutes.
    pub week: [(u32, u32); 7],
    /// How much of those minutes it is at the beginning and at the end, in percent.
    pub growth: (u32, u32),
    /// Minutes are multiples of this.
    pub minutes_step: u32,
    /// Whether every fourth week is a lighter one.
    pub rests: bool,
    /// Whether it happens more and more rarely.
    pub fades: bool,
    /// No due day was missed for so many days before today.
    pub unbroken_days: u32,
    /// Whether today is logged already.
    pub done_today: bool,
    /// What pauses it.
    pub paused_by: &'static [Pause],
    /// What is written into logs, and in how many of a hundred.
    pub texts: (&'static [&'static str], u32),
    /// Its schedule from today on, as JSON.
    pub schedule: Option<&'static str>,
    /// Its weekly target from this week on, as JSON.
    pub weekly_target: Option<&'static str>,
    /// So much of its total has been reached, in percent.
    pub reached: Option<u32>,
    /// Its target date: so many days from its last day.
    pub due_in_days: Option<i64>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Why a goal pauses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// Two weeks in August.
    Summer,
    /// The days around Christmas.
    Christmas,
    /// The flu.
    Flu,
    /// A shin that hurts.
    Shin,
}

/// What became of a goal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It goes on.
    Open,
    /// It goes on, under the second title it was given, with a target date further away than the first.
    Grown {
        /// What it was called at first.
        before: &'static str,
    },
    /// It goes on, after having been put away for a while.
    TakenOutAgain,
    /// It was reached.
    Completed,
    /// It was given up.
    Archived,
}

const NEVER: (u32, u32) = (0, 0);
const ALL: &[Pause] = &[Pause::Summer, Pause::Christmas, Pause::Flu];

/// All of them, in the order they were begun. The first one's target date tells as of which day an account was filled.
pub const HABITS: &[Habit] = &[
    Habit {
        key: "ten-kilometres",
        title: "Run ten kilometres",
        description: "From the sofa to ten kilometres without stopping.",
        began: 1_000,
        ended: 880,
        week: [NEVER, (80, 32), NEVER, (85, 34), NEVER, NEVER, (90, 45)],
        growth: (60, 130),
        minutes_step: 1,
        rests: false,
        fades: false,
        unbroken_days: 0,
        done_today: false,
        paused_by: &[Pause::Christmas],
        texts: (texts::FIRST_RUNS, 75),
        schedule: None,
        weekly_target: None,
        reached: Some(104),
        due_in_days: Some(5),
        outcome: Outcome::Completed,
    },
    Habit {
        key: "reading",
        title: "Read every evening",
        description: "Half an hour with a book instead of the phone.",
        began: 1_000,
        ended: 0,
        week: [(55, 25), (55, 25), (50, 25), (55, 30), (45, 20), (60, 40), (75, 55)],
        growth: (90, 110),
        minutes_step: 5,
        rests: false,
        fades: false,
        unbroken_days: 46,
        done_today: true,
        paused_by: &[Pause::Flu],
        texts: (texts::READING, 45),
        schedule: Some(r#"{ "kind": "every-day", "minutes_min": 10 }"#),
        weekly_target: Some(r#"{ "metric": "minutes", "value": 210 }"#),
        reached: Some(97),
        due_in_days: Some(31),
        outcome: Outcome::Open,
    },
    Habit {
        key: "spanish",
        title: "Learn Spanish",
        description: "Enough to talk with Lucía's parents without her having to translate.",
        began: 960,
        ended: 0,
        week: [(70, 20), (70, 20), (65, 20), (70, 20), (60, 15), (50, 25), (55, 30)],
        growth: (80, 115),
        minutes_step: 5,
        rests: false,
        fades: false,
        unbroken_days: 212,
        done_today: false,
        paused_by: &[Pause::Christmas, Pause::Flu],
        texts: (texts::SPANISH, 50),
        schedule: Some(r#"{ "kind": "every-day", "minutes_min": 10 }"#),
        weekly_target: Some(r#"{ "metric": "days", "value": 7 }"#),
        reached: Some(62),
        due_in_days: Some(320),
        outcome: Outcome::Open,
    },
    Habit {
        key: "marathon",
        title: "Run a marathon",
        description: "In under four and a half hours, and with a smile at the end.",
        began: 860,
        ended: 0,
        week: [NEVER, (78, 42), (20, 35), (82, 52), NEVER, (40, 35), (88, 85)],
        growth: (65, 130),
        minutes_step: 1,
        rests: true,
        fades: false,
        unbroken_days: 0,
        done_today: false,
        paused_by: &[Pause::Summer, Pause::Christmas, Pause::Flu, Pause::Shin],
        texts: (texts::RUNS, 70),
        schedule: Some(r#"{ "kind": "days-a-week", "days": 4, "minutes_min": 20 }"#),
        weekly_target: Some(r#"{ "metric": "minutes", "value": 220 }"#),
        reached: Some(88),
        due_in_days: Some(80),
        outcome: Outcome::Grown { before: "Run a half marathon" },
    },
    Habit {
        key: "early",
        title: "Get up at six",
        description: "An hour to myself before the day begins.",
        began: 800,
        ended: 690,
        week: [(95, 20), (95, 20), (90, 20), (90, 20), (85, 20), (30, 15), (20, 15)],
        growth: (110, 60),
        minutes_step: 5,
        rests: false,
        fades: true,
        unbroken_days: 0,
        done_today: false,
        paused_by: &[Pause::Christmas],
        texts: (texts::MORNINGS, 60),
        schedule: None,
        weekly_target: None,
        reached: None,
        due_in_days: None,
        outcome: Outcome::Archived,
    },
    Habit {
        key: "guitar",
        title: "Play the guitar",
        description: "One song by heart for Jo's birthday. Blackbird, if the hands agree.",
        began: 600,
        ended: 0,
        week: [(60, 25), NEVER, (65, 30), NEVER, (45, 25), (50, 40), NEVER],
        growth: (85, 115),
        minutes_step: 5,
        rests: false,
        fades: false,
        unbroken_days: 0,
        done_today: false,
        paused_by: ALL,
        texts: (texts::GUITAR, 65),
        schedule: Some(r#"{ "kind": "weekdays", "weekdays": ["monday", "wednesday", "friday"], "minutes_min": 15 }"#),
        weekly_target: Some(r#"{ "metric": "days", "value": 3 }"#),
        reached: None,
        due_in_days: Some(118),
        outcome: Outcome::Open,
    },
    Habit {
        key: "recipes",
        title: "Write down Grandma's recipes",
        description: "All of the blue notebook, tried, weighed and photographed, as a book for everybody by the next reunion.",
        began: 450,
        ended: 0,
        week: [NEVER, NEVER, (10, 45), NEVER, NEVER, (25, 60), (50, 80)],
        growth: (100, 90),
        minutes_step: 5,
        rests: false,
        fades: false,
        unbroken_days: 0,
        done_today: false,
        paused_by: ALL,
        texts: (texts::RECIPES, 85),
        schedule: Some(r#"{ "kind": "days-a-week", "days": 1, "minutes_min": 30 }"#),
        weekly_target: None,
        reached: Some(57),
        due_in_days: Some(38),
        outcome: Outcome::TakenOutAgain,
    },
    Habit {
        key: "sitting",
        title: "Sit still for ten minutes",
        description: "Nothing else. That is the point.",
        began: 350,
        ended: 0,
        week: [(70, 10), (65, 10), (65, 10), (60, 10), (55, 10), (45, 10), (50, 12)],
        growth: (100, 110),
        minutes_step: 1,
        rests: false,
        fades: false,
        unbroken_days: 4,
        done_today: true,
        paused_by: &[Pause::Christmas],
        texts: (texts::SITTING, 25),
        schedule: Some(r#"{ "kind": "every-day", "minutes_min": 10 }"#),
        weekly_target: Some(r#"{ "metric": "days", "value": 5 }"#),
        reached: None,
        due_in_days: None,
        outcome: Outcome::Open,
    },
];
