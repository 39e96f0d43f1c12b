//! Pages: some items, and where the next ones begin.

use domain::{HasPersonal, Personal};
use runtime::ApiError;
use serde::Serialize;
use utoipa::ToSchema;

/// So many items are on a page at most.
pub const PAGE_ITEMS_MAX: u16 = 500;
/// So many, if the query does not say.
const PAGE_ITEMS: u16 = 50;

/// Some items, and where the next ones begin.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Send it back to get the next page, as `cursor` unless said otherwise; `null` when this is the last.
    pub next: Option<String>,
}

/// How many items a page has at most.
pub(crate) fn limit(asked: Option<u16>) -> i64 {
    i64::from(asked.unwrap_or(PAGE_ITEMS).clamp(1, PAGE_ITEMS_MAX))
}

/// Where a page begins: what its cursor says, which `parse` reads if a page before told it.
pub(crate) fn after<T>(cursor: Option<&str>, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, ApiError> {
    let unreadable = || ApiError::invalid_field("/cursor", "unreadable", "Must be the `next` of the page before.");
    cursor.map(|text| parse(text).ok_or_else(unreadable)).transpose()
}

impl<T> Page<T> {
    /// A page of `items`, of which one more than `limit` was asked for, to see whether there is a next page.
    pub(crate) fn of(mut items: Vec<T>, limit: i64, cursor: impl FnOnce(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(cursor);
        Self { items, next }
    }

    /// The same page of what these items become.
    pub(crate) fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), next: self.next }
    }
}

impl<T: HasPersonal> HasPersonal for Page<T> {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.items.each_personal(visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_the_next_one_only_if_there_is_one() {
        let cursor = ToString::to_string;
        let full = Page::of(vec![1, 2, 3], 2, cursor);
        assert_eq!((full.items, full.next), (vec![1, 2], Some("2".to_owned())));
        let last = Page::of(vec![1, 2], 2, cursor);
        assert_eq!((last.items, last.next), (vec![1, 2], None));
    }
}
