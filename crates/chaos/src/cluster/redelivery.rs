//! The messages of a NATS connection, delivered twice, late and in another order.

use std::{
    collections::VecDeque,
    ops::AddAssign,
    sync::{Arc, Mutex, PoisonError},
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
/// So many are on their way for so long at most; others come as if nothing were.
const AGED_MESSAGES_MAX: usize = 2_000;
/// The subjects of messages that carry events. What else is said is left alone: it is the protocol itself.
const EVENT_SUBJECTS: &[u8] = b"momentum.evt.";
const LINE_END: &[u8] = b"\r\n";

/// What became of messages with events that came while mixing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mixed {
    /// How many came.
    pub messages: u64,
    /// How many of them were delivered again.
    pub twice: u64,
    /// How many were first delivered after one that came later.
    pub reordered: u64,
    /// How many were delivered when everybody had long forgotten them.
    pub aged: u64,
    /// How many have yet to be.
    pub aging: u64,
}

impl AddAssign for Mixed {
    fn add_assign(&mut self, other: Self) {
        self.messages += other.messages;
        self.twice += other.twice;
        self.reordered += other.reordered;
        self.aged += other.aged;
        self.aging += other.aging;
    }
}

/// What all connections of a way count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(Arc<Mutex<Mixed>>);

impl Tally {
    /// What there is so far.
    pub fn mixed(&self) -> Mixed {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, one: impl FnOnce(&mut Mixed)) {
        one(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A message with an event.
struct Message {
    /// Its number among those that came.
    nth: u64,
    is_again: bool,
    said: Vec<u8>,
}

/// Takes in what a server says, and gives out what its client hears.
pub(crate) struct Redelivery {
    chance: Chance,
    tally: Tally,
    /// The beginning of what is not whole yet.
    begun: Vec<u8>,
    /// How many messages came, and the newest of them that was delivered.
    came: u64,
    newest: u64,
    late: Vec<Message>,
    /// When those are due that come when everybody has forgotten them.
    aged: VecDeque<(Instant, Message)>,
}

impl Redelivery {
    /// Of a connection that begins.
    pub fn new(chance: Chance, tally: Tally) -> Self {
        Self { chance, tally, begun: vec![], came: 0, newest: 0, late: vec![], aged: VecDeque::new() }
    }

    /// When something is to be passed on, even if nothing comes.
    pub fn due(&self) -> Option<Instant> {
        self.aged.front().map(|(due, _)| *due)
    }

    /// Passes on what is whole by `now`. While mixing, some is kept for as long as `aged_after`; or else nothing is changed,
    /// and what was late comes first.
    pub fn pass(&mut self, bytes: &[u8], aged_after: Option<Duration>, now: Instant) -> Vec<u8> {
        self.begun.extend_from_slice(bytes);
        let mut heard = vec![];
        while let Some((_, message)) = self.aged.pop_front_if(|(due, _)| *due <= now) {
            self.tally.count(|mixed| (mixed.aged, mixed.aging) = (mixed.aged + 1, mixed.aging - 1));
            heard.extend(message.said);
        }
        if aged_after.is_none() {
            self.release(&mut heard);
        }
        let mut taken = 0;
        while let Some(length) = whole(&self.begun[taken..]) {
            let said = self.begun[taken..taken + length].to_vec();
            taken += length;
            match aged_after.filter(|_| is_event(&said)) {
                Some(aged_after) => self.mix(said, now + aged_after, &mut heard),
                None => heard.extend(said),
            }
        }
        self.begun.drain(..taken);
        heard
    }

    fn mix(&mut self, said: Vec<u8>, aged: Instant, heard: &mut Vec<u8>) {
        self.came += 1;
        self.tally.count(|mixed| mixed.messages += 1);
        let mut message = Message { nth: self.came, is_again: false, said };
        if self.chance.one_in(TWICE_ONE_IN) {
            self.deliver(&message, heard);
            message.is_again = true;
        }
        if self.chance.one_in(AGED_ONE_IN) && self.aged.len() < AGED_MESSAGES_MAX {
            self.tally.count(|mixed| mixed.aging += 1);
            self.aged.push_back((aged, message));
        } else if self.chance.one_in(LATE_ONE_IN) {
            self.late.push(message);
            if self.late.len() >= LATE_MESSAGES_MAX {
                self.release(heard);
            }
        } else {
            self.deliver(&message, heard);
        }
    }

    fn deliver(&mut self, Message { nth, is_again, said }: &Message, heard: &mut Vec<u8>) {
        let is_old = *nth < self.newest;
        self.tally.count(|mixed| match is_again {
            true => mixed.twice += 1,
            false => mixed.reordered += u64::from(is_old),
        });
        self.newest = self.newest.max(*nth);
        heard.extend_from_slice(said);
    }

    fn release(&mut self, heard: &mut Vec<u8>) {
        let mut late = std::mem::take(&mut self.late);
        self.chance.shuffle(&mut late);
        late.iter().for_each(|message| self.deliver(message, heard));
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

    const AGED_AFTER: Duration = Duration::from_mins(5);

    fn message(number: usize) -> Vec<u8> {
        let payload = format!("number\r\n{number:04}");
        format!("MSG momentum.evt.0.w.goal.g.E 1 $JS.ACK {}\r\n{payload}\r\n", payload.len()).into_bytes()
    }

    #[test]
    fn unless_mixing_nothing_is_changed_however_it_is_cut() {
        let mut said = b"INFO {}\r\n".to_vec();
        (0..20).for_each(|number| said.extend(message(number)));
        said.extend(b"PONG\r\n");
        let mut redelivery = Redelivery::new(Chance::new(0), Tally::default());
        let heard: Vec<u8> = said.chunks(7).flat_map(|piece| redelivery.pass(piece, None, Instant::now())).collect();
        assert_eq!(heard, said);
        assert_eq!(redelivery.tally.mixed(), Mixed::default());
    }

    #[test]
    fn mixed_everything_comes_and_some_twice_late_and_very_late() {
        let mut redelivery = Redelivery::new(Chance::new(0), Tally::default());
        let (now, mix) = (Instant::now(), Some(AGED_AFTER));
        let mut heard: Vec<u8> = (0..1_000).flat_map(|number| redelivery.pass(&message(number), mix, now)).collect();
        heard.extend(redelivery.pass(b"PONG\r\n", None, now));
        let times = |heard: &[u8], number: usize| memmem::find_iter(heard, &message(number)).count();
        let never = (0..1_000).filter(|number| times(&heard, *number) == 0).count();
        let Mixed { messages, reordered, aged, aging, .. } = redelivery.tally.mixed();
        assert!((5..50).contains(&never) && never <= usize::try_from(aging).expect("few"), "{never} of {aging}");
        assert!((messages, aged) == (1_000, 0) && (50..150).contains(&reordered), "{reordered}");
        assert_eq!(redelivery.due(), Some(now + AGED_AFTER));
        heard.extend(redelivery.pass(b"", None, now + AGED_AFTER));
        let twice = (0..1_000).filter(|number| times(&heard, *number) == 2).count();
        assert!((0..1_000).all(|number| times(&heard, number) >= 1) && (100..400).contains(&twice), "{twice}");
        let mixed = redelivery.tally.mixed();
        assert_eq!((mixed.aged, mixed.aging, redelivery.due()), (aging, 0, None));
        // Some of those that come very late come for the second time.
        assert!((twice - 10..=twice).contains(&usize::try_from(mixed.twice).expect("few")), "{mixed:?}");
        let in_order: Vec<u8> = (0..1_000).flat_map(message).collect();
        assert_ne!(heard, in_order);
    }
}
