//! The events as they happen: streams that resume anywhere, and end when they should.

use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join;
use query_api::FeedLimits;
use serde_json::{Value, json};
use testkit::app::{App, Caller, EventStream, Message, Options};
use tokio::time::{sleep, timeout};

use crate::midweek;

/// What is known of a session is good for a second.
const SEEN_OVER: TimeDelta = TimeDelta::seconds(1);

/// A product whose streams are told soon that nothing happens.
async fn lively() -> App {
    let feed = FeedLimits { heartbeat_interval: Duration::from_millis(20), ..FeedLimits::default() };
    // A week that is closed as time passes would be told among what people do.
    midweek(App::with(Options { feed, ..Options::default() }).await)
}

async fn follow(caller: &Caller<'_>, after: &str) -> EventStream {
    let stream = caller.ask("GET", "/v1/events").header("last-event-id", after).stream().await;
    assert_eq!(stream.status, 200);
    stream
}

fn positions(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["position"].as_str().expect("position")).collect()
}

fn ids(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.id.as_str()).collect()
}

async fn rest(mut stream: EventStream) -> Vec<Message> {
    let mut messages = vec![];
    while let Some(message) = stream.next_event().await {
        messages.push(message);
    }
    messages
}

#[tokio::test]
async fn a_stream_resumes_after_any_event_and_goes_on_with_what_happens() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    for number in 0..3 {
        ada.goal(&format!("Goal {number}")).await;
    }
    let before = ada.get("/v1/events").await.items().to_vec();
    let mut streams = vec![];
    for (index, event) in before.iter().enumerate() {
        let mut stream = follow(&ada, event["position"].as_str().expect("position")).await;
        assert_eq!(stream.headers["content-type"], "text/event-stream");
        assert_eq!(
            stream.next_message().await.map(|it| it.event),
            Some("heartbeat".to_owned()),
            "it says where it stands"
        );
        let missed = stream.events(before.len() - index - 1).await;
        assert_eq!(ids(&missed), positions(&before)[index + 1..]);
        streams.push(stream);
    }
    let goal = ada.goal("Now").await;
    for mut stream in streams {
        let now = stream.events(1).await.remove(0);
        assert_eq!(
            (now.event.as_str(), &now.data["stream"], &now.data["event"]["data"]["title"]),
            ("GoalCreated", &json!(goal), &json!("Now"))
        );
    }
}

#[tokio::test]
async fn without_a_position_a_stream_begins_now_and_the_query_may_name_one_too() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let first = ada.get("/v1/events").await.text("/items/0/position").to_owned();
    let mut from_now = ada.ask("GET", "/v1/events").stream().await;
    assert_eq!(from_now.next_message().await.map(|it| it.event), Some("heartbeat".to_owned()));
    let mut from_first = ada.ask("GET", &format!("/v1/events?after={first}")).stream().await;
    assert_eq!(from_first.events(1).await[0].event, "WorkspaceCreated");
    let goal = ada.goal("Run").await;
    // What is in the log and had not been heard yet when the stream began may be told first.
    while from_now.events(1).await[0].data["stream"] != json!(goal) {}
}

#[tokio::test]
async fn who_is_answered_is_told_what_they_do_next() {
    let feed = FeedLimits { linger: Duration::ZERO, ..FeedLimits::default() };
    let app = App::with(Options { feed, ..Options::default() }).await;
    let ada = app.register("ada@example.org").await;
    for number in 0..20 {
        // Nothing has been read of it yet, not even where it stands.
        let mut from_now = ada.ask("GET", "/v1/events").stream().await;
        let goal = ada.goal(&format!("Goal {number}")).await;
        while from_now.events(1).await[0].data["stream"] != json!(goal) {}
    }
}

#[tokio::test]
async fn two_clients_are_told_the_same() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let start = ada.get("/v1/events").await.text("/items/1/position").to_owned();
    let (mut one, mut other) = (follow(&ada, &start).await, follow(&ada, &start).await);
    for number in 0..10 {
        ada.goal(&format!("Goal {number}")).await;
    }
    let told = join(one.events(10), other.events(10)).await;
    assert_eq!(told.0, told.1);
}

