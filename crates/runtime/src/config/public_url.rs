//! The address that browsers know this installation by.

use std::{fmt, net::IpAddr, str::FromStr};

use axum::http::Uri;
use serde::{Deserialize, Deserializer};

/// Scheme, host and port, exactly as a browser writes them in `Origin`: `https://momentum.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is https, so that cookies can be kept to it.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// Whether only this machine's browsers find it there.
    pub fn is_loopback(&self) -> bool {
        let uri: Option<Uri> = self.0.parse().ok();
        uri.as_ref().and_then(Uri::host).is_some_and(is_this_machine)
    }

    pub(super) fn of_loopback(host: &str, port: u16) -> Self {
        let port = if port == 80 { String::new() } else { format!(":{port}") };
        Self(format!("http://{host}{port}"))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an address cannot be the public one.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusablePublicUrl {
    /// It is no such address.
    #[error("it must be an address such as https://momentum.example")]
    Form,
    /// It goes on after the host.
    #[error("it must end after host and port; Momentum cannot live below a path")]
    Path,
    /// Browsers keep sign-in cookies only over https.
    #[error("it must be https unless its host is this machine: browsers keep the sign-in cookies over https only")]
    NotHttps,
}

impl FromStr for PublicUrl {
    type Err = UnusablePublicUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| UnusablePublicUrl::Form)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(UnusablePublicUrl::Form);
        };
        let default_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(UnusablePublicUrl::Form),
        };
        // Browsers write foreign hosts in punycode, and never a name before an `@`.
        if authority.as_str().contains('@') || !authority.as_str().is_ascii() || authority.host().is_empty() {
            return Err(UnusablePublicUrl::Form);
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || text.contains('#') {
            return Err(UnusablePublicUrl::Path);
        }
        let host = authority.host().to_ascii_lowercase();
        if scheme == "http" && !is_this_machine(&host) {
            return Err(UnusablePublicUrl::NotHttps);
        }
        let port = authority.port_u16().filter(|port| *port != default_port);
        Ok(Self(format!("{scheme}://{host}{}", port.map(|port| format!(":{port}")).unwrap_or_default())))
    }
}

/// Whether a host, in lower case, is always the machine that asks for it.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host == "localhost" || host.ends_with(".localhost") || address.is_some_and(|address| address.is_loopback())
}

impl<'de> Deserialize<'de> for PublicUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_browsers_write_it() {
        for (given, written) in [
            ("https://Momentum.Example/", "https://momentum.example"),
            ("https://momentum.example:443", "https://momentum.example"),
            ("https://momentum.example:8443", "https://momentum.example:8443"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(given.parse::<PublicUrl>().expect(given).as_str(), written);
        }
    }

    #[test]
    fn what_browsers_cannot_use_is_refused() {
        use UnusablePublicUrl::{Form, NotHttps, Path};
        for (given, why) in [
            ("momentum.example", Form),
            ("ftp://momentum.example", Form),
            ("https://", Form),
            ("https://user@momentum.example", Form),
            ("https://momentum.example/app", Path),
            ("https://momentum.example/?a", Path),
            ("http://momentum.example", NotHttps),
        ] {
            assert_eq!(given.parse::<PublicUrl>(), Err(why), "{given}");
        }
    }
}
