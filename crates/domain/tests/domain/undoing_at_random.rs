//! Whatever was decided is taken back: the fields it changed are as before it, all others as they were, or it is refused for
//! what came since.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use domain::{
    Aggregate, CalendarSettings, DailyLog, Event, Goal, HasPersonal, Personal, Refusal, Role, User, Week, Workspace,
    answering,
    calendar::Weekday,
    daily_log::{CorrectLog, LogDay},
    goal::{CreateGoal, GoalEvent, PauseGoal, ResumeGoal, ReviseGoal},
    schedule::Schedule,
    target::{Metric, WeeklyTarget},
    undo::{self, Today, Undo},
    user::{ChangePreferences, ChangeProfile, Language, RegisterUser, Theme},
    workspace::RenameWorkspace,
};
use proptest::{prelude::*, test_runner::TestCaseError};
use serde::Serialize;
use serde_json::Value;

use crate::given::{day, id, past, undoing};

/// What one decision is made of: what is asked, and two values for it. Days pass with it, too.
type Gene = (u8, u8, u8);
/// What a state says, by name; what a change touches is told by it.
type Fields = BTreeMap<String, Value>;
type Decided<A> = Result<Vec<<A as Aggregate>::Event>, Refusal>;

/// How things began, what time brought, and what is a person's own say is never taken back.
const NEVER: [&str; 5] = ["MemberRemoved", "UserAddressChanged", "UserRegistered", "WeekClosed", "WorkspaceCreated"];

const FIRST_DAY: &str = "2026-11-02";
/// All that is paused is among so many days.
const DAYS: u64 = 90;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_happened_to_a_goal(genes in genes()) {
        all_is_taken_back(&genes, in_goal, of_goal)?;
    }

    #[test]
    fn what_happened_to_a_log(genes in genes()) {
        all_is_taken_back(&genes, in_log, |log: &DailyLog, _| told(log))?;
    }

    #[test]
    fn what_happened_to_a_user(genes in genes()) {
        all_is_taken_back(&genes, in_user, |user: &User, _| told(user))?;
    }

    #[test]
    fn what_happened_to_a_workspace(genes in genes()) {
        all_is_taken_back(&genes, in_workspace, of_workspace)?;
    }
}

fn genes() -> impl Strategy<Value = Vec<Gene>> {
    prop::collection::vec(any::<Gene>(), 1..16)
}

/// Takes back each event but the first, by which a stream begins.
fn all_is_taken_back<A>(
    genes: &[Gene],
    decide: impl Fn(&A, Gene, Today) -> Decided<A>,
    fields: impl Fn(&A, Today) -> Fields,
) -> Result<(), TestCaseError>
where
    A: Undo<Event: HasPersonal + Clone + std::fmt::Debug> + HasPersonal,
{
    let (stream, today) = decided(genes, decide);
    let states: Vec<Fields> =
        (0..=stream.len()).map(|length| fields(&state_of::<A>(&stream[..length]), today)).collect();
    let now = &states[stream.len()];
    for version in 2..=stream.len() {
        let changed = |at: usize| -> Vec<&String> {
            let names = states[at].keys().chain(states[at - 1].keys());
            names.filter(|name| states[at - 1].get(*name) != states[at].get(*name)).collect()
        };
        let own = changed(version);
        let is_changed_since = (version + 1..=stream.len()).any(|at| changed(at).iter().any(|name| own.contains(name)));
        let pasts: Vec<_> = (1..).zip(&stream).map(|(number, event)| past(number, event.clone())).collect();
        let asked = u32::try_from(version).expect("a version");
        let undone = match undo::undo::<A>(&pasts, asked, today) {
            Ok(undone) => undone,
            Err(refusal) => {
                let event: Event = stream[version - 1].clone().into();
                let is_rightly = match refusal {
                    Refusal::NotUndoable => NEVER.contains(&event.name()),
                    _ => is_rightly_refused(&refusal, version == stream.len(), is_changed_since),
                };
                prop_assert!(is_rightly, "{:?} of version {} of {:#?}", refusal, version, stream);
                continue;
            }
        };
        prop_assert!(!is_changed_since, "version {} of {:#?} was changed since", version, stream);
        let with = [&stream[..], &undone].concat();
        let is = fields(&state_of::<A>(&with), today);
        for name in now.keys().chain(is.keys()) {
            let expected = if own.contains(&name) { &states[version - 1] } else { now };
            prop_assert_eq!(is.get(name), expected.get(name), "{} by version {} of {:#?}", name, version, stream);
        }

        // And this is taken back in turn.
        let (number, command) = (stream.len() as u128 + 1, 1_000);
        let parts =
            (number..).zip(&undone).map(|(number, event)| undoing(number, command, version as u128, event.clone()));
        let pasts: Vec<_> = pasts.into_iter().chain(parts).collect();
        let asked = u32::try_from(number).expect("a version");
        match undo::undo::<A>(&pasts, asked, today) {
            Err(Refusal::NotUndoable) => {}
            redone => {
                let redone = redone.map_err(|refusal| TestCaseError::fail(format!("{refusal:?} of {with:#?}")))?;
                let again = fields(&state_of::<A>(&[&with[..], &redone].concat()), today);
                prop_assert_eq!(&again, now, "version {} of {:#?}, and back", version, stream);
            }
        }
    }
    Ok(())
}

