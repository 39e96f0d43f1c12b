//! The HTTP surface, called as clients call it, on the whole product in one process.

mod access;
mod bad_input;
mod connections;
mod contract;
mod daily_logs;
mod document;
mod event_pages;
mod event_streams;
mod goals;
mod history;
mod isolation;
mod pages;
mod positions;
mod retries;

use testkit::app::App;

/// At a Wednesday noon: hours may pass, and no week is over, whose closing would be counted among what is done.
fn midweek(app: App) -> App {
    app.clock().set("2031-05-21T10:00:00Z".parse().expect("an instant"));
    app
}
