//! Runs of met days or weeks, and how they split and join around a change.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::judge::{Judge, Part, Verdict};
use crate::{
    pauses::{eve, morrow},
    schedule::Unit,
};

/// Met days, or met weeks, with none missed between them. A run is named by its first date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// What it is counted in.
    pub unit: Unit,
    /// Its first met day, or the first date of its first met week.
    pub first: NaiveDate,
    /// Its last met day, or the last date of its last met week.
    pub last: NaiveDate,
    /// How many days or weeks were met.
    pub length: u32,
}

/// Runs in the order of their dates: all of a goal's, or those around a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    runs: Vec<Run>,
}

/// Runs that a change ended up without, and with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunsChanged {
    pub removed: Vec<Run>,
    pub added: Vec<Run>,
}

/// The parts of some days, as they were judged before a change and after it.
struct Window<'a> {
    first: NaiveDate,
    last: NaiveDate,
    before: Vec<(Part, Verdict)>,
    after: Vec<(Part, Verdict)>,
    judge: Judge<'a>,
}

/// A run that grows from left to right.
struct Growing {
    done: Vec<Run>,
    open: Option<Run>,
}

impl Runs {
    /// All of them.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Run> {
        self.runs.iter()
    }

    /// The one that begins last.
    pub fn last(&self) -> Option<Run> {
        self.runs.last().copied()
    }

    /// How many of them begin before `day`.
    fn before(&self, day: NaiveDate) -> usize {
        self.runs.partition_point(|run| run.first < day)
    }

    /// Judges anew the days from `first` to `last`, on which something may have changed, and mends the runs around them.
    pub(crate) fn rejudge(
        &mut self,
        before: &Judge<'_>,
        after: &Judge<'_>,
        first: NaiveDate,
        last: NaiveDate,
    ) -> RunsChanged {
        let window = Window::new(before, after, first, last);
        if window.before == window.after {
            return RunsChanged::default();
        }
        let mut removed = self.overlapping(window.first, window.last);
        let added = match *removed.as_slice() {
            [run] if window.stays_whole(&run) => vec![Run { length: window.length_of_whole(&run), ..run }],
            _ => {
                let left = self.left_of(&window, &mut removed);
                let right = self.right_of(&window, &mut removed);
                window.join(left, right)
            }
        };
        self.replace(RunsChanged { removed, added })
    }

    fn overlapping(&self, first: NaiveDate, last: NaiveDate) -> Vec<Run> {
        let upto = &self.runs[..self.before(morrow(last))];
        let apart = upto.iter().rposition(|run| run.last < first).map_or(0, |apart| apart + 1);
        upto[apart..].to_vec()
    }

    /// What reaches up to the window from the left: a piece of a run that is cut by it, or the run before it.
    fn left_of(&self, window: &Window<'_>, removed: &mut Vec<Run>) -> Option<Run> {
        if let Some(run) = removed.first().filter(|run| run.first < window.first) {
            return Some(window.left_piece(run));
        }
        let run = self.runs[..self.before(window.first)].last()?;
        let judge = &window.judge;
        if judge.first_break(run.unit, morrow(run.last), window.first).is_some() {
            return None;
        }
        removed.insert(0, *run);
        Some(*run)
    }

    fn right_of(&self, window: &Window<'_>, removed: &mut Vec<Run>) -> Option<Run> {
        if let Some(run) = removed.last().filter(|run| run.last > window.last) {
            return Some(window.right_piece(run));
        }
        let run = self.runs.get(self.before(morrow(window.last)))?;
        let judge = &window.judge;
        if judge.first_break(run.unit, morrow(window.last), run.first).is_some() {
            return None;
        }
        removed.push(*run);
        Some(*run)
    }

    fn replace(&mut self, changed: RunsChanged) -> RunsChanged {
        let RunsChanged { mut removed, mut added } = changed;
        // All are in order, and there may be thousands.
        let has = |runs: &[Run], run: &Run| {
            runs.binary_search_by_key(&run.first, |it| it.first).is_ok_and(|at| runs[at] == *run)
        };
        let same: Vec<_> = removed.iter().filter(|run| has(&added, run)).copied().collect();
        removed.retain(|run| !has(&same, run));
        added.retain(|run| !has(&same, run));
        self.runs.retain(|run| !has(&removed, run));
        self.runs.extend(&added);
        self.runs.sort_by_key(|run| run.first);
        RunsChanged { removed, added }
    }
}

impl FromIterator<Run> for Runs {
    fn from_iter<I: IntoIterator<Item = Run>>(runs: I) -> Self {
        let mut runs: Vec<Run> = runs.into_iter().collect();
        runs.sort_unstable_by_key(|run| run.first);
        Self { runs }
    }
}

