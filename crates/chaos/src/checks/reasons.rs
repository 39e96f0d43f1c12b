//! What is refused has a reason that the history knows of.

use std::collections::HashMap;

use super::acts::{Refused, acts, refused};
use crate::{
    held::Held,
    history::{Line, Subject},
};

const RESTORE: &str = "/restore ";
const WITHDRAWN: &str = "DailyLogWithdrawn";

/// Commands that were refused for no reason that can have been one.
pub(super) fn refused_for_nothing(history: &[Line], held: &Held) -> Vec<(String, Subject)> {
    let acts = acts(history);
    let acts: HashMap<_, _> = acts.iter().map(|act| ((act.stream, act.version), act)).collect();
    let made: HashMap<_, _> =
        held.events.iter().map(|event| ((event.stream, i64::from(event.version)), event)).collect();
    let mut found = vec![];
    for Refused { asked_us, told_us, command, stream, what, if_match, status, code } in refused(history) {
        let was_told = |version: i64| acts.get(&(stream, version)).is_some_and(|act| act.told_us < asked_us);
        let has_reason = match code {
            // Whether that was so is looked at by itself.
            "version-conflict" => if_match.is_some(),
            // Somebody else made it, under the same id.
            "id-taken" => made.get(&(stream, 1)).is_some_and(|event| event.command != command),
            // It may not have been there yet.
            "not-found" => !was_told(1),
            "log-not-withdrawn" => {
                what.contains(RESTORE) && {
                    let newest = (1..).take_while(|version| was_told(*version)).last().unwrap_or_default();
                    let stayed = acts.get(&(stream, newest + 1)).is_none_or(|act| act.asked_us > told_us);
                    let withdrawn = made.get(&(stream, newest)).is_some_and(|event| event.name == WITHDRAWN);
                    !(withdrawn && stayed)
                }
            }
            _ => false,
        };
        if !has_reason {
            let what = format!("{command} was refused with {status} {code}: {what}");
            found.push((what, Subject::Command(command)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::{asked, done, event, held, id},
        held::HeldEvent,
        history::Told,
    };

    fn as_what(line: Line, said: &str) -> Line {
        match line {
            Line::Asked { at_us, client, command, actor, stream, if_match, .. } => {
                Line::Asked { at_us, client, command, actor, stream, what: said.to_owned(), if_match }
            }
            other => other,
        }
    }

    fn refused(command: u128, code: &str, at_us: u64) -> Line {
        let told = Told::Refused { status: 409, code: code.to_owned() };
        Line::Told { at_us, client: 1, command: id(command), told }
    }

    fn withdrawn(command: u128, number: i64, version: u32) -> HeldEvent {
        HeldEvent { name: WITHDRAWN.to_owned(), ..event(command, number, 7, version) }
    }

    #[test]
    fn what_is_refused_without_a_reason_is_found() {
        for code in ["goal-archived", "log-withdrawn", "invalid-input", "version-conflict", "id-taken"] {
            assert_eq!(refused_for_nothing(&[asked(1, 7, 0), refused(1, code, 5)], &held([])).len(), 1, "{code}");
        }
        let known = [asked(1, 7, 0), done(1, 1, 7, 1, 5), asked(2, 7, 6), refused(2, "not-found", 9)];
        assert_eq!(refused_for_nothing(&known, &held([event(1, 1, 7, 1)])).len(), 1);
    }

    #[test]
    fn what_may_have_been_so_is_a_reason() {
        let early = [asked(1, 7, 0), asked(2, 7, 1), refused(2, "not-found", 9), done(1, 1, 7, 1, 10)];
        assert_eq!(refused_for_nothing(&early, &held([event(1, 1, 7, 1)])), vec![]);
        let taken = [asked(2, 7, 1), refused(2, "id-taken", 9)];
        assert_eq!(refused_for_nothing(&taken, &held([event(1, 1, 7, 1)])), vec![]);
    }

    #[test]
    fn a_log_that_is_withdrawn_can_be_restored() {
        let restore = |at_us| as_what(asked(3, 7, at_us), "POST /v1/daily-logs/7/restore {}");
        let logged = [asked(1, 7, 0), done(1, 1, 7, 1, 5)];
        let counts = [&logged[..], &[restore(6), refused(3, "log-not-withdrawn", 9)]].concat();
        assert_eq!(refused_for_nothing(&counts, &held([event(1, 1, 7, 1)])), vec![]);
        let again = [restore(20), refused(3, "log-not-withdrawn", 25)];
        let gone = [asked(2, 7, 6), done(2, 2, 7, 2, 8)];
        let later = [asked(2, 7, 10), done(2, 2, 7, 2, 15)];
        let both = held([event(1, 1, 7, 1), withdrawn(2, 2, 2)]);
        assert_eq!(refused_for_nothing(&[&counts[..], &later, &again].concat(), &both), vec![], "an answer stays");
        let in_vain = [&logged[..], &gone, &[restore(10), refused(3, "log-not-withdrawn", 12)]].concat();
        assert_eq!(refused_for_nothing(&in_vain, &both).len(), 1);
    }
}
