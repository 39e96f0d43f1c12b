//! A week of a workspace is closed once.

use std::collections::HashSet;

use crate::{
    held::Held,
    history::{Line, Subject},
};

/// Weeks that were closed again.
pub(super) fn closed_twice(_: &[Line], held: &Held) -> Vec<(String, Subject)> {
    let mut closed = HashSet::new();
    let weeks = held.events.iter().filter_map(|event| event.week.map(|week| (event, week)));
    let again = weeks.filter(|(event, week)| !closed.insert((event.workspace, *week)));
    let tell = |workspace, week| format!("the week of {week} is closed twice in workspace {workspace}");
    again.map(|(event, week)| (tell(event.workspace, week), Subject::Place(event.place))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::{event, held},
        held::HeldEvent,
    };

    #[test]
    fn a_week_that_is_closed_twice_is_found() {
        let close = |number, week: &str| HeldEvent { week: week.parse().ok(), ..event(1, number, 7, 1) };
        assert_eq!(closed_twice(&[], &held([close(1, "2026-05-04"), close(2, "2026-05-11")])), vec![]);
        assert_eq!(closed_twice(&[], &held([close(1, "2026-05-04"), close(2, "2026-05-04")])).len(), 1);
    }
}
