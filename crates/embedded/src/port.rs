//! Which port a server listens on: the same as the last time while that is free.

use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering},
};

use crate::error::{Error, Result};
use crate::folder::Folder;

/// Below what Linux and macOS give to outgoing connections, any of which may take a port that was free a moment ago. A
/// client that keeps trying a closed port of that range can even connect to itself in time, and then holds the very port
/// that the server wants back.
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
    let port = free_port()?;
    folder.keep(&file, &port.to_string())?;
    Ok(port)
}

/// Whether nobody listens there. The answer can be out of date at once, so whoever starts a server on it looks again.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A port that nobody listens on, nor is given to who does not ask for it. A process is told none twice in a row.
pub fn free_port() -> Result<u16> {
    // Each process begins anywhere in the range, so that those that look at the same time rarely meet.
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| {
        let anywhere = RandomState::new().hash_one(std::process::id());
        AtomicU64::new(anywhere >> 1)
    });
    let span = u64::from(PORTS.end - PORTS.start);
    (0..TRIES_MAX)
        .map(|_| NEXT.fetch_add(1, Ordering::Relaxed) % span)
        .map(|offset| PORTS.start + u16::try_from(offset).unwrap_or_default())
        .find(|port| is_free(*port))
        .ok_or(Error::NoFreePort)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_free_and_no_two_the_same_and_none_is_given_to_others() {
        let ports: Vec<u16> = (0..50).map(|_| free_port().expect("a port")).collect();
        assert!(ports.iter().all(|port| PORTS.contains(port) && is_free(*port)));
        assert_eq!(ports.iter().collect::<std::collections::BTreeSet<_>>().len(), ports.len());
    }
}
