//! Which answers are packed for a client that takes them so.

use axum::{body::to_bytes, http::header, response::Response};
use testkit::app::App;

/// How gzip begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Longer than what is not worth packing.
const LONG_BYTES: usize = 1_024;

async fn body(response: Response) -> Vec<u8> {
    to_bytes(response.into_body(), 1 << 20).await.expect("a body").to_vec()
}

#[tokio::test]
async fn a_long_answer_to_a_query_is_packed_for_those_who_take_it_so() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    for nth in 0..12 {
        drop(ada.goal(&format!("Run {nth}")).await);
    }
    app.settle().await;
    let plain = ada.ask("GET", "/v1/goals").respond().await;
    assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
    let plain = body(plain).await;
    let packed = ada.ask("GET", "/v1/goals").header("accept-encoding", "gzip, br").respond().await;
    assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip");
    assert_eq!(packed.headers()[header::VARY], "accept-encoding");
    let packed = body(packed).await;
    assert!(packed.starts_with(&GZIP) && packed.len() < plain.len() / 2, "{} of {}", packed.len(), plain.len());
    let short = ada.ask("GET", "/v1/workspaces").header("accept-encoding", "gzip").respond().await;
    assert!(!short.headers().contains_key(header::CONTENT_ENCODING));
}

#[tokio::test]
async fn no_answer_about_sessions_is_packed_however_long() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    for _ in 0..8 {
        drop(app.sign_in("ada@example.org").await);
    }
    let sessions = ada.ask("GET", "/v1/sessions").header("accept-encoding", "gzip").respond().await;
    assert!(!sessions.headers().contains_key(header::CONTENT_ENCODING));
    assert!(body(sessions).await.len() > LONG_BYTES);
}
