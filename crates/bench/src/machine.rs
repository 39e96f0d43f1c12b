//! The machine: what it is, how busy others keep it, and what a process of it holds and uses.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use chrono::{DateTime, Utc};
use domain::Clock;
use runtime::SystemClock;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// So many steps does the fixed piece of work have that shows how quick the machine is at the moment.
const STEPS: u64 = 20_000_000;
const KIB: f64 = 1024.0;
/// In which Linux tells processor time, on every machine.
const TICKS_PER_SECOND: f64 = 100.0;

/// What figures were taken on, and how quiet it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// When each run began.
    pub at: Vec<DateTime<Utc>>,
    /// The processor's name.
    pub processor: String,
    /// How many of them.
    pub processors: usize,
    /// Its memory, in GiB.
    pub memory_gib: f64,
    /// Postgres, as it tells its version.
    pub postgres: String,
    /// The file system that Postgres and the nats-server have their files on.
    pub file_system: String,
    /// The processes that wanted to run in the minute before each run, on average. On a quiet machine, next to none.
    pub load_before: Vec<f64>,
    /// How long a fixed piece of work took between the measurements, in ms: on a quiet machine always the same.
    pub noise_ms: Vec<f64>,
    /// How long the runs took, in s.
    pub took_s: f64,
}

impl Machine {
    /// This one, now.
    #[must_use]
    pub fn this(postgres: String, file_system: String) -> Self {
        let (cpuinfo, load) = (read("/proc/cpuinfo"), read("/proc/loadavg"));
        Self {
            at: vec![SystemClock.now()],
            processor: cpuinfo.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("unknown").into(),
            processors: std::thread::available_parallelism().map_or(1, Into::into),
            memory_gib: count(embedded::memory().unwrap_or_default() >> 20) / KIB,
            postgres,
            file_system,
            load_before: load.split(' ').next().and_then(|load| load.parse().ok()).into_iter().collect(),
            noise_ms: vec![],
            took_s: 0.0,
        }
    }

    /// Looks how quick the machine is at the moment.
    pub fn listen(&mut self) {
        let begun = Instant::now();
        let mut state = 1_u64;
        for _ in 0..STEPS {
            state = std::hint::black_box(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        }
        self.noise_ms.push(millis(begun.elapsed()));
    }

    /// How much longer the fixed piece of work took at the worst than at the best.
    #[must_use]
    pub fn noise(&self) -> f64 {
        let best = self.noise_ms.iter().copied().fold(f64::MAX, f64::min);
        self.noise_ms.iter().copied().fold(best, f64::max) / best
    }
}

/// The memory that a process holds, in MB.
#[must_use]
pub fn resident_mb(process: u32) -> f64 {
    let status = read(&format!("/proc/{process}/status"));
    let kib: Option<f64> = field(&status, "VmRSS:").and_then(|kib| kib.parse().ok());
    kib.unwrap_or_default() * KIB / 1e6
}

/// The processor time, in s, that processes begun by this one, and by those, have used so far, by the name of their program.
#[must_use]
pub fn busy() -> BTreeMap<String, f64> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes: BTreeMap<u32, Stat> = entries
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            Some((id, Stat::parse(&read(&format!("/proc/{id}/stat")))?))
        })
        .collect();
    let parent = |id: &u32| processes.get(id).map(|stat| stat.parent);
    let mut busy = BTreeMap::new();
    for stat in processes.values() {
        if std::iter::successors(Some(stat.parent), parent).any(|id| id == std::process::id()) {
            *busy.entry(stat.name.clone()).or_default() += stat.seconds;
        }
    }
    busy
}

/// What the kernel tells of a process.
struct Stat {
    name: String,
    parent: u32,
    /// What it and its ended children have used.
    seconds: f64,
}

impl Stat {
    fn parse(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('(')?.1.rsplit_once(')')?;
        let words: Vec<&str> = rest.split_whitespace().collect();
        let ticks: Option<Vec<f64>> = words.get(11..15)?.iter().map(|ticks| ticks.parse().ok()).collect();
        let seconds = ticks?.iter().sum::<f64>() / TICKS_PER_SECOND;
        Some(Self { name: name.to_owned(), parent: words.get(1)?.parse().ok()?, seconds })
    }
}

/// In ms.
#[must_use]
pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// A count as a figure.
#[must_use]
pub fn count(number: impl TryInto<i64>) -> f64 {
    number.try_into().map_or(f64::INFINITY, |number| number as f64)
}

/// The kind of file system that a folder lies on.
#[must_use]
pub fn file_system(folder: &Path) -> String {
    let mounts = read("/proc/self/mounts");
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    // Of those that are mounted at the same place, the last is what is seen.
    let nearest = mounts.filter(|(at, _)| folder.starts_with(at)).max_by_key(|(at, _)| at.len());
    nearest.map_or("unknown", |(_, kind)| kind).to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The word after `name` at the beginning of a line.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_begun_and_is_busy_is_told_by_name() {
        let mut child = std::process::Command::new("sh").args(["-c", "while :; do :; done"]).spawn().expect("a shell");
        let (begun, is_told) = (Instant::now(), || busy().get("sh").is_some_and(|seconds| *seconds > 0.0));
        while !is_told() && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let told = busy();
        child.kill().and_then(|()| child.wait()).expect("it ends");
        assert!(told.get("sh").is_some_and(|seconds| *seconds > 0.0), "{told:?}");
        let odd = Stat::parse("7 (a) b) S 5 7 7 0 -1 0 0 0 0 0 100 50 25 25 20 0").expect("a process");
        assert_eq!((odd.name.as_str(), odd.parent, odd.seconds), ("a) b", 5, 2.0));
    }

    #[test]
    fn a_count_stays_what_it_is() {
        assert_eq!((count(u64::from(u32::MAX) + 1), count(7_usize)), (4_294_967_296.0, 7.0));
    }

    #[test]
    fn a_folder_lies_on_some_file_system() {
        assert_eq!(file_system(Path::new("/proc/self/fd")), "proc");
        assert_ne!(file_system(Path::new("/")), "unknown");
    }

    #[test]
    fn this_process_holds_some_memory_on_some_machine() {
        assert!(resident_mb(std::process::id()) > 1.0);
        let mut machine = Machine::this("18".into(), file_system(Path::new("/")));
        machine.listen();
        assert!(machine.processors > 0 && machine.memory_gib > 0.1 && machine.noise() >= 1.0);
    }
}