/// For what came since, the last event is not refused.
fn is_rightly_refused(refusal: &Refusal, is_last: bool, is_changed_since: bool) -> bool {
    match refusal {
        // A later pause of the same days is in the way, too, where it changed none of them.
        Refusal::ChangedSince { field } => is_changed_since || !is_last && field == "pauses",
        Refusal::GoalArchived | Refusal::LogWithdrawn => !is_last,
        _ => false,
    }
}

/// What comes of all these decisions, and the day of the last. What is refused does not happen.
fn decided<A: Aggregate<Event: Clone>>(
    genes: &[Gene],
    decide: impl Fn(&A, Gene, Today) -> Decided<A>,
) -> (Vec<A::Event>, Today) {
    let (mut state, mut stream, mut today) = (A::default(), vec![], as_of(day(FIRST_DAY)));
    for gene in genes {
        today = as_of(today.day + Days::new(u64::from(gene.2 % 4)));
        for event in decide(&state, *gene, today).unwrap_or_default() {
            state.evolve(&event);
            stream.push(event);
        }
    }
    (stream, today)
}

fn as_of(day: NaiveDate) -> Today {
    let first = day - Days::new(day.weekday().num_days_from_monday().into());
    let noon = NaiveTime::from_hms_opt(12, 0, 0).expect("noon");
    Today { now: day.and_time(noon).and_utc(), day, week: Week { first, last: first + Days::new(6) } }
}

fn state_of<A: Aggregate>(events: &[A::Event]) -> A {
    let mut state = A::default();
    events.iter().for_each(|event| state.evolve(event));
    state
}

fn told(state: &impl Serialize) -> Fields {
    let Value::Object(fields) = answering(|| serde_json::to_value(state).expect("JSON")) else { unreachable!() };
    fields.into_iter().collect()
}

/// Dated facts are set from today on, so it is today that they are as before.
fn of_goal(goal: &Goal, today: Today) -> Fields {
    let mut fields = told(goal);
    let json = |value| serde_json::to_value(value).expect("JSON");
    fields.insert("schedules".into(), told(goal.schedules.on(today.day)).into_iter().collect());
    fields.insert("weekly_targets".into(), json(goal.weekly_targets.in_week(today.week.first)));
    fields.remove("pauses");
    let (first, end) = (day(FIRST_DAY), day(FIRST_DAY) + Days::new(DAYS));
    let paused = first.iter_days().take_while(|day| *day < end).filter(|day| goal.pauses.contains(*day));
    fields.extend(paused.map(|day| (format!("paused on {day}"), true.into())));
    fields
}

fn of_workspace(workspace: &Workspace, _: Today) -> Fields {
    let mut fields = told(workspace);
    let members = &workspace.members;
    fields.remove("members");
    fields.extend(members.iter().map(|(user, role)| (format!("role of {user:?}"), format!("{role:?}").into())));
    let settings = workspace.calendar.facts().last().map(|fact| told(&fact.settings));
    fields.insert("calendar".into(), settings.into_iter().flatten().collect());
    fields
}

fn text(which: u8) -> Option<Personal> {
    [None, Some("one"), Some("two")][usize::from(which % 3)].map(Personal::clear)
}

fn title(which: u8) -> Personal {
    Personal::clear(["Run", "Walk"][usize::from(which % 2)])
}

fn date(which: u8) -> NaiveDate {
    day(FIRST_DAY) + Days::new(u64::from(which) % (DAYS / 2))
}

