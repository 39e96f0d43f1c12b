//! The messages of a NATS connection, delivered twice, late and in another order.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use memchr::memmem;
use tokio::time::Instant;

use crate::chance::Chance;

/// One message of so many comes twice.
const TWICE_ONE_IN: usize = 5;
/// One message of so many is kept back.
const LATE_ONE_IN: usize = 10;
/// With so many kept back, all come at once, in any order.
const LATE_MESSAGES_MAX: usize = 200;
/// One message of so many comes when everybody has long forgotten it.
const AGED_ONE_IN: usize = 50;
/// So long it takes.
const AGED_AFTER: Duration = Duration::from_mins(5);
/// So many are on their way for so long at most; others come as if nothing were.
const AGED_MESSAGES_MAX: usize = 2_000;
/// The subjects of messages that carry events. What else is said is left alone: it is the protocol itself.
const EVENT_SUBJECTS: &[u8] = b"momentum.evt.";
const LINE_END: &[u8] = b"\r\n";

/// Takes in what a server says, and gives out what its client hears.
pub(crate) struct Redelivery {
    chance: Chance,
    /// The beginning of what is not whole yet.
    begun: Vec<u8>,
    late: Vec<Vec<u8>>,
    /// When those are due that come when everybody has forgotten them.
    aged: VecDeque<(Instant, Vec<u8>)>,
    /// How many events were said while mixing, on this connection and others of its way.
    mixed: Arc<AtomicU64>,
}

impl Redelivery {
    /// Of a connection that begins.
    pub fn new(mixed: Arc<AtomicU64>) -> Self {
        Self { chance: Chance::new(0), begun: vec![], late: vec![], aged: VecDeque::new(), mixed }
    }

    /// Passes on what is whole by `now`. Unless `mixing`, nothing is changed, and what was late comes first.
    pub fn pass(&mut self, bytes: &[u8], mixing: bool, now: Instant) -> Vec<u8> {
        self.begun.extend_from_slice(bytes);
        let mut heard = vec![];
        while let Some((_, message)) = self.aged.pop_front_if(|(due, _)| *due <= now) {
            heard.extend(message);
        }
        if !mixing {
            self.release(&mut heard);
        }
        let mut taken = 0;
        while let Some(length) = whole(&self.begun[taken..]) {
            let said = self.begun[taken..taken + length].to_vec();
            taken += length;
            if !mixing || !is_event(&said) {
                heard.extend(said);
                continue;
            }
            self.mixed.fetch_add(1, Relaxed);
            if self.chance.one_in(TWICE_ONE_IN) {
                heard.extend_from_slice(&said);
            }
            if self.chance.one_in(AGED_ONE_IN) && self.aged.len() < AGED_MESSAGES_MAX {
                self.aged.push_back((now + AGED_AFTER, said));
            } else if self.chance.one_in(LATE_ONE_IN) {
                self.late.push(said);
                if self.late.len() >= LATE_MESSAGES_MAX {
                    self.release(&mut heard);
                }
            } else {
                heard.extend(said);
            }
        }
        self.begun.drain(..taken);
        heard
    }

    fn release(&mut self, heard: &mut Vec<u8>) {
        self.chance.shuffle(&mut self.late);
        self.late.drain(..).for_each(|message| heard.extend(message));
    }
}

/// How long the first thing said is; none, while that is not whole.
fn whole(bytes: &[u8]) -> Option<usize> {
    let line = memmem::find(bytes, LINE_END)?;
    let head = line + LINE_END.len();
    if !is_message(bytes) {
        return Some(head);
    }
    let size = bytes[..line].rsplit(|byte| *byte == b' ').next()?;
    let size: usize = std::str::from_utf8(size).ok()?.parse().ok()?;
    let length = head + size + LINE_END.len();
    (bytes.len() >= length).then_some(length)
}

fn is_message(said: &[u8]) -> bool {
    said.starts_with(b"MSG ") || said.starts_with(b"HMSG ")
}

fn is_event(said: &[u8]) -> bool {
    let mut words = said.splitn(3, |byte| *byte == b' ');
    is_message(said) && words.nth(1).is_some_and(|subject| subject.starts_with(EVENT_SUBJECTS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(number: usize) -> Vec<u8> {
        let payload = format!("number\r\n{number:04}");
        format!("MSG momentum.evt.0.w.goal.g.E 1 $JS.ACK {}\r\n{payload}\r\n", payload.len()).into_bytes()
    }

    #[test]
    fn unless_mixing_nothing_is_changed_however_it_is_cut() {
        let mut said = b"INFO {}\r\n".to_vec();
        (0..20).for_each(|number| said.extend(message(number)));
        said.extend(b"PONG\r\n");
        let mut redelivery = Redelivery::new(Arc::default());
        let heard: Vec<u8> = said.chunks(7).flat_map(|piece| redelivery.pass(piece, false, Instant::now())).collect();
        assert_eq!(heard, said);
    }

    #[test]
    fn mixed_everything_comes_and_some_twice_late_and_very_late() {
        let mut redelivery = Redelivery::new(Arc::default());
        let now = Instant::now();
        let mut heard: Vec<u8> = (0..1_000).flat_map(|number| redelivery.pass(&message(number), true, now)).collect();
        heard.extend(redelivery.pass(b"PONG\r\n", false, now));
        let times = |heard: &[u8], number: usize| memmem::find_iter(heard, &message(number)).count();
        let never = (0..1_000).filter(|number| times(&heard, *number) == 0).count();
        assert!((5..50).contains(&never), "{never}");
        heard.extend(redelivery.pass(b"PONG\r\n", false, now + AGED_AFTER));
        let twice = (0..1_000).filter(|number| times(&heard, *number) == 2).count();
        assert!((0..1_000).all(|number| times(&heard, number) >= 1) && (100..400).contains(&twice), "{twice}");
        let in_order: Vec<u8> = (0..1_000).flat_map(message).collect();
        assert_ne!(heard, in_order);
    }
}
