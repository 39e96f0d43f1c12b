//! Which port a server listens on: the same as the last time while that is free.

use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;

use crate::error::{Error, Result};
use crate::folder::Folder;

/// Below what Linux and macOS give to outgoing connections. A client that keeps trying a closed port of that range can in
/// time connect to itself, and then holds the very port that the server wants back.
const PORTS: Range<u16> = 20_000..32_000;

/// How many ports are tried before giving up.
const TRIES_MAX: u16 = 200;

/// The port for a server of this folder: `fixed` if given, else the one it had, else a free one, which is kept.
pub(crate) fn choose(folder: &Folder, server: &'static str, fixed: Option<u16>) -> Result<u16> {
    if let Some(port) = fixed {
        return if is_free(port) { Ok(port) } else { Err(Error::PortTaken(port, server)) };
    }
    let file = format!("{server}.port");
    let kept = folder.kept(&file)?.and_then(|text| text.parse().ok());
    if let Some(port) = kept.filter(|port| is_free(*port)) {
        return Ok(port);
    }
    let port = any_free()?;
    folder.keep(&file, &port.to_string())?;
    Ok(port)
}

/// Whether nobody listens there. The answer can be out of date at once, so whoever starts a server on it looks again.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Starts anywhere in the range, so that processes that look at the same time rarely meet.
fn any_free() -> Result<u16> {
    let span = u64::from(PORTS.end - PORTS.start);
    let anywhere = RandomState::new().hash_one(std::process::id()) % span;
    let first = u16::try_from(anywhere).unwrap_or_default();
    (0..TRIES_MAX)
        .map(|step| PORTS.start + (first + step) % (PORTS.end - PORTS.start))
        .find(|port| is_free(*port))
        .ok_or(Error::NoFreePort)
}
