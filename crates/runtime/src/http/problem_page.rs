//! `GET /problems/{code}`: what a kind of problem means, so that a problem's `type` can be followed.

use axum::{
    Json,
    extract::Path,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
};
use strum::IntoEnumIterator;

use crate::{ApiError, ProblemKind};

pub(super) const ROUTE: &str = "/problems/{code}";

pub(super) async fn page(Path(code): Path<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    let kind =
        ProblemKind::iter().find(|kind| kind.code() == code).ok_or_else(|| ApiError::not_found("problem type"))?;
    let (status, title, meaning) = (kind.status().as_u16(), kind.title(), kind.meaning());
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accept.contains("text/html") {
        // Everything here stands in our own table, in which nothing needs escaping; a test sees to it.
        return Ok(Html(format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
             <h1>{title}</h1><p>{meaning}</p><p>Status {status}, code <code>{code}</code></p></html>"
        ))
        .into_response());
    }
    let told = serde_json::json!({
        "type": kind.type_uri(), "code": kind.code(), "status": status, "title": title, "meaning": meaning,
    });
    Ok(Json(told).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_needs_no_escaping() {
        for kind in ProblemKind::iter() {
            let text = format!("{}{}{}", kind.code(), kind.title(), kind.meaning());
            assert!(!text.contains(['<', '>', '&', '"']), "{text}");
        }
    }
}
