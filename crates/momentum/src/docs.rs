//! The API described, at `/docs` and as `/v1/openapi.json`, without any outside host.

use axum::{Router, http::header, routing};

use crate::openapi;

/// The pages.
pub fn router() -> anyhow::Result<Router> {
    let document = openapi::document_json()?;
    let json = [(header::CONTENT_TYPE, "application/json")];
    Ok(Router::new().route("/v1/openapi.json", routing::get(async move || (json, document.clone()))))
}
