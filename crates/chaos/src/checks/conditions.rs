//! A command with a condition is done on the version that it names, or not at all: no update is lost.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    held::Held,
    history::{Line, Subject, Told},
};

/// Commands that were done on another version than they named.
pub(super) fn passed_over(history: &[Line], _: &Held) -> Vec<(String, Subject)> {
    let conditions: HashMap<Uuid, u32> = history
        .iter()
        .filter_map(|line| match line {
            Line::Asked { command, if_match: Some(version), .. } => Some((*command, *version)),
            _ => None,
        })
        .collect();
    let mut found = vec![];
    for line in history {
        let Line::Told { command, told: Told::Done { version, .. }, .. } = line else { continue };
        // Each of the load makes one event.
        if let Some(named) = conditions.get(command).filter(|named| **named + 1 != *version) {
            let what = format!("{command} was to be done on version {named}, and made version {version}");
            found.push((what, Subject::Command(*command)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{asked, done, held, refused};

    fn on(version: u32, line: Line) -> Line {
        match line {
            Line::Asked { at_us, client, command, actor, stream, what, .. } => {
                Line::Asked { at_us, client, command, actor, stream, what, if_match: Some(version) }
            }
            other => other,
        }
    }

    #[test]
    fn a_command_on_the_version_it_names_or_refused_or_without_a_condition_is_no_finding() {
        let history = [on(1, asked(1, 7, 0)), done(1, 2, 7, 2, 5), on(1, asked(2, 7, 6)), refused(2, 7)];
        assert_eq!(passed_over(&history, &held([])), vec![]);
        assert_eq!(passed_over(&[asked(1, 7, 0), done(1, 5, 7, 5, 5)], &held([])), vec![]);
    }

    #[test]
    fn a_command_on_another_version_is_found() {
        let history = [on(1, asked(1, 7, 0)), done(1, 3, 7, 3, 5)];
        assert_eq!(passed_over(&history, &held([])).len(), 1);
    }
}
