//! Weekly snapshots: answers against a plain computation from the events.

use std::collections::{BTreeMap, BTreeSet};

use analytics::{
    figures::{FigureRows, Figures},
    weekly_snapshots::{Tables, WeekDetails, WeekSnapshot, get_week, list_weeks},
};
use chrono::NaiveDate;
use domain::{
    Aggregate, Event, Goal, GoalId, Id, Recorded, Week,
    daily_log::Counted,
    figures::{DayFigures, WeekFigures},
    workspace::WorkspaceEvent,
};
use proptest::{collection, prelude::*, test_runner::TestRunner};
use sqlx::PgPool;
use tokio::runtime::Runtime;
use uuid::Uuid;
use worker::Fold;

use crate::{
    cuts::fill,
    diary::{Diary, GOALS, happening, workspace},
    tables::pool,
};

/// So many histories are tried.
const CASES: u32 = 64;
/// More weeks than any of the histories has.
const ALL: usize = 1_000;

#[test]
fn each_week_is_told_as_it_is_now_and_as_it_was_when_it_closed() {
    let runtime = Runtime::new().unwrap();
    // Connections are given back wherever a source is dropped.
    let _within = runtime.enter();
    let database = runtime.block_on(testkit::database());
    let pool = runtime.block_on(async { pool(&database, "analytics") });
    let mut runner = TestRunner::new(ProptestConfig::with_cases(CASES));
    let histories = (collection::vec(happening(), 1..160), 1..5_usize);
    let held = runner.run(&histories, |(happenings, page)| {
        let diary = Diary::of(&happenings);
        let mut memory = FigureRows::default();
        for event in &diary.events {
            prop_assert!(Figures::fold(&mut memory, event).is_ok());
        }
        runtime.block_on(fill::<Figures>(&pool, &diary.events));
        let goals = (1..=GOALS).map(|number| Some(Id::new(Uuid::from_u128(number))));
        for goal in goals.chain([None]) {
            let told = runtime.block_on(list(&pool, &diary, goal, None, ALL));
            let replayed = runtime.block_on(list_weeks(&memory, workspace(), goal, diary.now, None, ALL));
            prop_assert_eq!(&Ok(Some(told.clone())), &replayed, "a replay answers otherwise");
            prop_assert_eq!(&told, &plain(&diary, goal));
            prop_assert_eq!(&runtime.block_on(paged(&pool, &diary, goal, page)), &told, "pages tell otherwise");
        }
        for week in plain(&diary, None) {
            let first = week.week.first;
            let source = runtime.block_on(Tables::now(&pool)).unwrap();
            let told = runtime.block_on(get_week(&source, workspace(), first, diary.now)).unwrap();
            let replayed = runtime.block_on(get_week(&memory, workspace(), first, diary.now)).unwrap();
            prop_assert_eq!(&told, &replayed, "a replay answers otherwise");
            details_are_right(&told.unwrap(), &week, &diary)?;
        }
        let beyond = NaiveDate::from_ymd_opt(2199, 12, 30);
        let told = runtime.block_on(list(&pool, &diary, None, beyond, ALL));
        prop_assert_eq!(&told, &runtime.block_on(list(&pool, &diary, None, None, ALL)), "no week is yet to come");
        // One answer is of one moment, whatever happens between its statements.
        let source = runtime.block_on(Tables::now(&pool)).unwrap();
        let again = || runtime.block_on(list_weeks(&source, workspace(), None, diary.now, None, ALL)).unwrap();
        prop_assert_eq!(again(), Some(told.clone()));
        runtime.block_on(sqlx::query("delete from daily_totals").execute(&pool)).unwrap();
        prop_assert_eq!(again(), Some(told));
        Ok(())
    });
    held.unwrap();
}

