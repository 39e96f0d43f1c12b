//! The lines of an exported log: a header, keys and credentials, events by shard and position, and a trailer.

use std::fmt;

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use domain::{RawEvent, Recorded};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use uuid::Uuid;

/// The form that this version writes and reads.
pub const FORMAT: u32 = 1;
/// No event comes near it: commands are bounded to a fraction of it.
const LINE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Line {
    /// The first.
    Header(Header),
    /// A person's wrapped data key: a row of `vault.keys`.
    Key(Box<RawValue>),
    /// A person's credentials: a row of `identity.accounts`.
    Account(Box<RawValue>),
    /// An erasure that was begun and is to be finished: a row of `identity.erasures`.
    Erasure(Box<RawValue>),
    /// An event, as it stands in the log.
    Event(Box<Recorded<RawEvent>>),
    /// The last.
    Trailer(Trailer),
}

/// What the file is, and of which log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// See [`FORMAT`].
    pub format: u32,
    /// The history that the log had.
    pub history: Uuid,
    /// How many shards it has.
    pub shards: i16,
    /// How many events follow.
    pub events: u64,
    /// Since when nothing is in it that happened later.
    pub exported_at: DateTime<Utc>,
    /// Tells the index key that addresses are hashed with, where there are credentials.
    pub key_check: Option<String>,
}

/// What was written, to be held against what is read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trailer {
    /// How much of each.
    pub counts: Counts,
    /// The BLAKE3 hash of every line before, with their ends.
    pub digest: String,
}

/// How much of each there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Events.
    pub events: u64,
    /// Wrapped keys.
    pub keys: u64,
    /// Credentials.
    pub accounts: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} events, {} keys, {} accounts", self.events, self.keys, self.accounts)
    }
}

/// Writes lines, and ends them with a trailer.
pub struct Writer<W> {
    to: W,
    hasher: blake3::Hasher,
    counts: Counts,
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    pub fn new(to: W) -> Self {
        Self { to, hasher: blake3::Hasher::new(), counts: Counts::default() }
    }

    pub async fn write(&mut self, line: &Line) -> anyhow::Result<()> {
        let mut text = serde_json::to_string(line).context("a line cannot be written")?;
        if text.contains(['\n', '\r']) {
            // Between the tokens of JSON that was written elsewhere: within a text, they are escaped.
            text = text.replace(['\n', '\r'], " ");
        }
        text.push('\n');
        self.hasher.update(text.as_bytes());
        self.counts.count(line);
        self.to.write_all(text.as_bytes()).await.context("the file cannot be written")
    }

    pub async fn finish(mut self) -> anyhow::Result<Counts> {
        let digest = self.hasher.finalize().to_hex().to_string();
        let counts = self.counts;
        self.write(&Line::Trailer(Trailer { counts, digest })).await?;
        Ok(counts)
    }
}

/// Reads lines, and holds them against the trailer.
pub struct Reader<R> {
    from: R,
    hasher: blake3::Hasher,
    counts: Counts,
    line: u64,
}

impl<R: AsyncBufRead + Unpin> Reader<R> {
    pub fn new(from: R) -> Self {
        Self { from, hasher: blake3::Hasher::new(), counts: Counts::default(), line: 0 }
    }

    /// The header, which must be the first.
    pub async fn header(&mut self) -> anyhow::Result<Header> {
        let Ok(Some(Line::Header(header))) = self.next().await else {
            bail!("this is no exported log: it does not begin with a header");
        };
        ensure!(header.format == FORMAT, "its format is {}, and this version reads {FORMAT}", header.format);
        Ok(header)
    }

    /// The next line; none after the trailer, if all is as it says.
    pub async fn next(&mut self) -> anyhow::Result<Option<Line>> {
        let text = self.read().await?;
        self.line += 1;
        let line = serde_json::from_str(&text).with_context(|| format!("line {} is damaged", self.line))?;
        if let Line::Trailer(trailer) = line {
            return self.end(&trailer).await.map(|()| None);
        }
        self.hasher.update(text.as_bytes());
        self.counts.count(&line);
        Ok(Some(line))
    }

    /// How much has been read.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    async fn read(&mut self) -> anyhow::Result<String> {
        let mut text = String::new();
        let mut bounded = (&mut self.from).take(LINE_BYTES_MAX);
        bounded.read_line(&mut text).await.with_context(|| format!("line {} cannot be read", self.line + 1))?;
        ensure!(text.ends_with('\n'), "the file is cut off after line {}", self.line);
        Ok(text)
    }

    async fn end(&mut self, trailer: &Trailer) -> anyhow::Result<()> {
        let digest = self.hasher.finalize().to_hex().to_string();
        ensure!(
            trailer.digest == digest && trailer.counts == self.counts,
            "the file is damaged: its lines are not those that its trailer tells of"
        );
        let is_over = self.from.fill_buf().await.context("the file cannot be read")?.is_empty();
        ensure!(is_over, "something follows the trailer");
        Ok(())
    }
}

impl Counts {
    fn count(&mut self, line: &Line) {
        match line {
            Line::Event(_) => self.events += 1,
            Line::Key(_) => self.keys += 1,
            Line::Account(_) => self.accounts += 1,
            Line::Erasure(_) | Line::Header(_) | Line::Trailer(_) => {}
        }
    }
}
