//! A read model's rows made in memory, of all events of a workspace up to some place in the log.

use std::collections::HashSet;

use domain::Recorded;
use uuid::Uuid;

use crate::{ReadModel, read_model::fold};

/// What a read model showed at some place in the log: its rows, made by its own fold from every event up to there.
pub struct Replay<M: ReadModel> {
    /// The rows.
    pub rows: M::Rows,
    /// Streams with an event that the fold refused: as in the tables, none of their later events is taken in.
    refused: HashSet<Uuid>,
}

impl<M: ReadModel> Default for Replay<M> {
    fn default() -> Self {
        Self { rows: M::Rows::default(), refused: HashSet::new() }
    }
}

impl<M: ReadModel> Replay<M> {
    /// Takes in the next event.
    pub fn take_in(&mut self, event: &Recorded) {
        let refused = || self.refused.contains(&event.stream);
        if !refused() && fold::<M>(&mut self.rows, event).is_err() {
            self.refused.insert(event.stream);
        }
    }
}
