//! What goals decide.

use domain::{
    Aggregate, Goal, Personal, Refusal,
    goal::{CreateGoal, GoalEvent, ReviseGoal},
};

use crate::given::{day, given};

fn created() -> GoalEvent {
    GoalEvent::GoalCreated {
        title: Personal::clear("Run"),
        description: Some(Personal::clear("Slowly")),
        target_date: Some(day("2026-10-25")),
        total_minutes: Some(600),
    }
}

fn create() -> CreateGoal {
    CreateGoal {
        id: None,
        title: Personal::clear("Run"),
        description: Some(Personal::clear("Slowly")),
        target_date: Some(day("2026-10-25")),
        total_minutes: Some(600),
    }
}

fn revised(revise: impl FnOnce(&mut ReviseGoal)) -> ReviseGoal {
    let mut command = ReviseGoal::default();
    revise(&mut command);
    command
}

#[test]
fn a_goal_is_created_with_all_it_was_given() {
    given::<Goal>([]).when(|goal| goal.create(&create())).then([created()]);
}

#[test]
fn an_id_that_was_used_is_taken() {
    let taken = Refusal::IdTaken { what: "goal".into() };
    given::<Goal>([created()]).when(|goal| goal.create(&create())).then_refused(taken);
}

#[test]
fn nothing_but_creation_can_happen_to_a_goal_that_does_not_exist() {
    let nobody = given::<Goal>([]);
    let unknown = || Refusal::NotFound { what: "goal".into() };
    nobody.when(|goal| goal.revise(&ReviseGoal::default())).then_refused(unknown());
    nobody.when(Goal::complete).then_refused(unknown());
    nobody.when(Goal::reopen).then_refused(unknown());
    nobody.when(Goal::archive).then_refused(unknown());
    nobody.when(Goal::restore).then_refused(unknown());
}

#[test]
fn a_revision_states_only_what_differs() {
    let command = revised(|c| {
        c.title = Some(Personal::clear("Run"));
        c.total_minutes = Some(Some(900));
    });
    given::<Goal>([created()]).when(|goal| goal.revise(&command)).then([GoalEvent::GoalRevised {
        title: None,
        description: None,
        target_date: None,
        total_minutes: Some(Some(900)),
    }]);
}

#[test]
fn a_revision_can_clear_every_field_but_the_title() {
    let command = revised(|c| {
        c.description = Some(None);
        c.target_date = Some(None);
        c.total_minutes = Some(None);
    });
    let cleared = GoalEvent::GoalRevised {
        title: None,
        description: Some(None),
        target_date: Some(None),
        total_minutes: Some(None),
    };
    given::<Goal>([created()]).when(|goal| goal.revise(&command)).then([cleared.clone()]);

    let after = given::<Goal>([created(), cleared]);
    assert_eq!(after.state().title, Some(Personal::clear("Run")));
    assert_eq!((&after.state().description, after.state().target_date), (&None, None));
    after.when(|goal| goal.revise(&command)).then_nothing();
}

#[test]
fn a_revision_to_what_is_there_states_nothing() {
    let same = revised(|c| {
        c.title = Some(Personal::clear("Run"));
        c.description = Some(Some(Personal::clear("Slowly")));
        c.target_date = Some(Some(day("2026-10-25")));
        c.total_minutes = Some(Some(600));
    });
    given::<Goal>([created()]).when(|goal| goal.revise(&same)).then_nothing();
    given::<Goal>([created()]).when(|goal| goal.revise(&ReviseGoal::default())).then_nothing();
}

#[test]
fn a_goal_is_completed_once_and_reopened_once() {
    let open = given::<Goal>([created()]);
    open.when(Goal::complete).then([GoalEvent::GoalCompleted {}]);
    open.when(Goal::reopen).then_refused(Refusal::GoalNotCompleted);

    let completed = given::<Goal>([created(), GoalEvent::GoalCompleted {}]);
    completed.when(Goal::complete).then_refused(Refusal::GoalCompleted);
    completed.when(Goal::reopen).then([GoalEvent::GoalReopened {}]);

    let reopened = given::<Goal>([created(), GoalEvent::GoalCompleted {}, GoalEvent::GoalReopened {}]);
    reopened.when(Goal::complete).then([GoalEvent::GoalCompleted {}]);
}

#[test]
fn a_completed_goal_can_be_revised_and_put_away() {
    let completed = given::<Goal>([created(), GoalEvent::GoalCompleted {}]);
    let command = revised(|c| c.total_minutes = Some(None));
    assert!(completed.state().revise(&command).is_ok());
    completed.when(Goal::archive).then([GoalEvent::GoalArchived {}]);
    assert_eq!(completed.state().check_open_to_change(), Ok(()), "people remember late what they did");
}

#[test]
fn an_archived_goal_takes_nothing_but_its_restoration() {
    let archived = given::<Goal>([created(), GoalEvent::GoalArchived {}]);
    archived.when(|goal| goal.revise(&ReviseGoal::default())).then_refused(Refusal::GoalArchived);
    archived.when(Goal::complete).then_refused(Refusal::GoalArchived);
    archived.when(Goal::reopen).then_refused(Refusal::GoalArchived);
    archived.when(Goal::archive).then_refused(Refusal::GoalArchived);
    archived.when(Goal::restore).then([GoalEvent::GoalRestored {}]);
}

#[test]
fn a_goal_that_is_not_archived_cannot_be_restored() {
    given::<Goal>([created()]).when(Goal::restore).then_refused(Refusal::GoalNotArchived);
    let restored = given::<Goal>([created(), GoalEvent::GoalArchived {}, GoalEvent::GoalRestored {}]);
    restored.when(Goal::restore).then_refused(Refusal::GoalNotArchived);
}

#[test]
fn a_goal_put_away_completed_comes_back_completed() {
    let restored =
        given::<Goal>([created(), GoalEvent::GoalCompleted {}, GoalEvent::GoalArchived {}, GoalEvent::GoalRestored {}]);
    assert!(restored.state().completed);
    restored.when(Goal::reopen).then([GoalEvent::GoalReopened {}]);
}

#[test]
fn events_of_other_aggregates_are_handed_back() {
    for event in domain::Event::samples() {
        let kind = event.kind();
        assert_eq!(GoalEvent::try_from(event).is_ok(), kind == Goal::KIND);
    }
}
