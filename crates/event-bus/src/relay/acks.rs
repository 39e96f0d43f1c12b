//! The answers of the server to what is published, as they come.
//!
//! They come to an inbox of one attempt only, so that what a former one still stirs is not taken for this one's.

use async_nats::{
    Client, Message, StatusCode, Subscriber,
    jetstream::{ErrorCode, publish::PublishAck, response::Response},
};
use futures::StreamExt;

use super::trouble::Trouble;
use crate::topology::number;

/// What is answered to the messages of one attempt.
pub(crate) struct Acks {
    inbox: String,
    answers: Subscriber,
}

impl Acks {
    pub async fn open(client: &Client) -> Result<Self, Trouble> {
        let inbox = client.new_inbox();
        let answers = client.subscribe(format!("{inbox}.*")).await.map_err(Trouble::nats)?;
        Ok(Self { inbox, answers })
    }

    /// Where the answer to the message with this number goes.
    pub fn inbox_of(&self, number: i64) -> String {
        format!("{}.{number}", self.inbox)
    }

    /// The number of the next message that was stored, at the sequence of that number.
    pub async fn next(&mut self) -> Result<i64, Trouble> {
        let Some(answer) = self.answers.next().await else { return Err(Trouble::nats("the connection is closed")) };
        let stored = stored_at(&answer)?;
        let sent: Option<i64> = answer.subject.rsplit('.').next().and_then(|number| number.parse().ok());
        if sent == Some(stored) { Ok(stored) } else { Err(Trouble::Unsure("a message was stored out of its place")) }
    }
}

fn stored_at(answer: &Message) -> Result<i64, Trouble> {
    if answer.status == Some(StatusCode::NO_RESPONDERS) {
        return Err(Trouble::Unsure("no stream takes the message"));
    }
    match serde_json::from_slice(&answer.payload).map_err(Trouble::nats)? {
        Response::Ok(PublishAck { sequence, .. }) => Ok(number(sequence)),
        Response::Err { error } if error.error_code() == ErrorCode::STREAM_WRONG_LAST_SEQUENCE => {
            Err(Trouble::Unsure("a message was refused: the stream is elsewhere"))
        }
        Response::Err { error } => Err(Trouble::NotStored(error.into())),
    }
}
