//! A client of HTTP/1.1 over connections that are kept: as little as it takes, so that the load costs less than the answer.

use std::{io::Write, net::SocketAddr};

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Answers are shorter than this, or are not measured here.
const ANSWER_BYTES_MAX: usize = 1 << 24;
const READ_BYTES: usize = 1 << 14;

/// A connection to a server.
pub struct Client {
    stream: TcpStream,
    sent: Vec<u8>,
    received: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
}

impl Client {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("nobody answers at {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, sent: vec![], received: vec![] })
    }

    /// Sends a request, and reads its whole answer. `headers` are lines, each with its end.
    pub async fn ask(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) -> anyhow::Result<Answer<'_>> {
        self.sent.clear();
        write!(self.sent, "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}")?;
        if !body.is_empty() {
            write!(self.sent, "content-type: application/json\r\ncontent-length: {}\r\n", body.len())?;
        }
        self.sent.extend_from_slice(b"\r\n");
        self.sent.extend_from_slice(body);
        self.stream.write_all(&self.sent).await?;
        self.received.clear();
        let (status, begin, end) = loop {
            if let Some(place) = place(&self.received)?
                && place.2 <= self.received.len()
            {
                break place;
            }
            ensure!(self.received.len() < ANSWER_BYTES_MAX, "the answer is too long");
            self.received.reserve(READ_BYTES);
            ensure!(self.stream.read_buf(&mut self.received).await? > 0, "the server hung up");
        };
        Ok(Answer { status, body: &self.received[begin..end] })
    }

    /// How many bytes the body of an answer takes that is asked for packed, with the marks of its pieces. The connection
    /// ends with it.
    pub async fn packed_bytes(mut self, path: &str, headers: &str) -> anyhow::Result<usize> {
        let ask = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept-encoding: gzip\r\n{headers}\r\n"
        );
        self.stream.write_all(ask.as_bytes()).await?;
        self.received.clear();
        while self.stream.read_buf(&mut self.received).await? > 0 {
            ensure!(self.received.len() < ANSWER_BYTES_MAX, "the answer is too long");
        }
        ensure!(self.received.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&self.received));
        let head = self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n").context("no head")?;
        Ok(self.received.len() - head - 4)
    }
}

impl Answer<'_> {
    /// The body, if the request went well.
    pub fn json(&self) -> anyhow::Result<Value> {
        ensure!((200..300).contains(&self.status), "{}: {}", self.status, String::from_utf8_lossy(self.body));
        Ok(serde_json::from_slice(self.body)?)
    }

    /// Nothing, if the status is this one; fails if the request went wrong in another way.
    pub fn unless(&self, status: u16) -> anyhow::Result<Option<()>> {
        if self.status == status { Ok(None) } else { self.done().map(Some) }
    }

    /// Fails unless the request went well.
    pub fn done(&self) -> anyhow::Result<()> {
        ensure!((200..300).contains(&self.status), "{}: {}", self.status, String::from_utf8_lossy(self.body));
        Ok(())
    }
}

/// The status of an answer, and where its body begins and ends; none, while its head is incomplete.
fn place(received: &[u8]) -> anyhow::Result<Option<(u16, usize, usize)>> {
    let Some(head) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&received[..head])?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status")?.parse()?;
    let mut length = 0;
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        ensure!(!name.eq_ignore_ascii_case("transfer-encoding"), "answers in chunks are not read here");
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        }
    }
    Ok(Some((status, head + 4, head + 4 + length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_found_once_its_head_is_there() {
        assert_eq!(place(b"HTTP/1.1 201 Created\r\ncontent-le").expect("form"), None);
        let answer = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(place(answer).expect("form"), Some((201, answer.len() - 2, answer.len())));
        assert!(place(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
    }
}
