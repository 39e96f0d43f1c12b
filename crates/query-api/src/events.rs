//! `GET /v1/events`: the workspace's events, as JSON pages or as a live stream of Server-Sent Events.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use garde::Validate;
use identity::{Session, Signed};
use runtime::{
    ApiError,
    http::{Answer, Params},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Page, QueryState, event_stream,
    legible::legible,
    membership::is_for,
    page::{PAGE_ITEMS_MAX, limit},
    recorded_event::RecordedEvent,
};

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
/// With `Accept: text/event-stream` the answer is a stream that goes on with what happens; else it is a page. The `id`
/// of each message of a stream is a position, its `event` the type of the event, and its `data` the event as on a page.
/// Messages called `heartbeat` only tell how far the stream has come.
///
/// The `next` of a page is sent as `after`.
#[utoipa::path(
    get, path = "/v1/events", tag = "history",
    params(
        ListEvents,
        ("Last-Event-ID" = Option<String>, Header, description = "Where a stream resumes, instead of `after`.")
    ),
    responses(
        (status = 200, description = "Events, oldest first.", content(
            (Page<RecordedEvent> = "application/json"), (String = "text/event-stream")
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
    let wants_stream = wants_stream(&headers);
    let resume = headers.get(LAST_EVENT_ID).filter(|_| wants_stream).and_then(|value| value.to_str().ok());
    let after = match resume.or(asked.after.as_deref()) {
        Some(token) => {
            let position = state.position(&session, token)?;
            state.is_past(position).await?;
            Some(position.number)
        }
        None => None,
    };
    if wants_stream {
        return event_stream::begin(state, session, after).await;
    }
    Ok(page(&state, &session, after.unwrap_or(0), limit(asked.limit)).await?.into_response())
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
) -> Result<Answer<Page<RecordedEvent>>, ApiError> {
    let events = state.log.read_workspace_as_written(session.workspace, Some(session.user), after, limit + 1).await?;
    let events = events.into_iter().map(legible).collect();
    let mut page = Page::of(events, limit, |last| state.log.cursor(last.position).to_string());
    page.items.retain(|event| is_for(session, event));
    state.vault.open_events(&mut page.items).await?;
    Ok(Answer::ok(page.map(|event| RecordedEvent::of(event, &state.log))))
}
