//! Rows in memory: what a fold works on, and what is written back.

use std::collections::{BTreeMap, BTreeSet};

/// The rows of one table that a batch touches, by primary key.
///
/// In a worker it holds what was loaded for the batch; in an *as of* query it holds everything. Keys are kept in order,
/// so that what is written never depends on chance.
#[derive(Debug)]
pub struct Rows<K, R> {
    rows: BTreeMap<K, Slot<R>>,
}

#[derive(Debug)]
struct Slot<R> {
    row: Option<R>,
    changed: bool,
    /// Whether the table has it.
    stored: bool,
}

impl<K, R> Default for Rows<K, R> {
    fn default() -> Self {
        Self { rows: BTreeMap::new() }
    }
}

impl<K: Ord, R> Rows<K, R> {
    /// Takes in rows as they were loaded.
    pub fn loaded(rows: impl IntoIterator<Item = (K, R)>) -> Self {
        let slot = |(key, row)| (key, Slot { row: Some(row), changed: false, stored: true });
        Self { rows: rows.into_iter().map(slot).collect() }
    }

    /// The row, if there is one.
    pub fn get(&self, key: &K) -> Option<&R> {
        self.rows.get(key)?.row.as_ref()
    }

    /// The row, if there is one, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut R> {
        let slot = self.rows.get_mut(key)?;
        slot.changed |= slot.row.is_some();
        slot.row.as_mut()
    }

    /// Puts a row in place.
    pub fn insert(&mut self, key: K, row: R) {
        let slot = self.rows.entry(key).or_insert(Slot { row: None, changed: false, stored: false });
        (slot.row, slot.changed) = (Some(row), true);
    }

    /// The row, made by `new` if there is none, to be changed.
    pub fn entry(&mut self, key: K, new: impl FnOnce() -> R) -> &mut R {
        let slot = self.rows.entry(key).or_insert(Slot { row: None, changed: false, stored: false });
        slot.changed = true;
        slot.row.get_or_insert_with(new)
    }

    /// Takes a row away.
    pub fn remove(&mut self, key: &K) {
        if let Some(slot) = self.rows.get_mut(key) {
            (slot.row, slot.changed) = (None, true);
        }
    }

    /// Every row there is, in the order of keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &R)> {
        self.rows.iter().filter_map(|(key, slot)| Some((key, slot.row.as_ref()?)))
    }

    /// The rows from `from` on, in the order of keys.
    pub fn from(&self, from: &K) -> impl Iterator<Item = (&K, &R)> + use<'_, K, R> {
        self.rows.range(from..).filter_map(|(key, slot)| Some((key, slot.row.as_ref()?)))
    }

    /// The rows before `to`, latest first.
    pub fn before(&self, to: &K) -> impl Iterator<Item = (&K, &R)> + use<'_, K, R> {
        self.rows.range(..to).rev().filter_map(|(key, slot)| Some((key, slot.row.as_ref()?)))
    }

    /// The rows that were put in place or changed.
    pub fn changed(&self) -> impl Iterator<Item = (&K, &R)> {
        self.rows.iter().filter(|(_, slot)| slot.changed).filter_map(|(key, slot)| Some((key, slot.row.as_ref()?)))
    }

    /// Of those that were changed, the ones that were not loaded: where all are loaded that there are, the table has none
    /// of them.
    pub fn added(&self) -> impl Iterator<Item = (&K, &R)> {
        self.rows
            .iter()
            .filter(|(_, slot)| slot.changed && !slot.stored)
            .filter_map(|(key, slot)| Some((key, slot.row.as_ref()?)))
    }

    /// Of those that were changed, the ones that were loaded.
    pub fn altered(&self) -> impl Iterator<Item = (&K, &R)> {
        self.rows
            .iter()
            .filter(|(_, slot)| slot.changed && slot.stored)
            .filter_map(|(key, slot)| Some((key, slot.row.as_ref()?)))
    }

    /// The keys of the rows that were taken away.
    pub fn removed(&self) -> impl Iterator<Item = &K> {
        self.rows.iter().filter(|(_, slot)| slot.changed && slot.row.is_none()).map(|(key, _)| key)
    }
}

/// Keys of rows, each once: those of a batch are few, and come again and again. To collect them would sort all first.
pub fn distinct<K: Ord>(keys: impl IntoIterator<Item = K>) -> BTreeSet<K> {
    let mut distinct = BTreeSet::new();
    distinct.extend(keys);
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_written_back() {
        let mut rows = Rows::loaded([(1, "one"), (2, "two"), (3, "three")]);
        *rows.get_mut(&2).expect("loaded") = "zwei";
        rows.remove(&3);
        rows.insert(4, "four");
        *rows.entry(5, || "five") = "fünf";
        assert_eq!(rows.get_mut(&9), None);
        assert_eq!(rows.changed().collect::<Vec<_>>(), [(&2, &"zwei"), (&4, &"four"), (&5, &"fünf")]);
        assert_eq!(rows.altered().collect::<Vec<_>>(), [(&2, &"zwei")]);
        assert_eq!(rows.added().collect::<Vec<_>>(), [(&4, &"four"), (&5, &"fünf")]);
        assert_eq!(rows.removed().collect::<Vec<_>>(), [&3]);
        assert_eq!(rows.iter().count(), 4);
        assert_eq!(rows.before(&5).map(|(key, _)| *key).collect::<Vec<_>>(), [4, 2, 1]);
        assert_eq!(rows.from(&2).map(|(key, _)| *key).collect::<Vec<_>>(), [2, 4, 5]);
    }

    #[test]
    fn a_row_taken_away_stays_so_when_it_is_asked_for() {
        let mut rows = Rows::loaded([(1, "one")]);
        rows.remove(&1);
        assert_eq!(rows.get(&1), None);
        assert_eq!(rows.get_mut(&1), None);
        assert_eq!(rows.removed().collect::<Vec<_>>(), [&1]);
        *rows.entry(1, || "new") = "newer";
        assert_eq!(rows.removed().count(), 0);
        assert_eq!(rows.changed().collect::<Vec<_>>(), [(&1, &"newer")]);
    }
}
