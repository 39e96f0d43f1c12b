//! What came of a run: what was done, how soon it was well again, and what was found, with how to see it again.

use std::{
    collections::BTreeMap,
    fmt,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use crate::{
    checks::shortest,
    clients::{Counts, Load},
    cluster::Mixed,
    history::{Line, Subject},
    plan::{Kind, Round},
    run::{CALM, Options},
    times::per_mille,
};

/// So many findings of one check are told in full.
const TOLD_MAX: usize = 3;
/// So many lines of a history are told with a finding.
const LINES_MAX: usize = 20;

/// Something that was found.
#[derive(Clone, Debug)]
struct Found {
    check: &'static str,
    what: String,
    /// The shortest history that shows it.
    lines: Vec<String>,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Where everything of the run is kept, if anything was found.
    pub kept: Option<PathBuf>,
    /// How many events the log held at the end.
    pub events: usize,
    again: String,
    seed: u64,
    found: Vec<Found>,
    done: BTreeMap<Kind, u64>,
    not_here: BTreeMap<Kind, String>,
    recovered: BTreeMap<String, Vec<Duration>>,
    times: BTreeMap<String, Vec<Duration>>,
    counts: Vec<(&'static str, u64)>,
}

impl Verdict {
    /// Of a run that has not begun.
    #[must_use]
    pub fn of(options: &Options) -> Self {
        let kinds: Vec<_> = options.only.iter().map(|kind| kind.name()).collect();
        let only = if kinds.is_empty() { String::new() } else { format!(" --only {}", kinds.join(",")) };
        let lasts = options.lasts.map_or(String::new(), |lasts| format!(" --lasts {}", lasts.as_secs()));
        let calm = if options.calm == CALM { String::new() } else { format!(" --calm {}", options.calm.as_secs()) };
        let (seed, seconds) = (options.seed, options.time.as_secs());
        let bug = options.bug.as_ref().map_or(String::new(), |bug| format!(" --bug {bug}"));
        let next = options.next.as_ref().map_or(String::new(), |next| format!(" --next {}", next.display()));
        let program = std::env::args().next().unwrap_or_default();
        let Load { clients, people, rate, shared } = options.load;
        let again = format!(
            "{program} run --seed {seed} --seconds {seconds}{only}{lasts}{calm}{bug} --clients {clients} --people {people} \
             --rate {rate} --shared {shared} --patience {} --momentum {}{next}",
            options.patience,
            options.momentum.display()
        );
        Self { again, seed, ..Self::default() }
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.found.is_empty()
    }

    /// The checks that found something, each once.
    #[must_use]
    pub fn checks_that_found(&self) -> Vec<&'static str> {
        let mut checks: Vec<_> = self.found.iter().map(|found| found.check).collect();
        checks.sort_unstable();
        checks.dedup();
        checks
    }

    pub(crate) fn find(&mut self, check: &'static str, what: impl Into<String>) {
        self.found.push(Found { check, what: what.into(), lines: vec![] });
    }

    /// The same of something that a history shows.
    pub(crate) fn find_in(&mut self, history: &[Line], check: &'static str, what: String, about: &Subject) {
        let json = |line: &&Line| serde_json::to_string(line).unwrap_or_default();
        let lines = shortest(history, about).iter().take(LINES_MAX).map(json).collect();
        self.found.push(Found { check, what, lines });
    }

    /// Notes that something was hurt.
    pub(crate) fn done(&mut self, kind: Kind) {
        *self.done.entry(kind).or_default() += 1;
    }

    pub(crate) fn not_here(&mut self, kind: Kind, why: String) {
        self.not_here.entry(kind).or_insert(why);
    }

    pub(crate) fn recovered(&mut self, round: &Round, took: Duration) {
        let name = if round.faults.len() == 1 { round.name() } else { "several at once".to_owned() };
        self.recovered.entry(name).or_default().push(took);
    }

    /// Notes what took how long while something was hurt.
    pub(crate) fn time(&mut self, times: Vec<(&'static str, Duration)>, is_alone: bool) {
        let beside = if is_alone { "" } else { ", beside other faults" };
        for (what, took) in times {
            self.times.entry(format!("{what}{beside}")).or_default().push(took);
        }
    }

    pub(crate) fn count(&mut self, counts: &Counts, asked_for: Duration, mixed: Mixed) {
        let read = |counter: &AtomicU64| counter.load(Relaxed);
        let told = read(&counts.done) + read(&counts.refused) + read(&counts.repeated);
        let a_second = told / asked_for.as_secs().max(1);
        self.counts = vec![
            ("commands acknowledged", read(&counts.done)),
            ("commands refused", read(&counts.refused)),
            ("commands of which nobody ever told the outcome", read(&counts.never_told)),
            ("attempts whose outcome was unknown", read(&counts.unknown)),
            ("commands asked once more after they were told", read(&counts.repeated)),
            ("of all these told a second, faults included", a_second),
            ("own writes looked for, and shown", read(&counts.seen)),
            ("own writes that nobody could show before all was level", read(&counts.not_seen)),
            ("event messages that came while they were mixed", mixed.messages),
            ("of these that came twice", mixed.twice),
            ("of these that came after a later one", mixed.reordered),
            ("of these that came when everybody had long forgotten them", mixed.aged),
        ];
        let never = read(&counts.never_told);
        if never > 0 {
            self.find("every command is told in the end", format!("{never} were not"));
        }
        if read(&counts.seen) == 0 {
            self.find("own writes are shown at all", "none was");
        }
        if self.done.is_empty() {
            self.find("something is hurt", "nothing was, so there was nothing to find");
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nSeed {}: {} events in the log.", self.seed, self.events)?;
        for (what, count) in &self.counts {
            writeln!(f, "{count:9}  {what}")?;
        }
        writeln!(f, "\nHurt, and how often:")?;
        for (kind, count) in &self.done {
            writeln!(f, "{count:9}  {}", kind.name())?;
        }
        for (kind, why) in &self.not_here {
            // The first line says it; what a server wrote may follow.
            writeln!(f, " not here  {}: {}", kind.name(), why.lines().next().unwrap_or_default())?;
        }
        writeln!(f, "\nWell again after, in seconds (p50, p99, longest):")?;
        for (name, times) in &self.recovered {
            tell_times(f, name, times)?;
        }
        if !self.times.is_empty() {
            writeln!(f, "\nMeanwhile, in seconds (p50, p99, longest):")?;
        }
        for (name, times) in &self.times {
            tell_times(f, name, times)?;
        }
        self.tell_found(f)
    }
}

impl Verdict {
    fn tell_found(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return writeln!(f, "\nNothing was found.");
        }
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for Found { check, what, lines } in &self.found {
            let times = told.entry(check).or_default();
            *times += 1;
            if *times > TOLD_MAX {
                continue;
            }
            writeln!(f, "\nFOUND: not so: {check}\n  {}", what.trim_end())?;
            lines.iter().try_for_each(|line| writeln!(f, "    {line}"))?;
        }
        writeln!(f)?;
        for (check, times) in told {
            writeln!(f, "{times:9}  times not so: {check}")?;
        }
        writeln!(f, "\nThe same seed again: {}", self.again)?;
        self.kept.as_ref().map_or(Ok(()), |kept| writeln!(f, "History, logs and data: {}", kept.display()))
    }
}

fn tell_times(f: &mut fmt::Formatter<'_>, name: &str, times: &[Duration]) -> fmt::Result {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let [p50, p99, max] = [500, 990, 1_000].map(|share| per_mille(&sorted, share).as_secs_f64());
    writeln!(f, "{p50:9.2} {p99:6.2} {max:6.2}  {name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Told;

    #[test]
    fn a_run_that_hurt_nothing_is_not_clean() {
        let counts = || Counts { seen: AtomicU64::new(1), ..Counts::default() };
        let ended = |mut verdict: Verdict| {
            verdict.count(&counts(), Duration::from_secs(1), Mixed::default());
            verdict
        };
        let mut verdict = Verdict::default();
        verdict.not_here(Kind::PowerCut, "only root can".to_owned());
        let hurt_nothing = ended(verdict.clone());
        assert_eq!(hurt_nothing.checks_that_found(), ["something is hurt"]);
        assert!(!hurt_nothing.is_clean() && !hurt_nothing.to_string().contains("Nothing was found"));
        verdict.done(Kind::Kill);
        assert!(ended(verdict).is_clean(), "what is not here is only said");
    }

    #[test]
    fn what_is_found_is_told_with_the_history_that_shows_it() {
        let command = uuid::Uuid::from_u128(7);
        let told =
            |command| Line::Told { at_us: 1, client: 2, command, told: Told::Unknown { why: "no answer".into() } };
        let history = [told(command), told(uuid::Uuid::from_u128(8))];
        let mut verdict = Verdict::default();
        assert!(verdict.to_string().contains("Nothing was found"));
        verdict.find_in(&history, "no command is applied twice", "it was".to_owned(), &Subject::Command(command));
        let text = verdict.to_string();
        assert!(text.contains("FOUND: not so: no command is applied twice") && text.contains("000000000007"), "{text}");
        assert!(!text.contains("000000000008"), "{text}");
        assert_eq!(verdict.checks_that_found(), ["no command is applied twice"]);
    }
}