/// The details of a week agree with the weeks of its goals, and its corrections with what changed since it closed.
fn details_are_right(told: &WeekDetails, week: &WeekSnapshot, diary: &Diary) -> Result<(), TestCaseError> {
    prop_assert_eq!(&told.snapshot, week);
    prop_assert_eq!(told.corrections.len(), usize::try_from(week.corrections).unwrap());
    let all: Vec<&Recorded> = diary.events.iter().collect();
    let known = goals(&all);
    for of_goal in &told.goals {
        prop_assert_eq!(Some(&of_goal.title), known[&of_goal.goal_id].title.as_ref());
        let weeks = plain(diary, Some(of_goal.goal_id));
        if let Some(plain) = weeks.iter().find(|plain| plain.week == week.week) {
            prop_assert_eq!((&of_goal.now, &of_goal.as_closed), (&plain.now, &plain.as_closed));
        }
    }
    for goal in (1..=GOALS).map(|number| Id::new(Uuid::from_u128(number))) {
        let weeks = plain(diary, Some(goal));
        let plain = weeks.iter().find(|plain| plain.week == week.week);
        let logs = plain.map_or(0, |plain| plain.now.logs + plain.as_closed.map_or(0, |closed| closed.logs));
        let is_told = told.goals.iter().any(|of_goal| of_goal.goal_id == goal);
        prop_assert_eq!(is_told, logs > 0 || aims(diary, goal, week.week), "goal {} in {:?}", goal, week.week);
    }
    if let Some(closed) = week.as_closed {
        let minutes: i64 = told.corrections.iter().map(|it| i64::from(it.minutes)).sum();
        let logs: i64 = told.corrections.iter().map(|it| i64::from(it.logs)).sum();
        prop_assert_eq!(i64::from(closed.minutes) + minutes, i64::from(week.now.minutes));
        prop_assert_eq!(i64::from(closed.logs) + logs, i64::from(week.now.logs));
    }
    let positions: Vec<i64> = told.corrections.iter().map(|correction| correction.number).collect();
    prop_assert!(positions.is_sorted());
    Ok(())
}

/// Whether the goal had a target in the week, and at the end of any of its days was there and not put away.
fn aims(diary: &Diary, goal: GoalId, week: Week) -> bool {
    let until = |last: Option<NaiveDate>| {
        let known = diary.events.iter().filter(|event| last.is_none_or(|last| event.local_day <= last));
        goals(&known.collect::<Vec<_>>()).remove(&goal)
    };
    let is_open = |day| until(Some(day)).is_some_and(|goal| !goal.completed && !goal.archived);
    until(None).is_some_and(|goal| goal.weekly_targets.in_week(week.first).is_some()) && week.days().any(is_open)
}

async fn list(
    pool: &PgPool,
    diary: &Diary,
    goal: Option<GoalId>,
    before: Option<NaiveDate>,
    limit: usize,
) -> Vec<WeekSnapshot> {
    let source = Tables::now(pool).await.unwrap();
    list_weeks(&source, workspace(), goal, diary.now, before, limit).await.unwrap().unwrap()
}

/// All weeks, a few at a time.
async fn paged(pool: &PgPool, diary: &Diary, goal: Option<GoalId>, page: usize) -> Vec<WeekSnapshot> {
    let mut weeks: Vec<WeekSnapshot> = vec![];
    loop {
        let before = weeks.last().map(|last| last.week.first);
        let next = list(pool, diary, goal, before, page).await;
        if next.is_empty() {
            return weeks;
        }
        weeks.extend(next);
    }
}

/// What the events say of every week that is to be told.
fn plain(diary: &Diary, goal: Option<GoalId>) -> Vec<WeekSnapshot> {
    let calendar = &diary.workspace.calendar;
    let all: Vec<&Recorded> = diary.events.iter().collect();
    let today = calendar.today(diary.now).unwrap();
    let first = calendar.week_of(calendar.facts()[0].from).first;
    let regular = first.iter_days().take_while(|day| *day <= today);
    let days: BTreeSet<NaiveDate> = regular.chain(figures(&all, goal).iter().map(|day| day.day)).collect();
    let weeks: BTreeSet<Week> = days.into_iter().map(|day| calendar.week_of(day)).collect();
    weeks.into_iter().rev().map(|week| plain_week(diary, goal, week)).collect()
}

