//! What a domain's refusal becomes over HTTP: its kind gives the status, its code the type, its fields the members.

use axum::http::StatusCode;
use domain::{Refusal, RefusalKind};
use serde_json::{Value, json};

use super::{ApiError, ProblemKind};

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let (status, title) = match refusal.kind() {
            RefusalKind::Unknown => (StatusCode::NOT_FOUND, "Not found"),
            RefusalKind::Conflict | RefusalKind::TooEarly => (StatusCode::CONFLICT, "Its state does not allow this"),
            RefusalKind::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "Cannot be accepted"),
            RefusalKind::NotAllowed => (StatusCode::FORBIDDEN, "Not allowed"),
        };
        // A few refusals are told by others than the domain as well, and then one title serves both.
        let title = ProblemKind::of_code(refusal.code()).map_or(title, ProblemKind::title);
        let mut error = Self::from_parts(status, refusal.code(), title, refusal.to_string().into());
        if let Ok(Value::Object(mut fields)) = serde_json::to_value(&refusal) {
            fields.remove("code");
            error.0.problem.more = fields;
        }
        error
    }
}

/// Whether the domain refuses by this code. The enum is the only list of them, and reading is how to ask it: a code that
/// is known either reads, or lacks its fields.
pub(crate) fn is_refusal(code: &str) -> bool {
    match serde_json::from_value::<Refusal>(json!({ "code": code })) {
        Ok(_) => true,
        Err(error) => error.to_string().starts_with("missing field"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_refusals_are_known() {
        assert!(["goal-archived", "unknown-zone", "unknown"].into_iter().all(is_refusal));
        assert!(!["", "goal_archived", "other"].into_iter().any(is_refusal));
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
        assert_eq!(ApiError::from(Refusal::Unknown { what: "goal".into() }).status(), StatusCode::NOT_FOUND);
        assert_eq!(ApiError::from(Refusal::UnknownZone { zone: "Mars".into() }).status(), 422);
    }
}
