//! What clients asked, were told and saw, written down durably: before asking, and after being told.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    sync::{Arc, Mutex, mpsc},
    thread::{self, JoinHandle},
};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use tokio::{sync::oneshot, time::Instant};
use uuid::Uuid;

/// A position of the log, as cursors tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The shard.
    pub shard: i16,
    /// The number in it.
    pub number: i64,
}

/// One line of a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// Somebody was told that they are registered.
    Registered {
        /// When, in microseconds since the run began; so everywhere.
        at_us: u64,
        /// Who.
        user: Uuid,
        /// Their workspace.
        workspace: Uuid,
        /// Where the log stood.
        place: Place,
    },
    /// A command is about to be sent, for the first time or again.
    Asked {
        /// When.
        at_us: u64,
        /// By which client.
        client: u32,
        /// Its `Idempotency-Key`.
        command: Uuid,
        /// Who asks.
        actor: Uuid,
        /// What it is about.
        stream: Uuid,
        /// What it is, for whoever reads this.
        what: String,
        /// The version that this has at the time, or else it is not to be done.
        if_match: Option<u32>,
    },
    /// What came of it.
    Told {
        /// When.
        at_us: u64,
        /// To which client.
        client: u32,
        /// Of which command.
        command: Uuid,
        /// The answer.
        told: Told,
    },
    /// What a query showed that was asked to show one's own write.
    Saw {
        /// When.
        at_us: u64,
        /// To which client.
        client: u32,
        /// Of which stream.
        stream: Uuid,
        /// The position that it was asked at.
        place: Place,
        /// What it was like then, as far as that client knows.
        expected: Seen,
        /// What was shown.
        seen: Seen,
        /// Whether it may have been changed since.
        shared: bool,
    },
    /// Somebody was told of an internal error.
    Erred {
        /// When.
        at_us: u64,
        /// Of what they asked, and what they were told.
        what: String,
    },
    /// Somebody was not let in who has an account.
    ShutOut {
        /// When.
        at_us: u64,
        /// Who.
        user: Uuid,
        /// By what they were to be let in, and what they were told.
        what: String,
    },
    /// Something was done to the system, or it was found well again.
    Noted {
        /// When.
        at_us: u64,
        /// What.
        what: String,
    },
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// It is done.
    Done {
        /// Where the log stood then.
        place: Place,
        /// What it was about.
        stream: Uuid,
        /// The version of that since.
        version: u32,
    },
    /// It was refused, and shall have no effect.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The code of the problem.
        code: String,
    },
    /// Nobody knows.
    Unknown {
        /// What there was in place of an answer.
        why: String,
    },
}

/// What a log or a goal is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its version.
    pub version: u32,
    /// What its last change wrote into it, as text.
    pub content: String,
}

impl Line {
    /// Whether the line is about a command, a stream or a position.
    #[must_use]
    pub fn is_about(&self, subject: &Subject) -> bool {
        match (self, subject) {
            (Self::Asked { command, .. } | Self::Told { command, .. }, Subject::Command(it)) => command == it,
            (Self::Asked { stream, .. } | Self::Saw { stream, .. }, Subject::Stream(it)) => stream == it,
            (Self::Told { told: Told::Done { stream, .. }, .. }, Subject::Stream(it)) => stream == it,
            (
                Self::Told { told: Told::Done { place, .. }, .. } | Self::Registered { place, .. },
                Subject::Place(it),
            ) => place == it,
            _ => false,
        }
    }
}

/// What something that was found is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A command.
    Command(Uuid),
    /// A stream.
    Stream(Uuid),
    /// A position.
    Place(Place),
    /// Nothing that a history knows.
    Nothing,
}

type Writing = (Line, oneshot::Sender<()>);

/// Writes a history to a file, many clients' lines with one sync, and keeps it.
pub struct Recorder {
    begun: Instant,
    lines: mpsc::Sender<Writing>,
    written: Mutex<Option<JoinHandle<anyhow::Result<Vec<Line>>>>>,
}

impl Recorder {
    /// Begins a history in this file.
    pub fn begin(path: &Path) -> anyhow::Result<Arc<Self>> {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        let (lines, waiting) = mpsc::channel();
        let writer = thread::spawn(move || write(file, &waiting));
        Ok(Arc::new(Self { begun: Instant::now(), lines, written: Mutex::new(Some(writer)) }))
    }

    /// Microseconds since the history began.
    #[must_use]
    pub fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Writes a line, and returns when it would outlive this process.
    pub async fn write(&self, line: Line) -> anyhow::Result<()> {
        let (durable, is_durable) = oneshot::channel();
        self.lines.send((line, durable)).ok().context("the history is closed")?;
        is_durable.await.context("the history cannot be written")
    }

    /// Writes what was done to the system.
    pub async fn note(&self, what: impl Into<String>) -> anyhow::Result<()> {
        self.write(Line::Noted { at_us: self.now(), what: what.into() }).await
    }

    /// Writes of what somebody was told that it met with an internal error.
    pub async fn erred(&self, what: impl Into<String>) -> anyhow::Result<()> {
        self.write(Line::Erred { at_us: self.now(), what: what.into() }).await
    }

    /// Ends the history, once everybody has let go of it, and tells it.
    pub fn end(self: Arc<Self>) -> anyhow::Result<Vec<Line>> {
        let recorder = Arc::into_inner(self).context("somebody still writes the history")?;
        drop(recorder.lines);
        let writer = recorder.written.into_inner().ok().flatten().context("the history was ended already")?;
        writer.join().map_err(|_| anyhow::anyhow!("the history's writer panicked"))?
    }
}

fn write(file: File, waiting: &mpsc::Receiver<Writing>) -> anyhow::Result<Vec<Line>> {
    let (mut file, mut history) = (BufWriter::new(file), vec![]);
    while let Ok(first) = waiting.recv() {
        let mut durable = vec![];
        for (line, told) in std::iter::once(first).chain(waiting.try_iter()) {
            serde_json::to_writer(&mut file, &line)?;
            file.write_all(b"\n")?;
            history.push(line);
            durable.push(told);
        }
        file.flush()?;
        file.get_ref().sync_data()?;
        // Who is not there any more does not need to know.
        durable.into_iter().for_each(|told| _ = told.send(()));
    }
    Ok(history)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_written_is_in_the_file_when_that_is_told() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("history.jsonl");
        let recorder = Recorder::begin(&path).expect("begun");
        recorder.note("begun").await.expect("written");
        let text = std::fs::read_to_string(&path).expect("there");
        let line: Line = serde_json::from_str(text.trim_end()).expect("a line");
        assert!(matches!(&line, Line::Noted { what, .. } if what == "begun"), "{line:?}");
        assert_eq!(recorder.end().expect("ended"), [line]);
    }
}