#[tokio::test]
async fn nothing_is_lost_or_told_twice_wherever_a_stream_begins_amid_what_happens() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let start = ada.get("/v1/events").await.text("/items/1/position").to_owned();
    let write = async {
        for number in 0..30 {
            ada.goal(&format!("Goal {number}")).await;
        }
    };
    let read = async {
        let mut seen: Vec<Message> = vec![];
        // Leaves after each third event, and comes back.
        while seen.len() < 30 {
            let after = seen.last().map_or(start.clone(), |last| last.id.clone());
            let mut stream = follow(&ada, &after).await;
            seen.extend(stream.events(3).await);
        }
        seen
    };
    let ((), seen) = join(write, read).await;
    let page = ada.get(&format!("/v1/events?after={start}")).await;
    assert_eq!(ids(&seen), positions(page.items()));
}

#[tokio::test]
async fn a_heartbeat_tells_a_position_that_resumes_without_loss() {
    let app = lively().await;
    let ada = app.register("ada@example.org").await;
    let eve = app.register("eve@example.org").await;
    let mut stream = ada.ask("GET", "/v1/events").stream().await;
    let first = stream.next_message().await.expect("heartbeat");
    assert_eq!((first.event.as_str(), &first.data), ("heartbeat", &json!({})));
    // What happens to others moves the stream on, and is not told.
    for _ in 0..5 {
        eve.goal("In between").await;
    }
    let own = ada.post("/v1/goals", json!({ "title": "Run" })).await;
    let mut last = first;
    while last.event != "GoalCreated" {
        last = stream.next_message().await.expect("goes on");
    }
    assert_eq!((last.id.as_str(), &last.data["workspace"]), (own.position(), &json!(ada.workspace())));
    let beat = stream.next_message().await.expect("heartbeat");
    assert_eq!(beat.event, "heartbeat");
    drop(stream);
    let missed = ada.goal("Read").await;
    let mut resumed = follow(&ada, &beat.id).await;
    assert_eq!(resumed.events(1).await[0].data["stream"], json!(missed));
}

#[tokio::test]
async fn nothing_is_missed_however_often_nobody_listens() {
    let feed = FeedLimits { linger: Duration::ZERO, ..FeedLimits::default() };
    let app = App::with(Options { feed, ..Options::default() }).await;
    let ada = app.register("ada@example.org").await;
    let mut told = ada.get("/v1/events").await.text("/items/1/position").to_owned();
    for number in 0..20 {
        let before = ada.goal(&format!("Before {number}")).await;
        let mut stream = follow(&ada, &told).await;
        assert_eq!(stream.events(1).await[0].data["stream"], json!(before), "what happened while nobody listened");
        let now = ada.goal(&format!("Now {number}")).await;
        let heard = stream.events(1).await.remove(0);
        assert_eq!(heard.data["stream"], json!(now), "what happens");
        told = heard.id;
        let last = ada.goal(&format!("Last {number}")).await;
        let ((), mut other) = join(async { drop(stream) }, follow(&ada, &told)).await;
        let heard = other.events(1).await.remove(0);
        assert_eq!(heard.data["stream"], json!(last), "one leaves as another comes");
        told = heard.id;
    }
}

#[tokio::test]
async fn a_client_that_reads_too_slowly_is_cut_and_resumes_where_it_was() {
    let feed = FeedLimits { listener_events_max: 8, ..FeedLimits::default() };
    let app = App::with(Options { feed, ..Options::default() }).await;
    let ada = app.register("ada@example.org").await;
    let start = ada.get("/v1/events").await.text("/items/1/position").to_owned();
    let mut slow = follow(&ada, &start).await;
    assert_eq!(slow.next_message().await.map(|it| it.event), Some("heartbeat".to_owned()));
    let mut quick = follow(&ada, &start).await;
    for number in 0..100 {
        ada.goal(&format!("Goal {number}")).await;
        // The quick one has been told, so that the slow one could have been.
        quick.events(1).await;
    }
    let before_the_cut = rest(slow).await;
    assert!(before_the_cut.len() < 100, "it was cut");
    let resumed = follow(&ada, &before_the_cut.last().expect("some").id).await.events(100 - before_the_cut.len()).await;
    let seen = [before_the_cut, resumed].concat();
    let page = ada.get(&format!("/v1/events?limit=500&after={start}")).await;
    assert_eq!(ids(&seen), positions(page.items()));
}

