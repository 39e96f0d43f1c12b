//! What nobody must be told, whatever is hurt: that the program itself is at fault, or that one has no account.

use crate::{
    held::Held,
    history::{Line, Subject},
};

/// Internal errors: what is away for a while is told as such.
pub(super) fn told(history: &[Line], _: &Held) -> Vec<(String, Subject)> {
    let erred = |line: &Line| if let Line::Erred { what, .. } = line { Some(what.clone()) } else { None };
    history.iter().filter_map(erred).map(|what| (what, Subject::Nothing)).collect()
}

/// People who were registered, and whose session or right password was refused.
pub(super) fn shut_out(history: &[Line], _: &Held) -> Vec<(String, Subject)> {
    let shut_out = |line: &Line| match line {
        Line::ShutOut { user, what, .. } => Some((format!("{user} was not let in by {what}"), Subject::Nothing)),
        _ => None,
    };
    history.iter().filter_map(shut_out).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{asked, held, id, refused};

    #[test]
    fn what_nobody_must_be_told_is_found() {
        let fine = [asked(1, 7, 0), refused(1, 5)];
        assert_eq!((told(&fine, &held([])), shut_out(&fine, &held([]))), (vec![], vec![]));
        let erred = Line::Erred { at_us: 5, what: "GET /v1/goals: 500 internal".to_owned() };
        assert_eq!(told(&[erred], &held([])).len(), 1);
        let refused = Line::ShutOut { at_us: 5, user: id(1), what: "the password: 401".to_owned() };
        assert_eq!(shut_out(&[refused], &held([])).len(), 1);
    }
}
