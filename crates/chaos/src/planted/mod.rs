//! Planted bugs: proof that the harness finds what it looks for.
//!
//! Each is a mistake in the product, made in a copy of its source ([`source`]), and is to be found by one of the checks
//! that are there for it, under faults that bring it out. The same plan without the bug must find nothing.

pub mod bugs;
pub mod source;

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use tokio::time::Instant;

use self::bugs::{BUGS, Bug};
use crate::{
    clients::{Load, SHARED_PERCENT},
    plan::Kind,
    run::{self, Interrupted, Options},
    verdict::Verdict,
};

/// A bug that does not show by chance is given so many seeds to show.
const SEEDS_MAX: u64 = 3;
/// Fewer people and commands than in other runs: what is looked for is there soon.
const LOAD: Load = Load { clients: 8, people: 24, rate: 80, shared: SHARED_PERCENT };
/// A debug build takes its time to be well again.
const PATIENCE: u32 = 3;

/// The bug of this name.
pub fn named(name: &str) -> Result<&'static Bug, String> {
    BUGS.iter().find(|bug| bug.name == name).ok_or_else(|| {
        let names: Vec<_> = BUGS.iter().map(|bug| bug.name).collect();
        format!("there is no such bug; there are {}", names.join(", "))
    })
}

/// How bugs are looked for.
#[derive(Clone, Debug)]
pub struct Search {
    /// The program that has them all.
    pub program: PathBuf,
    /// The first seed.
    pub seed: u64,
    /// For how long faults come, in each run.
    pub time: Duration,
}

impl Search {
    /// Looks for each of these bugs, and then for nothing, under the plans that found them, where there is none. Tells
    /// whether all was as it should be.
    pub async fn for_all(&self, bugs: &[&'static Bug]) -> anyhow::Result<bool> {
        let (mut as_expected, mut plans) = (true, BTreeSet::new());
        for bug in bugs {
            match self.finds(bug).await? {
                Some(seed) => drop(plans.insert((bug.faults, seed))),
                None => as_expected = false,
            }
        }
        for (faults, seed) in plans {
            as_expected &= self.finds_nothing(faults, seed).await?;
        }
        Ok(as_expected)
    }

    /// The seed with which a bug is found, by a check that is there for it.
    async fn finds(&self, bug: &'static Bug) -> anyhow::Result<Option<u64>> {
        let begun = Instant::now();
        let mut met = BTreeSet::new();
        for seed in self.seed..self.seed + SEEDS_MAX {
            let verdict = match self.run(seed, bug.faults, Some(bug)).await {
                Ok(verdict) => verdict,
                Err(error) if error.is::<Interrupted>() => return Err(error),
                Err(error) => {
                    println!("{:28} no run with seed {seed}: {error:#}", bug.name);
                    continue;
                }
            };
            let checks = verdict.checks_that_found();
            if let Some(check) = bug.found_by.iter().find(|check| checks.contains(check)) {
                let (name, seconds) = (bug.name, begun.elapsed().as_secs());
                println!("{name:28} found after {seconds:3} s, with seed {seed}: not so: {check}");
                forget(&verdict)?;
                return Ok(Some(seed));
            }
            met.extend(checks);
        }
        println!("{:28} NOT FOUND, though: {}. What else was found: {met:?}", bug.name, bug.mistake);
        Ok(None)
    }

    /// Whether nothing is found where no bug is chosen.
    async fn finds_nothing(&self, faults: &[Kind], seed: u64) -> anyhow::Result<bool> {
        let names: Vec<_> = faults.iter().map(|kind| kind.name()).collect();
        let verdict = self.run(seed, faults, None).await?;
        if verdict.is_clean() {
            println!("{:28} nothing is found, with seed {seed}, under {}", "no bug", names.join(", "));
        } else {
            println!("{verdict}\nThis WAS FOUND though no bug was chosen.");
        }
        Ok(verdict.is_clean())
    }

    async fn run(&self, seed: u64, faults: &[Kind], bug: Option<&'static Bug>) -> anyhow::Result<Verdict> {
        run::run(&Options {
            seed,
            time: self.time,
            only: faults.to_vec(),
            lasts: None,
            calm: run::CALM,
            load: LOAD,
            patience: PATIENCE,
            momentum: self.program.clone(),
            next: None,
            bug: bug.map(|bug| bug.name.to_owned()),
        })
        .await
    }
}

/// Removes what a run kept: a bug that was found as it should be is nothing to look into.
fn forget(verdict: &Verdict) -> anyhow::Result<()> {
    verdict.kept.as_ref().map_or(Ok(()), |kept| Ok(std::fs::remove_dir_all(kept)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks;

    #[test]
    fn every_bug_has_a_name_faults_and_a_check_that_there_is() {
        let names: BTreeSet<_> = BUGS.iter().map(|bug| bug.name).collect();
        assert_eq!(names.len(), BUGS.len());
        assert!(BUGS.len() >= 12);
        let of_histories: BTreeSet<_> = checks::ALL.iter().map(|(check, _)| *check).collect();
        let of_runs = include_str!("../run.rs");
        for bug in BUGS {
            assert!(!bug.faults.is_empty() && !bug.found_by.is_empty(), "{}", bug.name);
            for check in bug.found_by {
                assert!(of_histories.contains(check) || of_runs.contains(&format!("\"{check}\"")), "{check}");
            }
        }
    }
}
