//! What came of a run: tables of figures, printed for people and kept as JSON.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::machine::Machine;

/// All tables of a run, and what they were taken on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// What it was taken on.
    pub machine: Machine,
    /// The measurements, in the order they were made.
    pub tables: Vec<Table>,
}

/// One measurement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Table {
    /// What it is called, also where one is chosen by `--only`.
    pub name: String,
    /// What was measured, against what, and how.
    pub how: String,
    /// What bounds the figures.
    pub bound: String,
    /// A case each.
    pub lines: Vec<Line>,
}

/// One case of a measurement, such as 64 commands at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// The case.
    pub what: String,
    /// Its figures, by column.
    pub cells: Vec<Cell>,
    /// What the figures should reach.
    pub targets: Vec<Target>,
}

/// One figure, as it was seen in each round.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// What it is, and in which unit.
    pub column: String,
    /// The middle of the rounds.
    pub median: f64,
    /// The lowest of them.
    pub low: f64,
    /// The highest of them.
    pub high: f64,
    /// All of them, in order.
    pub rounds: Vec<f64>,
}

/// What the median of a column should reach.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Target {
    /// The column.
    pub column: String,
    /// At least, or at most.
    pub bound: Bound,
    /// So much.
    pub value: f64,
}

/// On which side of a value is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// More is better.
    AtLeast,
    /// Less is better.
    AtMost,
}

impl Report {
    /// What two runs came to on one machine, each of some measurements. Of one that is in both, the later holds.
    #[must_use]
    pub fn and(mut self, later: Self) -> Self {
        self.machine.at.extend(later.machine.at);
        self.machine.load_before.extend(later.machine.load_before);
        self.machine.noise_ms.extend(later.machine.noise_ms);
        self.machine.took_s += later.machine.took_s;
        for table in later.tables {
            match self.tables.iter_mut().find(|known| known.name == table.name) {
                Some(known) => *known = table,
                None => self.tables.push(table),
            }
        }
        self
    }

    /// What should be reached, each with whether it is.
    pub fn targets(&self) -> impl Iterator<Item = (bool, String)> {
        let lines = self.tables.iter().flat_map(|table| table.lines.iter().map(move |line| (table, line)));
        lines.flat_map(|(table, line)| {
            line.targets.iter().map(move |target| {
                let seen = line.cell(&target.column);
                let told = seen.map(ToString::to_string).unwrap_or_default();
                let told = format!("{}, {}: {} is {told}", table.name, line.what, target.told());
                (seen.is_some_and(|cell| target.is_reached_by(cell.median)), told)
            })
        })
    }
}

impl Table {
    /// One without figures yet.
    #[must_use]
    pub fn new(name: &str, how: &str, bound: &str) -> Self {
        Self { name: name.into(), how: how.into(), bound: bound.into(), lines: vec![] }
    }

    /// Adds what a round showed.
    pub fn add(&mut self, what: &str, column: &str, value: f64) {
        let line = self.line(what);
        match line.cells.iter_mut().find(|cell| cell.column == column) {
            Some(cell) => cell.rounds.push(value),
            None => {
                let (column, rounds) = (column.into(), vec![value]);
                line.cells.push(Cell { column, median: 0.0, low: 0.0, high: 0.0, rounds });
            }
        }
        line.cells.iter_mut().for_each(Cell::sum_up);
    }

    /// Says what a case should reach.
    pub fn target(&mut self, what: &str, column: &str, bound: Bound, value: f64) {
        self.line(what).targets.push(Target { column: column.into(), bound, value });
    }

    /// The middle of what the rounds showed.
    #[must_use]
    pub fn median(&self, what: &str, column: &str) -> Option<f64> {
        Some(self.lines.iter().find(|line| line.what == what)?.cell(column)?.median)
    }

    fn line(&mut self, what: &str) -> &mut Line {
        let found = self.lines.iter().position(|line| line.what == what);
        let index = found.unwrap_or_else(|| {
            self.lines.push(Line { what: what.into(), cells: vec![], targets: vec![] });
            self.lines.len() - 1
        });
        &mut self.lines[index]
    }

