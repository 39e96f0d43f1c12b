//! What browsers are told not to do with our answers, and which requests of theirs are not taken.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, Response, header},
    response::IntoResponse,
};
use tower_http::csrf::{ConfigError, CsrfLayer, ProtectionError, ResponseForProtectionError};

use crate::{ApiError, ProblemKind};

/// Everything comes from here and nothing from elsewhere; no inline scripts or styles, no frames, no plug-ins.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";
/// A year, as is usual; only said where the public address is https.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

/// Sets the headers that every answer has. One that a handler set stays, such as `Cache-Control` of a static file.
pub(super) fn set_headers(headers: &mut HeaderMap, is_https: bool) {
    let always: [(HeaderName, &'static str); 7] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Stricter than this, browsers would send `Origin: null` to ourselves.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    let if_https = is_https.then_some((header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY));
    for (name, value) in always.into_iter().chain(if_https) {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Refuses changes that a browser asks for on behalf of another site, by Fetch Metadata and `Origin`. Programs send
/// neither and pass: they have no cookies that a stranger could make use of.
pub(super) fn cross_site(public_origin: &str) -> Result<CsrfLayer<Refuse>, ConfigError> {
    Ok(CsrfLayer::new().add_trusted_origin(public_origin)?.with_rejection_response(Refuse))
}

/// Tells the refusal as a problem.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refuse;

impl ResponseForProtectionError<axum::body::Body> for Refuse {
    fn response_for_protection_error(&mut self, _: ProtectionError) -> Response<axum::body::Body> {
        ApiError::new(ProblemKind::CrossSite, "Changes are only taken from Momentum's own pages, and from programs.")
            .into_response()
    }
}
