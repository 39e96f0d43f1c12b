//! The pages that come with the API, rendered once from the OpenAPI document, without any outside host or script.

mod curl;
mod guide;
mod home;
mod operation;
mod page;
mod problems;
mod prose;
mod schema;

use axum::{
    Router,
    http::header,
    response::{Html, IntoResponse},
    routing,
};

use crate::{
    openapi::{self, describe::Api},
    web,
};

/// The look of all pages; a file of its own, since the pages' policy takes no styles from within them.
const STYLE: &str = include_str!("style.css");
const STYLE_PATH: &str = "/docs/style.css";
const DOCUMENT_PATH: &str = "/v1/openapi.json";

/// The pages, of an installation that is found at this address.
pub fn router(address: &str) -> anyhow::Result<Router> {
    let document = openapi::document_json()?;
    let api = Api::new(serde_json::from_str(&document)?);
    let page = page::page(&api, address).into_string();
    let home = home::page().into_string();
    Ok(Router::new()
        .merge(web::router(home))
        .route("/docs", routing::get(async move || Html(page.clone())))
        .route(STYLE_PATH, routing::get(async || file("text/css; charset=utf-8", STYLE)))
        .route(DOCUMENT_PATH, routing::get(async move || file("application/json", document.clone()))))
}

fn file(kind: &'static str, content: impl IntoResponse) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], content)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const ADDRESS: &str = "http://localhost:8080";

    fn shown() -> (Api, String) {
        let api = Api::new(serde_json::from_str(&openapi::document_json().expect("document")).expect("JSON"));
        let page = page::page(&api, ADDRESS).into_string();
        (api, page)
    }

    /// What stands in this attribute, wherever it is used.
    fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
        let start = format!(" {name}=\"");
        page.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn every_operation_has_its_place_and_every_link_within_the_page_leads_somewhere() {
        let (api, page) = shown();
        let ids = attributes(&page, "id");
        let places: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(places.len(), ids.len(), "an id stands twice");
        for operation in api.operations() {
            assert!(places.contains(operation.id()), "{} is not shown", operation.id());
        }
        for link in attributes(&page, "href").into_iter().filter_map(|link| link.strip_prefix('#')) {
            assert!(places.contains(link), "#{link} leads nowhere");
        }
    }

    #[test]
    fn pages_need_nothing_from_elsewhere_and_hold_neither_script_nor_style() {
        for page in [shown().1, home::page().into_string()] {
            for link in [attributes(&page, "href"), attributes(&page, "src")].concat() {
                assert!(link.starts_with(['/', '#']) || link == "data:,", "{link}");
            }
            assert!(!page.contains("<script") && !page.contains("<style") && !page.contains(" style="));
        }
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}