#[tokio::test]
async fn a_client_that_reads_nothing_at_all_is_not_waited_for() {
    let feed = FeedLimits {
        heartbeat_interval: Duration::from_millis(1),
        unread_wait_max: Duration::from_millis(50),
        ..FeedLimits::default()
    };
    let app = App::with(Options { feed, ..Options::default() }).await;
    let ada = app.register("ada@example.org").await;
    let mut stream = ada.ask("GET", "/v1/events").stream().await;
    let mut other = ada.ask("GET", "/v1/events").stream().await;
    // More heartbeats than are kept for one who does not read, and the time to wait for it.
    for _ in 0..200 {
        assert!(other.next_message().await.is_some());
    }
    // On a machine that stood still they come all at once, sooner than the wait is over.
    sleep(Duration::from_millis(500)).await;
    let mut unread = 0;
    while unread < 200 && stream.next_message().await.is_some() {
        unread += 1;
    }
    assert!(unread < 200, "{unread} messages were kept");
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let app = lively().await;
    let ada = app.register("ada@example.org").await;
    let elsewhere = app.sign_in("ada@example.org").await;
    let mut ended = elsewhere.ask("GET", "/v1/events").stream().await;
    let mut goes_on = ada.ask("GET", "/v1/events").stream().await;
    assert!(ended.next_message().await.is_some());
    assert_eq!(ada.delete(&format!("/v1/sessions/{}", elsewhere.session())).await.status, 204);
    app.pass(SEEN_OVER);
    rest(ended).await;
    ada.goal("Run").await;
    let mut told = goes_on.next_event().await.expect("goes on");
    while told.event != "GoalCreated" {
        told = goes_on.next_event().await.expect("goes on");
    }
}

#[tokio::test]
async fn nothing_that_happens_is_told_to_a_session_that_has_ended() {
    // Heartbeats are far apart, so that the event itself is what finds the session over.
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let elsewhere = app.sign_in("ada@example.org").await;
    let stands_at = ada.get("/v1/events").await.text("/items/1/position").to_owned();
    let mut ended = follow(&elsewhere, &stands_at).await;
    assert!(ended.next_message().await.is_some());
    assert_eq!(ada.delete(&format!("/v1/sessions/{}", elsewhere.session())).await.status, 204);
    app.pass(SEEN_OVER);
    ada.goal("Run").await;
    assert_eq!(rest(ended).await, []);
}

#[tokio::test]
async fn a_stream_outlives_its_access_token_and_ends_when_the_session_runs_out() {
    let app = lively().await;
    let ada = app.register("ada@example.org").await;
    let stands_at = ada.get("/v1/events").await.text("/items/0/position").to_owned();
    let mut stream = follow(&ada, &stands_at).await;
    stream.events(1).await;
    app.pass(TimeDelta::minutes(16));
    let again = app.sign_in("ada@example.org").await;
    again.goal("Run").await;
    assert_eq!(stream.events(1).await[0].event, "GoalCreated");
    app.pass(TimeDelta::days(7));
    assert_eq!(rest(stream).await, []);
}

#[tokio::test]
async fn streams_end_as_the_product_does() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let mut stream = ada.ask("GET", "/v1/events").stream().await;
    assert!(stream.next_message().await.is_some());
    app.shut_down();
    rest(stream).await;
}

#[tokio::test]
async fn a_position_that_is_none_begins_no_stream() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let good = ada.get("/v1/events").await.text("/items/0/position").to_owned();
    let (_, place) = good.split_once('-').expect("token");
    for (token, expected) in [
        ("x".to_owned(), (400, "malformed-request", "")),
        (place.to_owned(), (400, "malformed-request", "")),
        (format!("00000000-{place}"), (410, "cursor-gone", "")),
    ] {
        let asking = ada.ask("GET", "/v1/events").header("accept", "text/event-stream");
        assert_eq!(asking.header("last-event-id", &token).send().await.problem(), expected, "{token}");
        assert_eq!(ada.get(&format!("/v1/events?after={token}")).await.problem(), expected, "{token}");
    }
}

#[tokio::test]
async fn nobody_has_so_many_streams_that_others_have_none() {
    const STREAMS_A_PERSON_MAX: usize = 20;
    let app = App::new().await;
    let (ada, eve) = (app.register("ada@example.org").await, app.register("eve@example.org").await);
    let mut streams = vec![];
    for _ in 0..STREAMS_A_PERSON_MAX {
        let stream = ada.ask("GET", "/v1/events").stream().await;
        assert_eq!(stream.status, 200);
        streams.push(stream);
    }
    let refused = ada.ask("GET", "/v1/events").header("accept", "text/event-stream").send().await;
    assert_eq!(refused.problem(), (429, "too-many-requests", ""));
    let hers = eve.ask("GET", "/v1/events").stream().await;
    assert_eq!(hers.status, 200);
    streams.clear();
    let again = async {
        while ada.ask("GET", "/v1/events").stream().await.status != 200 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(30), again).await.expect("what was given back is there again");
}
