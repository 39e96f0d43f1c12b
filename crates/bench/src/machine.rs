//! The machine: what it is, how busy others keep it, and what a process of it holds.

use std::{fs, time::Duration};

use chrono::{DateTime, Utc};
use domain::Clock;
use runtime::SystemClock;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// So many steps does the fixed piece of work have that shows how quick the machine is at the moment.
const STEPS: u64 = 20_000_000;
const KIB: f64 = 1024.0;

/// What figures were taken on, and how quiet it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// When the run began.
    pub at: DateTime<Utc>,
    /// The processor's name.
    pub processor: String,
    /// How many of them.
    pub processors: usize,
    /// Its memory, in GiB.
    pub memory_gib: f64,
    /// Postgres, as it tells its version.
    pub postgres: String,
    /// The processes that wanted to run in the minute before, on average. On a quiet machine, next to none.
    pub load_before: f64,
    /// How long a fixed piece of work took between the measurements, in ms: on a quiet machine always the same.
    pub noise_ms: Vec<f64>,
    /// How long the run took, in s.
    pub took_s: f64,
}

impl Machine {
    /// This one, now.
    #[must_use]
    pub fn this(postgres: String) -> Self {
        let cpuinfo = read("/proc/cpuinfo");
        let memory: Option<f64> = field(&read("/proc/meminfo"), "MemTotal:").and_then(|kib| kib.parse().ok());
        Self {
            at: SystemClock.now(),
            processor: cpuinfo.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("unknown").into(),
            processors: std::thread::available_parallelism().map_or(1, Into::into),
            memory_gib: memory.unwrap_or_default() / KIB / KIB,
            postgres,
            load_before: read("/proc/loadavg").split(' ').next().and_then(|load| load.parse().ok()).unwrap_or_default(),
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

/// In ms.
#[must_use]
pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// A count as a figure.
#[must_use]
pub fn count(number: impl TryInto<u32>) -> f64 {
    number.try_into().map_or(f64::MAX, f64::from)
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
    fn this_process_holds_some_memory_on_some_machine() {
        assert!(resident_mb(std::process::id()) > 1.0);
        let mut machine = Machine::this("18".into());
        machine.listen();
        assert!(machine.processors > 0 && machine.memory_gib > 0.1 && machine.noise() >= 1.0);
    }
}
