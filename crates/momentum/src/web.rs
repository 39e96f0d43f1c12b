//! The web app, embedded: files whose names carry their hash for ever, the rest asked for again each time, and the app
//! itself under the address of each of its pages.
//!
//! A build without `web/dist` works, and shows a placeholder. A debug build reads `web/dist` as it stands.

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing,
};
use runtime::{ApiError, ProblemKind};
use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

/// The addresses of the app's pages, as in `web/src/router.tsx`. Whatever else is asked for is a problem, as in the API.
const PAGES: [&str; 10] =
    ["/", "/sign-in", "/register", "/goals", "/goals/{id}", "/weeks", "/history", "/settings", "/members", "/join"];
const APP: &str = "index.html";
/// What the build names by its content never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// The rest may be kept, and is to be asked for again before it is used.
const ASK_AGAIN: &str = "no-cache";

/// The app's pages and files; `placeholder` where the app was not built.
pub fn router(placeholder: String) -> Router {
    let mut router = Router::new().route("/assets/{*path}", routing::get(asset));
    if Dist::get(APP).is_none() {
        return router.route("/", routing::get(async move || Html(placeholder.clone())));
    }
    for page in PAGES {
        router = router.route(page, routing::get(async |headers: HeaderMap| file(APP, ASK_AGAIN, &headers)));
    }
    let names = Dist::iter().filter(|name| !name.contains('/') && !name.ends_with(".br") && !name.ends_with(".gz"));
    for name in names {
        let path = format!("/{name}");
        router = router.route(&path, routing::get(async move |headers: HeaderMap| file(&name, ASK_AGAIN, &headers)));
    }
    router
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    file(&format!("assets/{path}"), FOR_EVER, &headers)
}

/// The file as the client takes it: packed, or not at all where it has it already.
fn file(name: &str, cache: &'static str, headers: &HeaderMap) -> Result<Response, ApiError> {
    let unknown = || ApiError::new(ProblemKind::UnknownRoute, "There is no such file; the app may have been updated.");
    let plain = Dist::get(name).ok_or_else(unknown)?;
    let kind = plain.metadata.mimetype();
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() };
    let (content, encoding) = packed(name, headers).map_or((plain, None), |(file, form)| (file, Some(form)));
    let tag = etag(&content);
    let fresh = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, kind)], content.data.into_owned()).into_response()
    };
    let told = response.headers_mut();
    told.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    told.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        told.insert(header::ETAG, tag);
    }
    if let Some(encoding) = encoding.filter(|_| !fresh) {
        told.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok(response)
}

/// The smallest form that the build made and the client takes.
fn packed(name: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, &'static str)> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let takes =
        |form: &str| accepted.split(',').any(|part| part.split(';').next().is_some_and(|one| one.trim() == form));
    [("br", "br"), ("gz", "gzip")]
        .into_iter()
        .filter(|(_, form)| takes(form))
        .find_map(|(ending, form)| Some((Dist::get(&format!("{name}.{ending}"))?, form)))
}

fn etag(file: &EmbeddedFile) -> String {
    const TAG_BYTES: usize = 16;
    let digits = file.metadata.sha256_hash().into_iter().take(TAG_BYTES).map(|byte| format!("{byte:02x}"));
    format!("\"{}\"", digits.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_app_has_its_address_here() {
        let routes = include_str!("../../../web/src/router.tsx");
        for path in routes.split("path: '").skip(1).filter_map(|rest| rest.split('\'').next()) {
            let page = path.split('/').map(|part| match part.strip_prefix('$') {
                Some(name) => format!("{{{name}}}"),
                None => part.to_owned(),
            });
            let page = page.collect::<Vec<_>>().join("/");
            assert!(PAGES.contains(&page.as_str()), "{page} is not served");
        }
    }
}
