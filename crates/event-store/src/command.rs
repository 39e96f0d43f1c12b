//! A command as the store sees it: who asks, under which id, and what is answered.

use domain::{CommandId, Position, UserId, WorkspaceId};
use uuid::Uuid;

/// The facts around a command, the same for all kinds of commands.
#[derive(Clone, Debug)]
pub struct Command {
    /// Made by the client; the same id gives the same answer, once.
    pub id: CommandId,
    /// Who asks. Command ids are scoped to their actor.
    pub actor: UserId,
    /// The workspace it is about.
    pub workspace: WorkspaceId,
    /// Tells whether a second command under the same id is the same command.
    pub fingerprint: Fingerprint,
    /// The version that the client last saw of what it changes.
    pub if_match: Option<u32>,
    /// What started the chain this command is part of, if it is part of one.
    pub correlation: Option<Uuid>,
    /// What led to this command, if anything of ours did.
    pub causation: Option<Uuid>,
    /// The W3C `traceparent` of the request.
    pub trace_parent: Option<String>,
}

/// A keyed hash of a command's kind, path and body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 16]);

/// What is told when a command was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The stream it was about.
    pub stream: Uuid,
    /// That stream's version now.
    pub version: u32,
    /// Where the log stands: queries that carry it see the change.
    pub position: Position,
    /// Whether anything had to change: then the event at that position is the command's own.
    pub changed: bool,
}

/// The key of fingerprints, and of every other keyed hash the store makes. It does not rotate.
#[derive(Clone)]
pub struct IndexKey([u8; 32]);

impl IndexKey {
    /// A key from 32 secret bytes.
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The fingerprint of a command: its operation, and the parts of the request that say what it asks.
    pub fn fingerprint(&self, operation: &str, parts: &[&[u8]]) -> Fingerprint {
        let mut hasher = blake3::Hasher::new_keyed(&blake3::derive_key("momentum command fingerprint", &self.0));
        for part in std::iter::once(operation.as_bytes()).chain(parts.iter().copied()) {
            // The length in front keeps ("ab", "c") and ("a", "bc") apart.
            hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(part);
        }
        let mut fingerprint = [0; 16];
        hasher.finalize_xof().fill(&mut fingerprint);
        Fingerprint(fingerprint)
    }

    /// What a log keeps to tell this key from others. It gives nothing of the key away.
    pub fn check(&self) -> [u8; 32] {
        self.derive("momentum index key check")
    }

    /// A key of its own for another purpose, as in `momentum bus messages`.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, &self.0)
    }
}

impl std::fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IndexKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_tell_parts_and_keys_apart() {
        let key = IndexKey::new([1; 32]);
        assert_eq!(key.fingerprint("log", &[b"ab", b"c"]), key.fingerprint("log", &[b"ab", b"c"]));
        assert_ne!(key.fingerprint("log", &[b"ab", b"c"]), key.fingerprint("log", &[b"a", b"bc"]));
        assert_ne!(key.fingerprint("log", &[b"ab"]), IndexKey::new([2; 32]).fingerprint("log", &[b"ab"]));
    }
}