impl<'a> Window<'a> {
    /// Widened to whole parts, as they were and as they are.
    fn new(before: &Judge<'_>, after: &Judge<'a>, first: NaiveDate, last: NaiveDate) -> Self {
        let first = before.part(first).first.min(after.part(first).first);
        let last = before.part(last).last.max(after.part(last).last);
        let judged = |judge: &Judge<'_>| parts(judge, first, last).map(|part| (part, judge.verdict(&part))).collect();
        Self { first, last, before: judged(before), after: judged(after), judge: *after }
    }

    /// A run that reaches out on both sides, and that nothing within breaks. The commonest correction by far, and no
    /// day outside the window needs to be looked at.
    fn stays_whole(&self, run: &Run) -> bool {
        let breaks = |(part, verdict): &(Part, Verdict)| *verdict == Verdict::Missed || part.unit != run.unit;
        self.cuts(run) && !self.after.iter().any(breaks)
    }

    fn cuts(&self, run: &Run) -> bool {
        run.first < self.first && self.last < run.last
    }

    fn length_of_whole(&self, run: &Run) -> u32 {
        let met = self.after.iter().filter(|(_, verdict)| *verdict == Verdict::Met).count();
        self.length_outside(run) + length(met)
    }

    /// How much of a run lies outside of the window.
    fn length_outside(&self, run: &Run) -> u32 {
        let within = |part: &Part| run.first <= part.first && part.last <= run.last;
        let met = self.before.iter().filter(|(part, verdict)| *verdict == Verdict::Met && within(part)).count();
        run.length.saturating_sub(length(met))
    }

    fn left_piece(&self, run: &Run) -> Run {
        let length = if self.cuts(run) { self.split(run).0 } else { self.length_outside(run) };
        let mut last = self.judge.part(eve(self.first));
        while last.first > run.first && self.judge.verdict(&last) != Verdict::Met {
            last = self.judge.part(eve(last.first));
        }
        Run { last: last.last, length, ..*run }
    }

    fn right_piece(&self, run: &Run) -> Run {
        let length = if self.cuts(run) { self.split(run).1 } else { self.length_outside(run) };
        let mut first = self.judge.part(morrow(self.last));
        while first.last < run.last && self.judge.verdict(&first) != Verdict::Met {
            first = self.judge.part(morrow(first.last));
        }
        Run { first: first.first, length, ..*run }
    }

    /// The lengths on both sides of a run that the window cuts in two: the shorter side is counted.
    fn split(&self, run: &Run) -> (u32, u32) {
        let outside = self.length_outside(run);
        let count = |first, last| {
            let met = |part: &Part| self.judge.verdict(part) == Verdict::Met;
            length(parts(&self.judge, first, last).filter(met).count())
        };
        if self.first - run.first < run.last - self.last {
            let left = count(run.first, eve(self.first));
            (left, outside.saturating_sub(left))
        } else {
            let right = count(morrow(self.last), run.last);
            (outside.saturating_sub(right), right)
        }
    }

    /// Goes from what is left of the window through its parts to what is right of it.
    fn join(&self, left: Option<Run>, right: Option<Run>) -> Vec<Run> {
        let mut runs = Growing { done: vec![], open: left };
        for (part, verdict) in &self.after {
            runs.close_unless(part.unit);
            match verdict {
                Verdict::Met => runs.grow(part_of_run(part)),
                Verdict::Missed => runs.close(),
                Verdict::Neutral => {}
            }
        }
        if let Some(right) = right {
            runs.close_unless(right.unit);
            runs.grow(right);
        }
        runs.close();
        runs.done
    }
}

impl Growing {
    fn grow(&mut self, by: Run) {
        self.open = Some(self.open.map_or(by, |run| Run { last: by.last, length: run.length + by.length, ..run }));
    }

    fn close(&mut self) {
        self.done.extend(self.open.take());
    }

    fn close_unless(&mut self, unit: Unit) {
        if self.open.is_some_and(|run| run.unit != unit) {
            self.close();
        }
    }
}

fn part_of_run(part: &Part) -> Run {
    Run { unit: part.unit, first: part.first, last: part.last, length: 1 }
}

/// The parts from `first` to `last`, where both lie on the edges of parts.
fn parts<'a>(judge: &'a Judge<'_>, first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = Part> + use<'a> {
    let next = move |part: &Part| Some(morrow(part.last)).filter(|day| *day <= last).map(|day| judge.part(day));
    std::iter::successors(Some(judge.part(first)), next)
}

/// Nobody lives for more days than fit.
fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
