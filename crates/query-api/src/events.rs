//! `GET /v1/events`: the workspace's events, as JSON pages or as a live stream of Server-Sent Events.
//!
//! The `id` of each message is a position, so that `Last-Event-ID` resumes anywhere in history. History comes from the
//! log; what happens now from the feed, which is listened to first, so that nothing falls in between.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event as Message, Sse},
    },
};
use domain::{RawEvent, Recorded, answering};
use event_store::{Page as LogPage, StoreError, understood};
use futures::Stream;
use garde::Validate;
use identity::{Session, Signed};
use runtime::{
    ApiError,
    http::{Answer, Params},
};
use serde::Deserialize;
use tokio::{
    sync::mpsc,
    time::{Instant, interval_at},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Page, QueryState,
    feed::Listener,
    page::{PAGE_ITEMS_MAX, limit},
};

/// How often an idle stream says that it is alive, where it stands, and looks whether its session still is.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(10);
/// So many events of history are read at once.
const HISTORY_EVENTS: i64 = 500;
/// So many messages wait for a slow client; then the stream waits, falls behind the feed, and is cut.
const MESSAGES_MAX: usize = 64;
/// The header with which a browser resumes.
const LAST_EVENT_ID: &str = "last-event-id";

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(list_events))
}

/// From where on.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListEvents {
    /// A position: only what came after it. Without it, pages begin at the first event, and a stream now.
    #[garde(inner(length(bytes, max = 128)))]
    after: Option<String>,
    /// How many events a page has at most, 1 to 500; 50 unless given.
    #[garde(inner(range(min = 1, max = PAGE_ITEMS_MAX)))]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
}

/// Read or follow all events
///
/// With `Accept: text/event-stream` the answer is a stream that goes on with what happens; else it is a page.
#[utoipa::path(
    get, path = "/v1/events", tag = "history",
    params(
        ListEvents,
        ("Last-Event-ID" = Option<String>, Header, description = "Where a stream resumes, instead of `after`.")
    ),
    responses(
        (status = 200, description = "Events, oldest first.", content(
            (Page<Object> = "application/json"), (String = "text/event-stream")
        )),
        ApiError
    )
)]
async fn list_events(
    State(state): State<QueryState>,
    Signed(session): Signed,
    Params(asked): Params<ListEvents>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let resume = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
    if !wants_stream(&headers) {
        let after = asked.after.as_deref().map(|token| state.position(&session, token)).transpose()?;
        let after = after.map_or(0, |position| position.number);
        return Ok(page(&state, &session, after, limit(asked.limit)).await?.into_response());
    }
    let from = resume.or(asked.after.as_deref());
    let after = from.map(|token| state.position(&session, token)).transpose()?;
    Ok(stream(state, session, after.map(|position| position.number)))
}

fn wants_stream(headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepts.flat_map(|value| value.split(',')).any(|kind| kind.trim().starts_with("text/event-stream"))
}

async fn page(
    state: &QueryState,
    session: &Session,
    after: i64,
    limit: i64,
) -> Result<Answer<Page<Recorded>>, ApiError> {
    let events = state.log.read_workspace(session.workspace, LogPage::After(after), limit + 1).await?;
    let page = Page::of(events, limit, |last| state.log.cursor(last.position).to_string());
    Ok(Answer::ok(state.opened(page).await?))
}

/// Begins a stream. It ends with the client, the session, the process, or when the client is too slow.
fn stream(state: QueryState, session: Session, after: Option<i64>) -> Response {
    let (messages, sent) = mpsc::channel::<Message>(MESSAGES_MAX);
    tokio::spawn(async move {
        let shutdown = state.shutdown.clone();
        let follow = Follow { state, session, messages: messages.clone() };
        tokio::select! {
            ended = follow.run(after) => if let Err(error) = ended {
                tracing::warn!(error = &error as &dyn std::error::Error, "event stream ended");
            },
            () = shutdown.cancelled() => {}
            () = messages.closed() => {}
        }
    });
    let mut response = Sse::new(messages_of(sent)).into_response();
    // Proxies that buffer would hold back what happens now.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

fn messages_of(mut sent: mpsc::Receiver<Message>) -> impl Stream<Item = Result<Message, Infallible>> {
    futures::stream::poll_fn(move |context| sent.poll_recv(context).map(|message| message.map(Ok)))
}

struct Follow {
    state: QueryState,
    session: Session,
    messages: mpsc::Sender<Message>,
}

/// The client is gone.
struct Gone;

impl Follow {
    async fn run(&self, after: Option<i64>) -> Result<(), StoreError> {
        let shard = self.state.log.shard_of(self.session.workspace);
        let Some(mut listener) = self.state.feed.listen(shard) else { return Ok(()) };
        let mut told = after.unwrap_or(listener.since);
        // At once, so that the client knows where it stands before anything happens.
        if self.heartbeat(told).await.is_err() {
            return Ok(());
        }
        if !self.tell_history(&mut told).await? {
            return Ok(());
        }
        self.tell_live(&mut listener, told).await
    }

    /// Tells what the log holds after `told`; false, if the client is gone.
    async fn tell_history(&self, told: &mut i64) -> Result<bool, StoreError> {
        loop {
            let page = LogPage::After(*told);
            let events = self.state.log.read_workspace(self.session.workspace, page, HISTORY_EVENTS).await?;
            let Some(last) = events.last().map(|last| last.position.number) else { return Ok(true) };
            for event in events {
                if self.tell(event).await?.is_err() {
                    return Ok(false);
                }
            }
            *told = last;
        }
    }

    async fn tell_live(&self, listener: &mut Listener, mut told: i64) -> Result<(), StoreError> {
        let mut heartbeats = interval_at(Instant::now() + HEARTBEAT_INTERVAL, HEARTBEAT_INTERVAL);
        loop {
            tokio::select! {
                heard = listener.next() => {
                    let Ok(event) = heard else { return Ok(()) };
                    let (number, ours) = (event.position.number, event.workspace == self.session.workspace);
                    if ours && number > told && self.tell(readable(&event)?).await?.is_err() {
                        return Ok(());
                    }
                    told = told.max(number);
                }
                _ = heartbeats.tick() => {
                    told = told.max(listener.position().unwrap_or(told));
                    // A session that cannot be looked up counts as over: the client signs in and resumes.
                    let open = self.state.identity.is_open(self.session.id).await.unwrap_or(false);
                    if !open || self.heartbeat(told).await.is_err() {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn tell(&self, mut event: Recorded) -> Result<Result<(), Gone>, StoreError> {
        self.state.vault.open(&mut event).await?;
        let name = event.event.name();
        let id = self.state.log.cursor(event.position).to_string();
        let message = answering(|| Message::default().id(id).event(name).json_data(&event));
        match message {
            Ok(message) => Ok(self.messages.send(message).await.map_err(|_| Gone)),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "an event cannot be told");
                Ok(Err(Gone))
            }
        }
    }

    async fn heartbeat(&self, told: i64) -> Result<(), Gone> {
        let shard = self.state.log.shard_of(self.session.workspace);
        let position = self.state.log.cursor(domain::Position { shard, number: told }).to_string();
        let message = Message::default().id(position).event("heartbeat").data("{}");
        self.messages.send(message).await.map_err(|_| Gone)
    }
}

fn readable(event: &Recorded<RawEvent>) -> Result<Recorded, StoreError> {
    understood(event.clone())
}
