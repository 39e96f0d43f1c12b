//! Whose request it is, by address: the peer's, or the one that trusted proxies report.

use std::{
    convert::Infallible,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{Extensions, HeaderMap, request::Parts},
};
use serde::{Deserialize, Deserializer};

/// The address of the client, for throttling. Never log it: it is personal.
///
/// Where neither a peer nor a layer says, it is `0.0.0.0`, which no proxy list trusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// What is throttled as one: the address, or with IPv6 its /64, which is the least that one customer gets.
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        }
    }

    /// Follows `X-Forwarded-For` from the peer backwards, as long as each hop is a trusted proxy. What the last
    /// trusted one reports is true; anything before it is whatever the client liked to send.
    pub(super) fn of(extensions: &Extensions, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let mut address = peer(extensions);
        let hops = headers.get_all("x-forwarded-for").iter().rev();
        let mut hops = hops.flat_map(|value| value.to_str().unwrap_or("?").rsplit(',')).map(str::trim);
        while is_trusted(address, trusted) {
            let Some(hop) = hops.next().and_then(hop) else { break };
            address = hop;
        }
        Self(address)
    }
}

/// Whether the request comes straight from a trusted proxy, so that what it says about the request counts.
pub(super) fn comes_from_proxy(extensions: &Extensions, trusted: &[Network]) -> bool {
    is_trusted(peer(extensions), trusted)
}

fn peer(extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(peer)| peer.ip().to_canonical())
}

fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.contains(address))
}

/// Some proxies add the port.
fn hop(text: &str) -> Option<IpAddr> {
    let address = text.parse().or_else(|_| text.parse().map(|address: SocketAddr| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or_else(|| Self(peer(&parts.extensions))))
    }
}

/// A range of addresses: `10.0.0.0/8`, `fd00::/8`, or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix_bits: u32,
}

impl Network {
    /// Whether `address` lies in it.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix_bits).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix_bits).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// The text is not a range of addresses.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an address or a range of addresses such as 10.0.0.0/8")]
pub struct NotANetwork(String);

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
            let address: IpAddr = address.parse().ok()?;
            let bits_max = if address.is_ipv4() { 32 } else { 128 };
            let prefix_bits = bits.map_or(Some(bits_max), |bits| bits.parse().ok())?;
            (prefix_bits <= bits_max).then_some(Self { address, prefix_bits })
        };
        parse().ok_or_else(|| NotANetwork(text.to_owned()))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix_bits)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().expect("address"), 1)));
        let headers =
            forwarded.iter().map(|value| ("x-forwarded-for".parse().expect("name"), value.parse().expect("value")));
        let trusted: Vec<Network> = trusted.iter().map(|network| network.parse().expect("network")).collect();
        ClientAddress::of(&extensions, &headers.collect(), &trusted).0.to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(client("203.0.113.9", &["1.2.3.4"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn the_last_hop_before_the_trusted_proxies_is_the_client() {
        let trusted = ["10.0.0.0/8", "::1"];
        assert_eq!(client("10.1.1.1", &["6.6.6.6, 1.2.3.4, 10.2.2.2"], &trusted), "1.2.3.4");
        assert_eq!(client("10.1.1.1", &["6.6.6.6", "1.2.3.4:4711", "10.2.2.2"], &trusted), "1.2.3.4");
        assert_eq!(client("::ffff:10.1.1.1", &["[2001:db8::7]:443"], &trusted), "2001:db8::7");
        assert_eq!(client("::1", &[], &trusted), "::1");
        assert_eq!(
            client("10.1.1.1", &["1.2.3.4, unknown"], &trusted),
            "10.1.1.1",
            "what cannot be read ends the walk"
        );
    }

    #[test]
    fn networks_hold_what_their_prefix_says() {
        let contains = |network: &str, address: &str| {
            network.parse::<Network>().expect("network").contains(address.parse().expect("address"))
        };
        assert!(contains("10.0.0.0/8", "10.255.0.1") && !contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("0.0.0.0/0", "8.8.8.8") && !contains("0.0.0.0/0", "::1"));
        assert!(contains("fd00::/8", "fdff::1") && !contains("127.0.0.1", "127.0.0.2"));
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "localhost", "10.0.0.0/-1"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }

    #[test]
    fn ipv6_is_throttled_by_customer() {
        let address = ClientAddress("2001:db8:1:2:3:4:5:6".parse().expect("address"));
        assert_eq!(address.network().to_string(), "2001:db8:1:2::");
    }
}