fn plain_week(diary: &Diary, goal: Option<GoalId>, week: Week) -> WeekSnapshot {
    let calendar = &diary.workspace.calendar;
    let before = calendar.week_of(week.first.pred_opt().unwrap());
    let known = |until: Option<NaiveDate>| -> Vec<&Recorded> {
        diary.events.iter().filter(|event| until.is_none_or(|until| event.local_day <= until)).collect()
    };
    let goals = goals(&known(None));
    let target = goal.and_then(|goal| goals[&goal].weekly_targets.in_week(week.first));
    let of = |until| WeekFigures::of(week, before, &figures(&known(until), goal), target);
    let closed = diary.events.iter().find_map(|event| match event.event {
        Event::Workspace(WorkspaceEvent::WeekClosed { first, ends_at, .. }) if first == week.first => Some(ends_at),
        _ => None,
    });
    WeekSnapshot {
        week,
        ends_at: closed.unwrap_or_else(|| calendar.ends(week.last).unwrap()),
        closed: closed.is_some(),
        now: of(None),
        as_closed: closed.map(|_| of(Some(week.last))),
        corrections: corrections(diary, goal, week),
    }
}

fn goals(events: &[&Recorded]) -> BTreeMap<GoalId, Goal> {
    let mut goals: BTreeMap<GoalId, Goal> = BTreeMap::new();
    for recorded in events {
        if let Event::Goal(event) = &recorded.event {
            goals.entry(recorded.stream.into()).or_default().evolve(event);
        }
    }
    goals
}

/// What the logs come to, as these events leave them.
fn figures(events: &[&Recorded], goal: Option<GoalId>) -> Vec<DayFigures> {
    let mut logs: BTreeMap<Uuid, (GoalId, Option<Counted>)> = BTreeMap::new();
    for recorded in events {
        if let Event::DailyLog(log) = &recorded.event {
            logs.insert(recorded.stream, (log.goal_id(), log.adds()));
        }
    }
    let mut sums: BTreeMap<(NaiveDate, GoalId), (u32, u32)> = BTreeMap::new();
    for (of, counted) in logs.into_values().filter_map(|(of, counted)| Some((of, counted?))) {
        let (minutes, logs) = sums.entry((counted.day, of)).or_default();
        *minutes += u32::from(counted.minutes);
        *logs += 1;
    }
    let goals = goals(events);
    let mut days: BTreeMap<NaiveDate, DayFigures> = BTreeMap::new();
    for ((day, of), (minutes, logs)) in sums {
        if goal.is_none_or(|goal| goal == of) {
            let sum = days.entry(day).or_insert(DayFigures { day, minutes: 0, logs: 0, met: false });
            sum.minutes += minutes;
            sum.logs += logs;
            sum.met |= goals[&of].schedules.counts(day, minutes);
        }
    }
    days.into_values().collect()
}

/// How many changes of the week's days came after it was over.
fn corrections(diary: &Diary, goal: Option<GoalId>, week: Week) -> u32 {
    let late = diary.events.iter().filter(|event| event.local_day > week.last);
    let changes = late.flat_map(|event| match &event.event {
        Event::DailyLog(log) if goal.is_none_or(|goal| goal == log.goal_id()) => changed_days(log.takes(), log.adds()),
        _ => vec![],
    });
    u32::try_from(changes.filter(|day| week.first <= *day && *day <= week.last).count()).unwrap()
}

fn changed_days(was: Option<Counted>, is: Option<Counted>) -> Vec<NaiveDate> {
    if was == is {
        return vec![];
    }
    let days: BTreeSet<NaiveDate> = was.into_iter().chain(is).map(|counted| counted.day).collect();
    days.into_iter().collect()
}
