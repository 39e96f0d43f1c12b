//! The rows of a fold made in memory, of all events of a workspace up to some place in the log.

use std::collections::HashSet;

use domain::Recorded;
use uuid::Uuid;

use crate::{Fold, read_model::fold};

/// What a fold comes to at some place in the log: its rows, of every event up to there.
pub struct Replay<F: Fold> {
    /// The rows.
    pub rows: F::Rows,
    /// Streams with an event that the fold refused: as in the tables, none of their later events is taken in.
    refused: HashSet<Uuid>,
}

impl<F: Fold> Default for Replay<F> {
    fn default() -> Self {
        Self { rows: F::Rows::default(), refused: HashSet::new() }
    }
}

impl<F: Fold> Replay<F> {
    /// Takes in the next event.
    pub fn take_in(&mut self, event: &Recorded) {
        let refused = || self.refused.contains(&event.stream);
        if !refused() && fold::<F>(&mut self.rows, event).is_err() {
            self.refused.insert(event.stream);
        }
    }
}
