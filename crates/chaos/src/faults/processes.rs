//! Processes that are killed, stand still, run beside others of another version, or have the wrong time.

use std::{io::Write, time::Duration};

use anyhow::Context;
use rustix::process::Signal;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::{Outcome, Scene};
use crate::{
    chance::Chance,
    cluster::{Member, Program, Role},
    plan::{Fault, Kind},
};

/// The pause between two kills of a series.
const KILL_INTERVAL: Duration = Duration::from_secs(1);
/// A rebuild is killed within this, in ms.
const REBUILD_KILLED_WITHIN_MS: u64 = 3_000;
/// A rebuild of a run's log takes no longer.
const REBUILD_MAX: Duration = Duration::from_secs(90);
const REBUILD_PAUSE: Duration = Duration::from_millis(500);
/// Clocks of those who serve jump this far: less than a session lives, or than a command's id may be ahead.
const JUMP_SECS: [i64; 4] = [-3_600, -60, 60, 3_600];
/// Clocks of who closes weeks jump past the end of one.
const JUMP_OVER_A_WEEK_SECS: i64 = 8 * 24 * 3_600;

impl Scene {
    pub(super) async fn hurt_processes(&self, fault: Fault, mut chance: Chance) -> anyhow::Result<Outcome> {
        let processes = &self.cluster.processes;
        match fault.kind {
            Kind::KillAll => processes.values().for_each(|process| process.signal(Signal::KILL)),
            Kind::KillEach => {
                let until = Instant::now() + fault.lasts;
                while Instant::now() < until {
                    let members = Member::all();
                    let chosen = chance.pick(&members).and_then(|member| processes.get(member));
                    chosen.context("nobody to kill")?.signal(Signal::KILL);
                    sleep(KILL_INTERVAL).await;
                }
            }
            Kind::Pause => {
                let process = processes.get(&fault.member()).context("no such process")?;
                process.signal(Signal::STOP);
                sleep(fault.lasts).await;
                process.signal(Signal::CONT);
            }
            _ => processes.get(&fault.member()).context("no such process")?.signal(Signal::KILL),
        }
        Ok(Outcome::done())
    }

    /// Rebuilds everything, and again if that is killed in the middle.
    pub(super) async fn rebuild(&self, mut chance: Chance) -> anyhow::Result<Outcome> {
        let program = self.cluster.administration(&["rebuild"]);
        let killed_after = chance.millis(0, REBUILD_KILLED_WITHIN_MS);
        let mut first = self.cluster.start_beside(&program, "rebuild")?;
        if timeout(killed_after, first.wait()).await.is_ok_and(|ended| ended.is_ok_and(|status| status.success())) {
            return Ok(Outcome::done());
        }
        first.kill().await?;
        let give_up = Instant::now() + REBUILD_MAX;
        loop {
            let ended = timeout_at(give_up, self.cluster.start_beside(&program, "rebuild")?.wait()).await;
            let Ok(status) = ended else { return Ok(Outcome::Wrong("a rebuild does not end".to_owned())) };
            if status?.success() {
                return Ok(Outcome::done());
            }
            // Other faults may have taken its database away.
            if Instant::now() > give_up {
                return Ok(Outcome::Wrong("a rebuild fails; its log says why".to_owned()));
            }
            sleep(REBUILD_PAUSE).await;
        }
    }

    pub(super) async fn run_next_version(&self, lasts: Duration) -> anyhow::Result<Outcome> {
        let Some(next) = &self.cluster.setting.next else {
            return Ok(Outcome::NotHere("there is no program of a next version beside momentum".to_owned()));
        };
        let mut running = vec![];
        for role in [Role::Analytics, Role::Projector] {
            let words = [role.word(), "--set", "server.admin_listen=127.0.0.1:0"];
            let program = Program { path: next.clone(), ..self.cluster.administration(&words) };
            running.push(self.cluster.start_beside(&program, &format!("next-{}", role.word()))?);
        }
        sleep(lasts).await;
        for mut process in running {
            process.kill().await?;
        }
        Ok(Outcome::done())
    }

    /// Sets the clock of a process, and back.
    pub(super) async fn jump(&self, fault: Fault, mut chance: Chance) -> anyhow::Result<Outcome> {
        if self.cluster.setting.clock_library.is_none() {
            return Ok(Outcome::NotHere("libfaketime is not here; `scripts/setup clock` fetches it".to_owned()));
        }
        let member = fault.member();
        let seconds = match member.role {
            Role::Analytics => JUMP_OVER_A_WEEK_SECS,
            Role::CommandApi | Role::QueryApi | Role::Projector => *chance.pick(&JUMP_SECS).unwrap_or(&0),
        };
        let clock = self.cluster.clock_of(member);
        set(&clock, seconds)?;
        sleep(fault.lasts).await;
        set(&clock, 0)?;
        Ok(Outcome::done())
    }
}

/// Says how far ahead a clock is, all at once, for those who read it meanwhile.
fn set(clock: &std::path::Path, seconds: i64) -> anyhow::Result<()> {
    let unfinished = clock.with_extension("new");
    std::fs::File::create(&unfinished).and_then(|mut file| write!(file, "{seconds:+}"))?;
    Ok(std::fs::rename(unfinished, clock)?)
}
