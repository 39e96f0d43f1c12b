//! An event as a message: its JSON, and a keyed hash that only we can make.

use async_nats::{HeaderMap, header::NATS_EXPECTED_LAST_SEQUENCE};
use blake3::{Hash, Hasher};
use bytes::Bytes;
use domain::{RawEvent, Recorded, Shard};
use uuid::Uuid;

use crate::topology::sequence;

/// The header with the hash.
const HASH_HEADER: &str = "Momentum-Hash";

/// Makes and checks the hashes of one shard in one history of the log.
///
/// They cover subject, position and body. History and shard are in the key, so that a message is right in one place only.
#[derive(Clone)]
pub(crate) struct Stamp {
    key: [u8; 32],
    shard: Shard,
}

/// A message on its way out.
pub(crate) struct Outgoing {
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Stamp {
    pub fn new(key: &[u8; 32], history: Uuid, shard: Shard) -> Self {
        let mut hasher = Hasher::new_keyed(key);
        hasher.update(history.as_bytes()).update(&shard.0.to_le_bytes());
        Self { key: *hasher.finalize().as_bytes(), shard }
    }

    /// Puts an event in the form in which it is published.
    pub fn seal(&self, subject: &str, event: &Recorded<RawEvent>) -> Result<Outgoing, serde_json::Error> {
        let body = serde_json::to_vec(event)?;
        let number = event.position.number;
        let mut headers = HeaderMap::new();
        headers.insert(NATS_EXPECTED_LAST_SEQUENCE, sequence(number - 1).to_string());
        headers.insert(HASH_HEADER, self.hash(number, subject, &body).to_hex().as_str());
        Ok(Outgoing { headers, body: body.into() })
    }

    /// The event in a message, if it is one of ours and stands where it belongs.
    pub fn open(
        &self,
        number: i64,
        subject: &str,
        headers: Option<&HeaderMap>,
        body: &[u8],
    ) -> Option<Recorded<RawEvent>> {
        let hash = Hash::from_hex(headers?.get(HASH_HEADER)?.as_str()).ok()?;
        if hash != self.hash(number, subject, body) {
            return None;
        }
        let event: Recorded<RawEvent> = serde_json::from_slice(body).ok()?;
        (event.position.shard == self.shard && event.position.number == number).then_some(event)
    }

    fn hash(&self, number: i64, subject: &str, body: &[u8]) -> Hash {
        let mut hasher = Hasher::new_keyed(&self.key);
        hasher.update(&number.to_le_bytes());
        // The length keeps subject and body apart.
        hasher.update(&subject.len().to_le_bytes()).update(subject.as_bytes()).update(body);
        hasher.finalize()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use domain::Position;

    use super::*;

    const KEY: [u8; 32] = [7; 32];

    /// Some event of shard 1.
    pub fn event(number: i64) -> Recorded<RawEvent> {
        let id = Uuid::nil();
        Recorded {
            id: id.into(),
            position: Position { shard: Shard(1), number },
            stream: id,
            version: 1,
            workspace: id.into(),
            actor: id.into(),
            command: id.into(),
            undoes: None,
            correlation: id,
            causation: id,
            trace_parent: None,
            recorded_at: Default::default(),
            local_day: Default::default(),
            event: RawEvent { name: "GoalCompleted".into(), schema: 1, data: "{}".to_owned().into() },
        }
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_and_nowhere_else() {
        let stamp = Stamp::new(&KEY, Uuid::nil(), Shard(1));
        let Outgoing { headers, body } = stamp.seal("a.b", &event(5)).unwrap();
        let opens = |stamp: &Stamp, number, subject| stamp.open(number, subject, Some(&headers), &body).is_some();
        assert!(opens(&stamp, 5, "a.b"));
        assert!(!opens(&stamp, 6, "a.b"));
        assert!(!opens(&stamp, 5, "a.c"));
        assert!(!opens(&Stamp::new(&KEY, Uuid::nil(), Shard(2)), 5, "a.b"));
        assert!(!opens(&Stamp::new(&KEY, Uuid::max(), Shard(1)), 5, "a.b"));
        assert!(!opens(&Stamp::new(&[8; 32], Uuid::nil(), Shard(1)), 5, "a.b"));
    }

    #[test]
    fn what_was_changed_or_never_sealed_does_not_open() {
        let stamp = Stamp::new(&KEY, Uuid::nil(), Shard(1));
        let Outgoing { headers, body } = stamp.seal("a.b", &event(5)).unwrap();
        let changed = [&body[..], b" "].concat();
        assert!(stamp.open(5, "a.b", Some(&headers), &changed).is_none());
        assert!(stamp.open(5, "a.b", None, &body).is_none());
        assert!(stamp.open(5, "a.b", Some(&HeaderMap::new()), &body).is_none());
    }

    #[test]
    fn it_says_what_it_follows() {
        let stamp = Stamp::new(&KEY, Uuid::nil(), Shard(1));
        let sealed = stamp.seal("a.b", &event(5)).unwrap();
        assert_eq!(sealed.headers.get(NATS_EXPECTED_LAST_SEQUENCE).unwrap().as_str(), "4");
    }
}
