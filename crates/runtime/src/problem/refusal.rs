//! What a domain's refusal becomes over HTTP: its kind gives the status, its code the type and title, its fields the members.

use axum::http::StatusCode;
use domain::{Refusal, RefusalCode, RefusalKind};
use serde_json::Value;

use super::{ApiError, FieldError, ProblemKind};

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind() {
            RefusalKind::NotFound => StatusCode::NOT_FOUND,
            RefusalKind::Conflict | RefusalKind::TooEarly => StatusCode::CONFLICT,
            RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            RefusalKind::NotAllowed => StatusCode::FORBIDDEN,
        };
        let ((title, _), detail) = (explained(RefusalCode::from(&refusal)), refusal.to_string());
        let field = field(&refusal).map(|pointer| FieldError::new(pointer, refusal.code(), detail.clone()));
        let mut error = Self::from_parts(status, refusal.code(), title, detail.into());
        error.0.problem.errors.extend(field);
        if let Ok(Value::Object(mut fields)) = serde_json::to_value(&refusal) {
            fields.remove("code");
            error.0.problem.more = fields;
        }
        error
    }
}

/// The field of a body that a refusal is about, where only one can be meant.
const fn field(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::DayNotBegun { .. } => Some("/day"),
        Refusal::RangeReversed { .. } => Some("/last"),
        Refusal::UnknownZone { .. } => Some("/zone"),
        _ => None,
    }
}

/// What is the same each time a rule refuses: the title, and what it means.
#[rustfmt::skip]
pub fn explained(code: RefusalCode) -> (&'static str, &'static str) {
    use RefusalCode as R;
    match code {
        // The two that others than the domain tell as well.
        R::NotFound => (ProblemKind::NotFound.title(), ProblemKind::NotFound.meaning()),
        R::VersionConflict => (ProblemKind::VersionConflict.title(), ProblemKind::VersionConflict.meaning()),
        R::IdTaken => ("Id taken", "Something with this id was made before. Make a new UUIDv7 for each thing; a retry of the same command keeps its Idempotency-Key."),
        R::NotAllowed => ("Not allowed", "Your role in the workspace does not allow this. Ask an owner of it."),
        R::GoalArchived => ("Goal archived", "An archived goal takes no changes and no new logs. Restore it first; the logs it has can be changed all the same."),
        R::GoalNotArchived => ("Goal not archived", "Only an archived goal can be restored."),
        R::GoalCompleted => ("Goal completed already", "A completed goal cannot be completed again. Reopen it to go on with it."),
        R::GoalNotCompleted => ("Goal not completed", "Only a completed goal can be reopened."),
        R::LogWithdrawn => ("Log withdrawn", "A withdrawn log takes no corrections. Restore it first."),
        R::LogNotWithdrawn => ("Log not withdrawn", "Only a withdrawn log can be restored."),
        R::DayNotBegun => ("Day not begun", "A log is never for a day after today in the workspace's calendar. Name today or an earlier day."),
        R::RangeReversed => ("Range reversed", "The last day lies before the first. Name the earlier one first."),
        R::TooManyPauses => ("Too many pauses", "A goal has only so many separate pauses. Resume whole pauses, or pause one longer range."),
        R::TooManyChanges => ("Too many changes", "It was changed as often as anything can be. Make a new one to go on with."),
        R::AlreadyMember => ("Member already", "This person belongs to the workspace. An owner can change their role."),
        R::TooManyMembers => ("Too many members", "The workspace has as many members as there can be. Somebody has to leave before another joins."),
        R::LastOwner => ("Last owner", "A workspace always has an owner. Make somebody else an owner first."),
        R::OwnWorkspace => ("Their own workspace", "A personal workspace stays its person's: they can neither leave it nor be less than its owner."),
        R::ChangedSince => ("Changed since", "A later event changed what this one did, and taking it back would lose that. Undo the later one first, or set the field yourself."),
        R::UndoneAlready => ("Undone already", "Another event has taken this one back. Undo that one to have it again."),
        R::TextErased => ("Text erased", "What was written there before was erased by who wrote it, and cannot be given back. Set it yourself."),
        R::WeekNotOver => ("Week not over", "A week is closed once it is over, after all those before it."),
        R::NotUndoable => ("Not undoable", "Some things cannot be taken back: that a person signed up, that a workspace was made, that a week was over."),
        R::UnknownZone => ("Unknown time zone", "The time zone is not in the database that is bundled here. Use an IANA name such as Europe/Berlin."),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_refusal_has_a_title_of_its_own_and_explains_itself() {
        let mut titles = HashSet::new();
        for (title, meaning) in RefusalCode::iter().map(explained) {
            assert!(titles.insert(title) && !title.ends_with('.'), "{title}");
            assert!(meaning.ends_with('.'), "{title}: {meaning}");
        }
    }

    #[test]
    fn a_version_conflict_says_what_was_expected_and_what_is_there() {
        let error = ApiError::from(Refusal::VersionConflict { expected: 3, actual: 5 });
        let told = serde_json::to_value(error.problem()).expect("problem");
        assert_eq!(
            (&told["type"], &told["title"]),
            (&"/problems/version-conflict".into(), &"Changed meanwhile".into())
        );
        assert_eq!((&told["status"], &told["expected"], &told["actual"]), (&409.into(), &3.into(), &5.into()));
        assert_eq!(told["detail"].as_str().expect("detail").matches("version 3").count(), 1);
    }

    #[test]
    fn refusals_have_the_status_of_their_kind() {
        let not_allowed = ApiError::from(Refusal::NotAllowed);
        assert_eq!((not_allowed.status(), &*not_allowed.problem().code), (StatusCode::FORBIDDEN, "not-allowed"));
        let unknown = ApiError::from(Refusal::NotFound { what: "daily-log".into() });
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
        assert!(unknown.problem().detail.starts_with("There is no such daily log, or"));
    }

    #[test]
    fn a_refusal_names_its_field_where_it_has_one() {
        let zone = ApiError::from(Refusal::UnknownZone { zone: "Mars".into() });
        let errors: Vec<_> = zone.problem().errors.iter().map(|error| (&*error.pointer, &*error.code)).collect();
        assert_eq!((zone.status().as_u16(), errors), (422, vec![("/zone", "unknown-zone")]));
        assert!(ApiError::from(Refusal::GoalArchived).problem().errors.is_empty());
    }
}
