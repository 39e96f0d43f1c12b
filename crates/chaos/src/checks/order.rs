//! Linearizable for each stream and shard: a command that was told before another was asked stands before it.

use std::collections::HashMap;

use uuid::Uuid;

use super::acts::{Act, acts};
use crate::{
    held::Held,
    history::{Line, Subject},
};

/// Commands that stand before one that was told before they were asked.
pub(super) fn out_of_order(history: &[Line], _: &Held) -> Vec<(String, Subject)> {
    let mut by_stream: HashMap<Uuid, Vec<&Act>> = HashMap::new();
    let mut by_shard: HashMap<i16, Vec<&Act>> = HashMap::new();
    let acts = acts(history);
    for act in &acts {
        by_stream.entry(act.stream).or_default().push(act);
        by_shard.entry(act.place.shard).or_default().push(act);
    }
    let mut found: Vec<(String, Subject)> = vec![];
    for acts in by_stream.into_values() {
        found.extend(overtaken(acts, |act| act.version).map(|act| (act.tell("version"), Subject::Stream(act.stream))));
    }
    for acts in by_shard.into_values() {
        found.extend(
            overtaken(acts, |act| act.place.number).map(|act| (act.tell("position"), Subject::Command(act.command))),
        );
    }
    found
}

impl Act {
    fn tell(&self, what: &str) -> String {
        format!("the {what} of {} is not after that of a command that was told before it was asked", self.command)
    }
}

/// Those whose number is not above that of every one that was told before they were asked.
fn overtaken(acts: Vec<&Act>, number: fn(&Act) -> i64) -> impl Iterator<Item = &Act> {
    let mut told = acts.clone();
    told.sort_by_key(|act| act.told_us);
    let mut asked = acts;
    asked.sort_by_key(|act| act.asked_us);
    let (mut told, mut highest) = (told.into_iter().peekable(), i64::MIN);
    asked.into_iter().filter(move |act| {
        while let Some(before) = told.next_if(|before| before.told_us < act.asked_us) {
            highest = highest.max(number(before));
        }
        number(act) <= highest
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{asked, done, held};

    #[test]
    fn commands_that_were_under_way_together_may_stand_in_any_order() {
        let history = [asked(1, 7, 0), asked(2, 7, 1), done(1, 2, 7, 2, 5), done(2, 1, 7, 1, 6)];
        assert_eq!(out_of_order(&history, &held([])), vec![]);
    }

    #[test]
    fn a_command_that_was_told_before_another_was_asked_stands_before_it() {
        let history = [asked(1, 7, 0), done(1, 2, 7, 2, 5), asked(2, 7, 6), done(2, 1, 7, 1, 8)];
        assert_eq!(out_of_order(&history, &held([])).len(), 2, "neither version nor position follows");
        let history = [asked(1, 7, 0), done(1, 1, 7, 1, 5), asked(2, 7, 6), done(2, 2, 7, 1, 8)];
        assert_eq!(out_of_order(&history, &held([])).len(), 1, "the same version twice");
    }

    #[test]
    fn a_command_that_is_asked_again_was_asked_when_it_was_asked_first() {
        let history = [asked(1, 7, 0), asked(2, 7, 1), done(2, 2, 7, 2, 5), asked(1, 7, 6), done(1, 1, 7, 1, 8)];
        assert_eq!(out_of_order(&history, &held([])), vec![]);
    }
}
