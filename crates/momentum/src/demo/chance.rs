//! What is left to chance, and every id: both follow from a seed, so that the same seed gives the same two years.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use uuid::Uuid;

/// The instant in every id of what is made: it must not depend on when the account is filled. 1 January 2020.
const FIRST_ID_MILLIS: u64 = 1_577_836_800_000;

/// Where chance and ids come from.
pub struct Seed {
    story: [u8; 32],
    ids: [u8; 32],
}

impl Seed {
    /// The seed of so many years under this number, for the account with this address.
    ///
    /// What happens follows from number and years alone. Ids follow from the address too: no two accounts of an
    /// installation can have a goal of the same id.
    pub fn new(number: u64, years: u16, address: &str) -> Self {
        let story = blake3::derive_key("momentum demo story", format!("{number} {years}").as_bytes());
        let address = address.trim().to_lowercase();
        let ids = blake3::derive_key("momentum demo ids", format!("{number} {years} {address}").as_bytes());
        Self { story, ids }
    }

    /// The chance of one part of the story; what the others draw does not change it.
    pub fn chance(&self, part: &str) -> Chance {
        let mut hasher = blake3::Hasher::new_keyed(&self.story);
        hasher.update(part.as_bytes());
        Chance(hasher.finalize_xof())
    }

    /// The id of what is called this, the `nth` of its kind: ids sort as the things were begun.
    pub fn id(&self, what: &str, nth: u64) -> Uuid {
        self.uuid(FIRST_ID_MILLIS + nth, what)
    }

    /// The id of the command that is called this, in an account filled as of `today`. Commands are known by their ids
    /// for some months, reckoned from the instant in the id: noon of the day before, which has passed in every zone.
    pub fn command(&self, what: &str, today: NaiveDate) -> Uuid {
        let noon: DateTime<Utc> = (today.and_time(NaiveTime::MIN) - TimeDelta::hours(12)).and_utc();
        self.uuid(noon.timestamp_millis().unsigned_abs(), what)
    }

    fn uuid(&self, millis: u64, what: &str) -> Uuid {
        let mut hasher = blake3::Hasher::new_keyed(&self.ids);
        hasher.update(what.as_bytes());
        let mut random = [0; 10];
        hasher.finalize_xof().fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// A run of chance.
pub struct Chance(blake3::OutputReader);

impl Chance {
    /// One of the numbers from `low` to `high`, both among them.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        low + u32::from_le_bytes(bytes) % (high.saturating_sub(low) + 1)
    }

    /// Whether it happens, which it does in so many of a hundred cases.
    pub fn happens(&mut self, percent: u32) -> bool {
        self.between(1, 100) <= percent
    }
}

/// Texts, dealt as cards are: none comes again before all have come.
pub struct Deck {
    all: &'static [&'static str],
    left: Vec<&'static str>,
}

impl Deck {
    /// Of these.
    pub const fn of(all: &'static [&'static str]) -> Self {
        Self { all, left: vec![] }
    }

    /// The next one.
    pub fn deal(&mut self, chance: &mut Chance) -> &'static str {
        if self.left.is_empty() {
            self.left = self.all.to_vec();
        }
        let last = u32::try_from(self.left.len()).unwrap_or(1).saturating_sub(1);
        let at = usize::try_from(chance.between(0, last)).unwrap_or(0);
        self.left.swap_remove(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_another_something_else() {
        let draws = |seed: &Seed| {
            let mut chance = seed.chance("runs");
            (0..8).map(|_| chance.between(0, 1_000)).collect::<Vec<_>>()
        };
        let seed = Seed::new(1, 2, "ada@example.org");
        assert_eq!(draws(&seed), draws(&Seed::new(1, 2, "eve@example.org")), "whoever the account is of");
        assert_ne!(draws(&seed), draws(&Seed::new(2, 2, "ada@example.org")));
    }

    #[test]
    fn ids_are_of_one_account_and_sort_as_things_were_begun() {
        let seed = Seed::new(1, 2, "ada@example.org");
        assert_eq!(seed.id("goal", 1), Seed::new(1, 2, " Ada@example.org").id("goal", 1));
        assert_ne!(seed.id("goal", 1), Seed::new(1, 2, "eve@example.org").id("goal", 1));
        assert!(seed.id("one", 1) < seed.id("other", 2));
        let day = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
        assert_eq!(seed.command("log", day).get_version_num(), 7);
    }

    #[test]
    fn a_deck_deals_each_text_once_before_any_comes_again() {
        let (mut deck, mut chance) = (Deck::of(&["a", "b", "c"]), Seed::new(1, 2, "").chance("deck"));
        let mut dealt: Vec<_> = (0..3).map(|_| deck.deal(&mut chance)).collect();
        dealt.sort_unstable();
        assert_eq!(dealt, ["a", "b", "c"]);
    }
}
