//! A stream of Server-Sent Events: what the log holds after a position, then what happens, for as long as it is read.
//!
//! The `id` of each message is a position, so that `Last-Event-ID` resumes anywhere in history. History comes from the
//! log; what happens now from the feed, which is listened to first, so that nothing falls in between.

use std::{convert::Infallible, error::Error, time::Duration};

use axum::{
    http::HeaderValue,
    response::{
        IntoResponse, Response,
        sse::{Event as Message, Sse},
    },
};
use domain::{Event, Position, Recorded, Shard, answering, workspace::WorkspaceEvent};
use event_store::StoreError;
use futures::Stream;
use identity::Session;
use runtime::ApiError;
use tokio::{
    sync::mpsc,
    time::{Instant, interval_at},
};

use crate::{
    QueryState,
    feed::Listener,
    legible::{Legible, legible},
    membership::is_for,
    recorded_event::RecordedEvent,
};

/// So many events of history are read at once.
const HISTORY_EVENTS: i64 = 500;
/// So many messages wait for a slow client; then the stream waits, falls behind the feed, and is cut.
const MESSAGES_MAX: usize = 64;
/// So many streams may one person have open: each holds a connection, of which the process has so many for all.
pub(crate) const STREAMS_A_PERSON_MAX: usize = 20;
/// When to ask again, where the feed does not wake up.
const FEED_RETRY: Duration = Duration::from_secs(2);

/// Begins a stream. It ends with the client, the session, the process, or when the client is too slow.
///
/// Whoever is answered has been listening: what they do next, they are told.
pub(crate) async fn begin(state: QueryState, session: Session, after: Option<i64>) -> Result<Response, ApiError> {
    let share = state.streams.take(session.user, "You have as many streams open as one person may; end one first.")?;
    let shard = state.log.shard_of(session.workspace);
    let listener = state.feed.listen(shard).await.map_err(|_| {
        ApiError::unavailable("What happens cannot be followed at the moment; ask again in a while.", FEED_RETRY)
    })?;
    let (messages, sent) = mpsc::channel::<Message>(MESSAGES_MAX);
    tokio::spawn(async move {
        let _share = share;
        let shutdown = state.shutdown.clone();
        let stream = EventStream { state, session, shard, messages: messages.clone() };
        tokio::select! {
            ended = stream.run(listener, after) => match ended {
                Ok(()) | Err(End::Over) => {}
                Err(End::Failed(error)) => tracing::warn!(error = &*error, "event stream ended"),
            },
            () = shutdown.cancelled() => {}
            () = messages.closed() => {}
        }
    });
    let mut response = Sse::new(messages_of(sent)).into_response();
    // Proxies that buffer would hold back what happens now.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

fn messages_of(mut sent: mpsc::Receiver<Message>) -> impl Stream<Item = Result<Message, Infallible>> {
    futures::stream::poll_fn(move |context| sent.poll_recv(context).map(|message| message.map(Ok)))
}

struct EventStream {
    state: QueryState,
    session: Session,
    shard: Shard,
    messages: mpsc::Sender<Message>,
}

/// Why a stream ends.
enum End {
    /// The client is gone or too slow, or its session has ended. It may come back and resume.
    Over,
    /// Something failed.
    Failed(Box<dyn Error + Send + Sync>),
}

impl EventStream {
    async fn run(&self, mut listener: Listener, after: Option<i64>) -> Result<(), End> {
        let mut told = after.unwrap_or(listener.since);
        // At once, so that the client knows where it stands before anything happens.
        self.heartbeat(told).await?;
        self.tell_history(&mut told).await?;
        self.tell_live(&mut listener, told).await
    }

    /// Tells what the log holds after `told`.
    async fn tell_history(&self, told: &mut i64) -> Result<(), End> {
        loop {
            let Session { workspace, user, .. } = self.session;
            let events = self.state.log.read_workspace_as_written(workspace, Some(user), *told, HISTORY_EVENTS).await?;
            let Some(last) = events.last().map(|last| last.position.number) else { return Ok(()) };
            for event in events {
                self.tell(legible(event)).await?;
            }
            *told = last;
        }
    }

    async fn tell_live(&self, listener: &mut Listener, mut told: i64) -> Result<(), End> {
        let interval = self.state.feed.limits.heartbeat_interval;
        let mut heartbeats = interval_at(Instant::now() + interval, interval);
        loop {
            tokio::select! {
                heard = listener.next() => {
                    let event = heard.map_err(|_| End::Over)?;
                    let (number, ours) = (event.position.number, event.workspace == self.session.workspace);
                    if ours && number > told {
                        self.tell(legible((*event).clone())).await?;
                    }
                    told = told.max(number);
                }
                _ = heartbeats.tick() => {
                    told = told.max(listener.position().unwrap_or(told));
                    self.heartbeat(told).await?;
                }
            }
        }
    }

    async fn tell(&self, mut event: Recorded<Legible>) -> Result<(), End> {
        if !is_for(&self.session, &event) {
            return Ok(());
        }
        if let Legible::Read(Event::Workspace(WorkspaceEvent::MemberRemoved { user })) = &event.event
            && *user == self.session.user
        {
            // Perhaps long ago, and they are a member again: so it is looked at, and not concluded.
            self.state.members.forget(self.session.workspace);
        }
        self.state.vault.open_events(std::slice::from_mut(&mut event)).await?;
        let told = RecordedEvent::of(event, &self.state.log);
        let message = Message::default().id(told.position()).event(told.name());
        let message = answering(|| message.json_data(&told)).map_err(|error| End::Failed(error.into()))?;
        self.send(message).await
    }

    async fn heartbeat(&self, told: i64) -> Result<(), End> {
        let position = self.state.log.cursor(Position { shard: self.shard, number: told }).to_string();
        self.send(Message::default().id(position).event("heartbeat").data("{}")).await
    }

    /// Nothing is told to a session that has ended, nor to who is no member any more. To look costs next to nothing: what is known is good for a second.
    async fn send(&self, message: Message) -> Result<(), End> {
        // A session that cannot be looked up counts as over: the client signs in and resumes.
        if !self.state.identity.is_open(self.session.id).await.unwrap_or(false) {
            return Err(End::Over);
        }
        if !self.state.members.may_read(&self.session).await.unwrap_or(false) {
            return Err(End::Over);
        }
        // One that reads nothing at all would otherwise be waited for as long as its connection lasts.
        let sent = self.messages.send_timeout(message, self.state.feed.limits.unread_wait_max);
        sent.await.map_err(|_| End::Over)
    }
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}