fn in_goal(goal: &Goal, (kind, which, how): Gene, today: Today) -> Decided<Goal> {
    if goal.title.is_none() {
        let (title, description) = (title(which), text(how));
        return goal.create(&CreateGoal { id: None, title, description, target_date: None, total_minutes: None });
    }
    let (first, last) = (Some(date(which)), (how < 250).then(|| date(which) + Days::new(u64::from(how % 9))));
    match kind % 14 {
        0 => goal.revise(&ReviseGoal { title: Some(title(which)), ..ReviseGoal::default() }),
        1 => goal.revise(&ReviseGoal { description: Some(text(which)), ..ReviseGoal::default() }),
        2 => {
            let target_date = Some((how < 180).then(|| date(which)));
            goal.revise(&ReviseGoal { target_date, ..ReviseGoal::default() })
        }
        3 => {
            let (title, description) = (Some(title(which)), Some(text(how)));
            let total_minutes = Some((how < 180).then_some(60 * u32::from(which % 3 + 1)));
            goal.revise(&ReviseGoal { title, description, total_minutes, target_date: None })
        }
        4 => goal.complete(),
        5 => goal.reopen(),
        6 => goal.archive(),
        7 | 8 => goal.restore(),
        9 => goal.set_schedule(&Schedule::EveryDay { minutes_min: u16::from(which % 3 + 1) }, today.day),
        10 => {
            let target = WeeklyTarget { metric: Metric::Days, value: u16::from(which % 3 + 1) };
            goal.set_weekly_target(target, today.week)
        }
        11 => goal.withdraw_weekly_target(today.week),
        12 => goal.pause(&PauseGoal { first, last }, today.day),
        _ => goal.resume(&ResumeGoal { first, last }, today.day),
    }
}

fn in_log(log: &DailyLog, (kind, which, how): Gene, today: Today) -> Decided<DailyLog> {
    if log.goal_id.is_none() {
        let created =
            GoalEvent::GoalCreated { title: title(which), description: None, target_date: None, total_minutes: None };
        let goal = state_of::<Goal>(&[created]);
        let command = LogDay { id: None, goal_id: id(1), day: None, minutes: 30, text: text(which) };
        return log.create(&command, &goal, today.day, "Etc/UTC");
    }
    let (day, minutes) = (today.day - Days::new(u64::from(which % 3)), u16::from(which % 3));
    match kind % 6 {
        0 => log.correct(&CorrectLog { day: Some(day), ..CorrectLog::default() }, today.day),
        1 => log.correct(&CorrectLog { minutes: Some(minutes), ..CorrectLog::default() }, today.day),
        2 => log.correct(&CorrectLog { text: Some(text(how)), ..CorrectLog::default() }, today.day),
        3 => log.correct(&CorrectLog { day: Some(day), minutes: Some(minutes), text: Some(text(how)) }, today.day),
        4 => log.withdraw(),
        _ => log.restore(),
    }
}

fn in_user(user: &User, (kind, which, how): Gene, _: Today) -> Decided<User> {
    if user.email.is_none() {
        let (email, name) = (Personal::clear("ada@example.org"), text(which));
        return user.register(&RegisterUser { email, name, workspace_id: id(2), language: Language::En });
    }
    let language = Some([Language::En, Language::De][usize::from(which % 2)]);
    let theme = Some([Theme::System, Theme::Light, Theme::Dark][usize::from(how % 3)]);
    match kind % 5 {
        0 => user.change_profile(&ChangeProfile { name: text(which) }),
        1 => user.change_preferences(&ChangePreferences { language, theme: None }),
        2 => user.change_preferences(&ChangePreferences { language: None, theme }),
        3 => user.change_preferences(&ChangePreferences { language, theme }),
        _ => user.change_address(&Personal::clear(format!("ada{}@example.org", which % 3))),
    }
}

fn in_workspace(workspace: &Workspace, (kind, which, how): Gene, today: Today) -> Decided<Workspace> {
    let owner = id(1);
    let settings = CalendarSettings {
        zone: ["Etc/UTC", "Asia/Tokyo"][usize::from(which % 2)].into(),
        week_start: [Weekday::Monday, Weekday::Sunday][usize::from(how % 2)],
        day_start_minute: 0,
    };
    if workspace.members.is_empty() {
        return workspace.create(owner, settings, today.now);
    }
    let member = id(2 + u128::from(which % 2));
    let role = [Role::Viewer, Role::Editor, Role::Owner][usize::from(how % 3)];
    match kind % 7 {
        0 | 1 => workspace.rename(&RenameWorkspace { name: text(which) }),
        2 => workspace.set_calendar(&settings, today.now),
        3 => workspace.join(member, role, owner),
        4 => workspace.change_role(member, role),
        5 => workspace.remove_member(member),
        _ => {
            let weeks = workspace.weeks_to_close(today.day, today.now)?;
            weeks.first().map_or(Ok(vec![]), |week| workspace.close_week(week.first, today.day, today.now))
        }
    }
}
