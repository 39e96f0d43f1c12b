//! The pages that come with the API.

use testkit::app::App;

#[tokio::test]
async fn there_is_a_first_page_and_a_description_of_the_api() {
    let app = App::new().await;
    let home = app.ask("GET", "/").send().await;
    assert_eq!((home.status.as_u16(), home.header("content-type")), (200, "text/html; charset=utf-8"));
    // The app, or what stands in its place while it is not built.
    assert!(home.raw.contains("<title>Momentum</title>"));
    let docs = app.ask("GET", "/docs").send().await;
    assert!(docs.raw.contains("id=\"log_day\"") && docs.raw.contains("http://localhost:8080/v1/daily-logs"));
    assert!(docs.header("content-security-policy").starts_with("default-src 'self'"));
}

#[tokio::test]
async fn what_the_pages_refer_to_is_there() {
    let app = App::new().await;
    let style = app.ask("GET", "/docs/style.css").send().await;
    assert_eq!((style.status.as_u16(), style.header("content-type")), (200, "text/css; charset=utf-8"));
    let document = app.ask("GET", "/v1/openapi.json").send().await;
    assert_eq!((document.status.as_u16(), document.text("/info/title")), (200, "Momentum"));
}

#[tokio::test]
async fn every_kind_of_problem_that_the_page_lists_can_be_followed() {
    let app = App::new().await;
    let docs = app.ask("GET", "/docs").send().await;
    let listed = docs.raw.split("<dt><code>").skip(1).filter_map(|rest| rest.split('<').next());
    let listed: Vec<&str> = listed.collect();
    assert!(listed.contains(&"version-conflict"), "{listed:?}");
    assert!(listed.contains(&"goal-archived"), "{listed:?}");
    for code in listed {
        let page = app.ask("GET", &format!("/problems/{code}")).send().await;
        assert_eq!((page.status.as_u16(), page.text("/code")), (200, code));
        assert!(page.text("/title").len() > 1 && page.text("/meaning").ends_with('.'), "{}", page.raw);
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let app = App::new().await;
    assert_eq!(app.ask("GET", "/v1/nothing").send().await.problem(), (404, "unknown-route", ""));
    assert_eq!(app.ask("DELETE", "/docs").send().await.problem(), (405, "method-not-allowed", ""));
}
