//! Positions have no holes along a shard, nor versions along a stream.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    held::Held,
    history::{Line, Place, Subject},
};

/// Holes, repetitions, and heads that are not the last position.
pub(super) fn holes(_: &[Line], held: &Held) -> Vec<(String, Subject)> {
    let mut found = vec![];
    let mut last: HashMap<i16, i64> = HashMap::new();
    let mut versions: HashMap<Uuid, u32> = HashMap::new();
    for event in &held.events {
        let Place { shard, number } = event.place;
        let before = last.insert(shard, number).unwrap_or_default();
        if number != before + 1 {
            found.push((format!("{number} follows {before} in shard {shard}"), Subject::Place(event.place)));
        }
        let before = versions.insert(event.stream, event.version).unwrap_or_default();
        if event.version != before + 1 {
            let what = format!("version {} follows {before} in stream {}", event.version, event.stream);
            found.push((what, Subject::Stream(event.stream)));
        }
    }
    for head in &held.heads {
        let there = last.get(&head.shard).copied().unwrap_or_default();
        if there != head.number {
            let what = format!("the head of shard {} is {}, and its last event {there}", head.shard, head.number);
            found.push((what, Subject::Place(*head)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{event, held, place};

    #[test]
    fn what_has_no_hole_is_no_finding() {
        assert_eq!(holes(&[], &held([event(1, 1, 7, 1), event(2, 2, 8, 1), event(3, 3, 7, 2)])), vec![]);
    }

    #[test]
    fn holes_and_repetitions_are_found() {
        assert_eq!(holes(&[], &held([event(1, 1, 7, 1), event(2, 3, 7, 2)])).len(), 1, "a position");
        assert_eq!(holes(&[], &held([event(1, 1, 7, 1), event(2, 2, 7, 3)])).len(), 1, "a version");
        assert_eq!(holes(&[], &held([event(1, 1, 7, 1), event(2, 2, 7, 1)])).len(), 1, "a version twice");
        let ahead = Held { heads: vec![place(2)], ..held([event(1, 1, 7, 1)]) };
        assert_eq!(holes(&[], &ahead).len(), 1, "the head");
    }
}
