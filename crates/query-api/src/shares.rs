//! What one person, or one workspace, may have of what all share, so that nobody has all of it.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use runtime::{ApiError, ProblemKind};

/// When it is worth asking again.
const RETRY: Duration = Duration::from_secs(10);

/// How much of something each has. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shares<Who> {
    max: usize,
    /// Who has any.
    taken: Arc<Mutex<HashMap<Who, usize>>>,
}

/// A share, which is given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Share<Who: Copy + Eq + Hash> {
    shares: Shares<Who>,
    who: Who,
}

impl<Who: Copy + Eq + Hash> Shares<Who> {
    /// At most so much for each.
    pub fn new(max: usize) -> Self {
        Self { max, taken: Arc::default() }
    }

    /// One more; refused, with `why`, where they have as much as anybody may.
    pub(crate) fn take(&self, who: Who, why: &'static str) -> Result<Share<Who>, ApiError> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(who).or_default();
        if *count >= self.max {
            return Err(ApiError::new(ProblemKind::TooManyRequests, why).retry_after(RETRY));
        }
        *count += 1;
        Ok(Share { shares: self.clone(), who })
    }
}

impl<Who: Copy + Eq + Hash> Drop for Share<Who> {
    fn drop(&mut self) {
        let mut taken = self.shares.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = taken.entry(self.who) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_more_than_their_share_and_what_is_given_back_is_there_again() {
        let (ada, eve) = (1, 2);
        let shares = Shares::new(2);
        let [first, _second] = [(); 2].map(|()| shares.take(ada, "no more").expect("there is one"));
        assert!(shares.take(ada, "no more").is_err());
        let others = shares.take(eve, "no more").expect("her own");
        drop(first);
        let _third = shares.take(ada, "no more").expect("there is one again");
        assert!(shares.take(ada, "no more").is_err());
        assert_eq!(shares.taken.lock().expect("unpoisoned").len(), 2);
        drop(others);
        assert_eq!(shares.taken.lock().expect("unpoisoned").len(), 1, "who has none is not remembered");
    }
}
