//! Who is asking, as an endpoint learns it, and the cookies that tell.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, Request, StatusCode, header},
    response::IntoResponse,
};
use identity::{
    ACCESS_LIFE, Signed, SignedIn,
    http::{ACCESS_COOKIE, REFRESH_COOKIE, clear_cookies, refresh_token},
};
use runtime::ApiError;

use crate::support::Kit;

/// What an endpoint behind [`Signed`] gets for a request with these headers.
async fn asking(kit: &Kit, headers: &[(HeaderName, String)]) -> Result<Signed, ApiError> {
    let request = headers.iter().fold(Request::builder(), |request, (name, value)| request.header(name, value));
    let (mut parts, ()) = request.body(()).expect("request").into_parts();
    Signed::from_request_parts(&mut parts, &kit.identity).await
}

async fn signed_in() -> (Kit, SignedIn) {
    let kit = Kit::new().await;
    let opened = kit.open(&kit.ada().await).await;
    (kit, opened)
}

#[tokio::test]
async fn a_bearer_token_or_a_cookie_tells_who_is_asking() {
    let (kit, opened) = signed_in().await;
    let token = &opened.tokens.access_token;
    let bearer = (header::AUTHORIZATION, format!("Bearer {token}"));
    let cookie = (header::COOKIE, format!("theme=dark; {ACCESS_COOKIE}={token}"));
    for headers in [&[bearer][..], &[cookie][..]] {
        assert_eq!(asking(&kit, headers).await.expect("signed in").0, opened.session);
    }
}

#[tokio::test]
async fn without_a_good_token_the_answer_is_401() {
    let (kit, opened) = signed_in().await;
    let tokens = &opened.tokens;
    let cookie = (header::COOKIE, format!("{ACCESS_COOKIE}={}", tokens.access_token));
    let refresh = (header::COOKIE, format!("{REFRESH_COOKIE}={}", tokens.refresh_token));
    let basic = (header::AUTHORIZATION, "Basic YTpi".to_owned());
    for headers in [&[][..], &[refresh], std::slice::from_ref(&basic), &[basic.clone(), cookie.clone()]] {
        let refused = asking(&kit, headers).await.expect_err("not signed in");
        assert_eq!((refused.status(), &*refused.problem().code), (StatusCode::UNAUTHORIZED, "not-signed-in"));
    }
    kit.pass(ACCESS_LIFE);
    let expired = asking(&kit, std::slice::from_ref(&cookie)).await.expect_err("expired");
    assert_eq!(expired.problem().code, "not-signed-in", "which says: refresh");
    kit.identity.sign_out(&tokens.access_token).await.expect("signed out");
    let ended = asking(&kit, &[cookie]).await.expect_err("ended");
    assert_eq!((ended.status(), &*ended.problem().code), (StatusCode::UNAUTHORIZED, "session-ended"));
}

#[tokio::test]
async fn cookies_are_kept_from_scripts_and_other_sites_until_their_tokens_end() {
    let (kit, opened) = signed_in().await;
    let cookies = |answer: axum::response::Response| -> Vec<String> {
        let set = answer.headers().get_all(header::SET_COOKIE).iter();
        set.map(|value| value.to_str().expect("text").to_owned()).collect()
    };
    let set = cookies((kit.identity.set_cookies(&opened.tokens), StatusCode::NO_CONTENT).into_response());
    let expected =
        [(ACCESS_COOKIE, &opened.tokens.access_token, 900), (REFRESH_COOKIE, &opened.tokens.refresh_token, 604_800)]
            .map(|(name, token, life)| {
                format!("{name}={token}; Path=/; Max-Age={life}; Secure; HttpOnly; SameSite=Lax")
            });
    assert_eq!(set, expected);

    let cleared = cookies((clear_cookies(), StatusCode::NO_CONTENT).into_response());
    assert!(cleared.iter().all(|cookie| cookie.contains("=; ") && cookie.contains("Max-Age=0")), "{cleared:?}");

    let browser = Request::builder().header(header::COOKIE, set[1].as_str()).body(()).expect("request");
    assert_eq!(refresh_token(browser.headers()).as_ref(), Some(&opened.tokens.refresh_token));
}
