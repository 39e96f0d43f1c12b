//! `GET /problems/{code}`: what a kind of problem means, so that a problem's `type` can be followed.

use axum::{
    Json,
    extract::Path,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    ApiError, ProblemKind,
    problem::{explained, type_uri},
};

pub(super) const ROUTE: &str = "/problems/{code}";

/// What is the same each time the problem occurs.
#[derive(Serialize)]
struct Explained<'a> {
    r#type: String,
    code: &'a str,
    title: &'static str,
    meaning: &'static str,
}

pub(super) async fn page(Path(code): Path<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    let explained = explain(&code).ok_or_else(|| ApiError::not_found("kind-of-problem"))?;
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if !accept.contains("text/html") {
        return Ok(Json(explained).into_response());
    }
    let Explained { title, meaning, .. } = explained;
    // Only known codes get here, and nothing in our own table needs escaping; a test sees to it.
    Ok(Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title}</h1><p>{meaning}</p><p><code>{code}</code></p></html>"
    ))
    .into_response())
}

fn explain(code: &str) -> Option<Explained<'_>> {
    let (title, meaning) = match ProblemKind::of_code(code) {
        Some(kind) => (kind.title(), kind.meaning()),
        None => explained(code.parse().ok()?),
    };
    Some(Explained { r#type: type_uri(code), code, title, meaning })
}

#[cfg(test)]
mod tests {
    use domain::RefusalCode;
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn the_table_needs_no_escaping() {
        let kinds = ProblemKind::iter().map(|kind| (kind.title(), kind.meaning()));
        for (title, meaning) in kinds.chain(RefusalCode::iter().map(explained)) {
            assert!(!format!("{title}{meaning}").contains(['<', '>', '&', '"']), "{title}: {meaning}");
        }
    }

    #[test]
    fn refusals_are_explained_and_nothing_else_is() {
        let archived = explain("goal-archived").expect("known");
        assert_eq!((&*archived.r#type, archived.title), ("/problems/goal-archived", "Goal archived"));
        assert!(archived.meaning.contains("Restore it first"));
        assert!(explain("<script>").is_none());
    }
}
