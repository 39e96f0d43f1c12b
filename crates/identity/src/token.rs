//! Tokens: opaque to clients, told apart by their prefix, and recognised as ours before anything is looked up.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Ids;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{Keys, SessionId};

/// How long an access token is good.
pub const ACCESS_LIFE: TimeDelta = TimeDelta::minutes(15);
/// How long a refresh token is good. A session lives on for as long as it is refreshed within this time.
pub const REFRESH_LIFE: TimeDelta = TimeDelta::days(7);

/// Session, secret and check: 80 bytes.
const BYTES: usize = 16 + 32 + 32;

/// A pair of tokens, as a client is told it.
#[derive(Clone, Serialize, ToSchema)]
pub struct Tokens {
    /// Sent with each request, as `Authorization: Bearer …`.
    #[schema(example = "mom_at_…")]
    pub access_token: String,
    /// When the access token ends.
    pub access_expires_at: DateTime<Utc>,
    /// Exchanged for the next pair, once.
    #[schema(example = "mom_rt_…")]
    pub refresh_token: String,
    /// When the refresh token, and with it the session, ends unless it is refreshed.
    pub refresh_expires_at: DateTime<Utc>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("refresh_expires_at", &self.refresh_expires_at).finish_non_exhaustive()
    }
}

/// What a token is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Access,
    Refresh,
}

impl Kind {
    /// Tells people and secret scanners what they have before them.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Access => "mom_at_",
            Self::Refresh => "mom_rt_",
        }
    }
}

/// A token: which session it belongs to, and 256 bits that only its holder has.
///
/// Its text carries a check made with the server's key as well. So text made up by strangers costs no look-up, and a
/// token that passes was handed out here once, even when its session has since moved on or ended: that is how a
/// replayed refresh token is told from a guess without keeping a row for each.
#[derive(Clone)]
pub(crate) struct Token {
    pub kind: Kind,
    pub session: SessionId,
    secret: Zeroizing<[u8; 32]>,
}

impl Token {
    /// The refresh token that a session begins with.
    pub fn first(session: SessionId, ids: &dyn Ids) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        ids.fill(&mut *secret);
        Self { kind: Kind::Refresh, session, secret }
    }

    /// The refresh token that replaces this one. It is the same however often it is asked for, so that two tabs, or a
    /// client that lost the answer, end up with the same one.
    pub fn successor(&self, keys: &Keys) -> Self {
        self.derived(Kind::Refresh, keys)
    }

    /// The access token that goes with this refresh token.
    pub fn access(&self, keys: &Keys) -> Self {
        self.derived(Kind::Access, keys)
    }

    fn derived(&self, kind: Kind, keys: &Keys) -> Self {
        let secret = Zeroizing::new(keys.derived_secret(kind, &self.secret));
        Self { kind, session: self.session, secret }
    }

    /// The token in `text`, if it is one of ours, of either kind.
    pub fn parse(text: &str, keys: &Keys) -> Option<Self> {
        let (kind, encoded) = [Kind::Access, Kind::Refresh]
            .into_iter()
            .find_map(|kind| Some((kind, text.strip_prefix(kind.prefix())?)))?;
        let mut bytes = Zeroizing::new([0; BYTES]);
        let length = URL_SAFE_NO_PAD.decode_slice(encoded, &mut *bytes).ok()?;
        let (session, rest) = bytes[..length].split_first_chunk::<16>()?;
        let (secret, check) = rest.split_first_chunk::<32>()?;
        // Comparing as `Hash` takes the same time wherever the first difference is.
        let ours = keys.token_check(kind, session, secret) == blake3::Hash::from_slice(check).ok()?;
        ours.then(|| Self { kind, session: Uuid::from_bytes(*session).into(), secret: Zeroizing::new(*secret) })
    }

    /// What the client gets.
    pub fn text(&self, keys: &Keys) -> String {
        let session = self.session.uuid().into_bytes();
        let check = keys.token_check(self.kind, &session, &self.secret);
        let bytes = Zeroizing::new([&session[..], &self.secret[..], check.as_bytes()].concat());
        let mut text = self.kind.prefix().to_owned();
        URL_SAFE_NO_PAD.encode_string(&*bytes, &mut text);
        text
    }

    /// What is stored. The secret is random, so a plain hash keeps it.
    pub fn hash(&self) -> [u8; 32] {
        *blake3::hash(&*self.secret).as_bytes()
    }

    /// This refresh token, issued at `issued_at`, and its access token, as the client is told them.
    pub fn pair(&self, issued_at: DateTime<Utc>, keys: &Keys) -> Tokens {
        Tokens {
            access_token: self.access(keys).text(keys),
            access_expires_at: issued_at + ACCESS_LIFE,
            refresh_token: self.text(keys),
            refresh_expires_at: issued_at + REFRESH_LIFE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: Keys = Keys { index_key: [1; 32], token_key: [2; 32] };

    fn token() -> Token {
        Token { kind: Kind::Refresh, session: Uuid::from_u128(7).into(), secret: Zeroizing::new([9; 32]) }
    }

    #[test]
    fn a_token_comes_back_from_its_text() {
        let text = token().text(&KEYS);
        assert!(text.starts_with("mom_rt_"));
        let parsed = Token::parse(&text, &KEYS).expect("ours");
        assert!(parsed.kind == Kind::Refresh && parsed.session == token().session && parsed.hash() == token().hash());
    }

    #[test]
    fn a_token_altered_anywhere_is_not_ours() {
        let text = token().text(&KEYS);
        for place in 0..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).expect("ascii");
            assert!(Token::parse(&altered, &KEYS).is_none(), "{altered}");
        }
        for wrong in ["", "mom_rt_", "mom_at_AAAA", &text[..text.len() - 1], &format!("{text}A"), &format!("{text}\0")]
        {
            assert!(Token::parse(wrong, &KEYS).is_none(), "{wrong}");
        }
        assert!(Token::parse(&text.replace("mom_rt_", "mom_at_"), &KEYS).is_none(), "the kind is checked, too");
        assert!(Token::parse(&text, &Keys { index_key: [1; 32], token_key: [3; 32] }).is_none());
    }

    #[test]
    fn what_follows_from_a_token_is_the_same_each_time_and_never_the_token() {
        let (next, access) = (token().successor(&KEYS), token().access(&KEYS));
        assert_eq!(next.hash(), token().successor(&KEYS).hash());
        assert!(next.hash() != token().hash() && next.hash() != access.hash());
    }
}