    /// The columns, in the order they first appear.
    fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = vec![];
        for cell in self.lines.iter().flat_map(|line| &line.cells) {
            if !columns.contains(&&*cell.column) {
                columns.push(&cell.column);
            }
        }
        columns
    }

    /// Heading and lines as text, cell by cell.
    fn cells(&self) -> Vec<Vec<String>> {
        let columns = self.columns();
        let mut heading = vec![self.name.clone()];
        heading.extend(columns.iter().map(|column| (*column).to_owned()));
        heading.push("target".to_owned());
        let lines = self.lines.iter().map(|line| {
            let mut cells = vec![line.what.clone()];
            cells.extend(columns.iter().map(|column| line.cell(column).map(ToString::to_string).unwrap_or_default()));
            cells.push(line.targets.iter().map(|target| line.verdict(target)).collect::<Vec<_>>().join(", "));
            cells
        });
        std::iter::once(heading).chain(lines).collect()
    }

    /// The table in Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut cells = self.cells();
        cells.insert(1, vec!["---".to_owned(); cells[0].len()]);
        cells.iter().map(|line| format!("| {} |\n", line.join(" | "))).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells = self.cells();
        let width = |column: usize| cells.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        for line in &cells {
            let padded = line.iter().enumerate().map(|(column, cell)| format!("{cell:<width$}", width = width(column)));
            writeln!(f, "  {}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        Ok(())
    }
}

impl Line {
    fn cell(&self, column: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.column == column)
    }

    /// Whether a target is reached, as text.
    fn verdict(&self, target: &Target) -> String {
        let reached = self.cell(&target.column).is_some_and(|cell| target.is_reached_by(cell.median));
        format!("{} {}", target.told(), if reached { '✓' } else { '✗' })
    }
}

impl Target {
    fn told(&self) -> String {
        let sign = if self.bound == Bound::AtLeast { '≥' } else { '≤' };
        format!("{} {sign} {}", self.column, number(self.value))
    }

    /// Whether a figure is on the right side.
    #[must_use]
    pub fn is_reached_by(&self, value: f64) -> bool {
        match self.bound {
            Bound::AtLeast => value >= self.value,
            Bound::AtMost => value <= self.value,
        }
    }
}

impl Cell {
    fn sum_up(&mut self) {
        let mut sorted = self.rounds.clone();
        sorted.sort_by(f64::total_cmp);
        self.median = median(&sorted);
        self.low = sorted.first().copied().unwrap_or_default();
        self.high = sorted.last().copied().unwrap_or_default();
    }
}

/// The middle of what is sorted; of an even number, half way between the two in the middle.
fn median(sorted: &[f64]) -> f64 {
    let middle = |place: usize| sorted.get(place).copied().unwrap_or_default();
    f64::midpoint(middle(sorted.len().saturating_sub(1) / 2), middle(sorted.len() / 2))
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&number(self.median))?;
        match number(self.low) != number(self.high) {
            true => write!(f, " ({}–{})", number(self.low), number(self.high)),
            false => Ok(()),
        }
    }
}

/// A number with as many digits as say something.
pub(crate) fn number(value: f64) -> String {
    let places = match value.abs() {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.places$}");
    let (whole, rest) =
        text.split_once('.').map_or((&*text, String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let first = whole.len() % 3;
    let mut grouped = whole[..first].to_owned();
    for group in whole.as_bytes()[first..].chunks(3) {
        if !grouped.is_empty() && grouped != "-" {
            grouped.push(',');
        }
        grouped.extend(group.iter().map(|digit| char::from(*digit)));
    }
    grouped + &rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_say_something() {
        let told = [0.4567, 12.345, 123.4, 1_234_567.8, 1_000.0].map(number);
        assert_eq!(told, ["0.46", "12.3", "123", "1,234,568", "1,000"]);
    }

    #[test]
    fn a_table_tells_medians_spreads_and_targets() {
        let mut table = Table::new("append", "", "");
        for value in [30.0, 10.0, 20.0] {
            table.add("64 at once", "ratio", value);
        }
        table.target("64 at once", "ratio", Bound::AtLeast, 15.0);
        table.target("64 at once", "ratio", Bound::AtMost, 15.0);
        let said = "| append | ratio | target |\n| --- | --- | --- |\n\
                    | 64 at once | 20.0 (10.0–30.0) | ratio ≥ 15.0 ✓, ratio ≤ 15.0 ✗ |\n";
        assert_eq!(table.markdown(), said);
        assert_eq!(table.to_string().lines().count(), 2);
    }

    #[test]
    fn two_runs_make_one_report() {
        let report = |name: &str, value: f64| {
            let mut table = Table::new(name, "", "");
            table.add("all", "ms", value);
            table.target("all", "ms", Bound::AtMost, 2.0);
            Report { machine: Machine::this("18".into(), "ext4".into()), tables: vec![table] }
        };
        let both = report("append", 1.0).and(report("seen", 9.0)).and(report("append", 2.0));
        let machine = &both.machine;
        assert_eq!((machine.at.len(), machine.load_before.len()), (3, 3), "each run's own");
        let told: Vec<_> = both.targets().collect();
        let expected = [(true, "append, all: ms ≤ 2.00 is 2.00"), (false, "seen, all: ms ≤ 2.00 is 9.00")];
        assert_eq!(told, expected.map(|(reached, told)| (reached, told.to_owned())));
    }
}
