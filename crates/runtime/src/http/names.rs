//! Which names an installation lets itself be asked by.
//!
//! One that is for this machine's browsers alone stands at an address that every page they open can lead a name of its own
//! to, and is then asked as if it were that page's own site ("DNS rebinding"): `Origin` and `Host` agree.

use std::net::IpAddr;

use axum::{
    extract::Request,
    http::{header, uri::Authority},
};

use super::layers::Edge;
use crate::{ApiError, ProblemKind, config::is_this_machine};

/// The names that requests may have been sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// Those that cannot be anybody else's: addresses, names of this machine, and names without a dot, which no registry
    /// gives away.
    OfThisMachine,
    /// Whatever leads here: its own name is known to browsers, or a proxy in front knows which are right.
    Any,
}

impl Names {
    pub fn of(edge: &Edge) -> Self {
        if edge.is_for_this_machine() { Self::OfThisMachine } else { Self::Any }
    }

    /// Refuses a request that was sent to another.
    pub fn check(self, request: &Request) -> Result<(), ApiError> {
        if self == Self::Any || asked(request).is_none_or(|name| is_harmless(&name)) {
            return Ok(());
        }
        let detail = "Momentum is set up for this machine alone and was asked by another name. Open it as `localhost`, or \
                      set `server.public_url` to the address that it is to have.";
        Err(ApiError::new(ProblemKind::Misdirected, detail))
    }
}

/// The host that the client meant, if it says one.
fn asked(request: &Request) -> Option<String> {
    let from_header = || request.headers().get(header::HOST)?.to_str().ok()?.parse().ok();
    let authority: Option<Authority> = request.uri().authority().cloned().or_else(from_header);
    authority.map(|authority| authority.host().trim_end_matches('.').to_ascii_lowercase())
}

fn is_harmless(name: &str) -> bool {
    let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    is_address || is_this_machine(name) || !name.contains('.')
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn is_refused(names: Names, host: &str) -> bool {
        let request = Request::builder().uri("/").header(header::HOST, host).body(Body::empty()).expect("request");
        names.check(&request).is_err()
    }

    #[test]
    fn this_machine_is_asked_by_its_own_names_and_addresses() {
        for host in [
            "localhost:8080",
            "LocalHost",
            "a.localhost",
            "localhost.",
            "127.0.0.1:8080",
            "[::1]:80",
            "192.168.1.7",
            "momentum:80",
        ] {
            assert!(!is_refused(Names::OfThisMachine, host), "{host}");
        }
        for host in ["evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example."] {
            assert!(is_refused(Names::OfThisMachine, host), "{host}");
            assert!(!is_refused(Names::Any, host), "{host}");
        }
    }

    #[test]
    fn what_http_2_calls_it_counts_as_well() {
        let request = Request::builder().uri("http://evil.example/").body(Body::empty()).expect("request");
        assert!(Names::OfThisMachine.check(&request).is_err());
    }
}
