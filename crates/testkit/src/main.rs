//! Runs a command with one Postgres and one nats-server for all the tests in it.
//!
//! `testkit COMMAND…` tells the command where they are and ends with its exit code. `testkit --database COMMAND…` gives
//! it a migrated database as well, as `DATABASE_URL`, for what checks SQL against one.

use std::env;
use std::ffi::OsString;
use std::io::{IsTerminal, stdin};
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use anyhow::Context;
use embedded::Tools;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use sqlx::{AssertSqlSafe, PgPool};
use testkit::servers::{NATS_VARIABLE, OwnNats, OwnPostgres, POSTGRES_15_VARIABLE, POSTGRES_VARIABLE, given};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep, timeout_at};

/// Who is told to end has so long to do so.
const END_WAIT_MAX: Duration = Duration::from_secs(10);
const LOOK_PAUSE: Duration = Duration::from_millis(20);

/// Queries name the tables of these without their schema.
const SEARCH_PATH: &str = "read, analytics, public";

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let mut words = env::args_os().skip(1).peekable();
    let with_database = words.next_if(|word| word == "--database").is_some();
    let command: Vec<_> = words.collect();
    let (program, arguments) = command.split_first().context("name the command to run")?;

    let mut own = Own::default();
    let ran = run(&mut own, with_database, program, arguments).await;
    own.stop().await;
    let status = ran?;
    // A shell tells a death by a signal in the same way.
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    Ok(code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The servers that this process started and has to end.
#[derive(Default)]
struct Own {
    postgres: Option<OwnPostgres>,
    postgres_15: Option<OwnPostgres>,
    nats: Option<OwnNats>,
}

impl Own {
    /// Starts what the environment does not name, and tells it as variables.
    async fn start(&mut self) -> anyhow::Result<Vec<(&'static str, String)>> {
        let mut variables = Vec::new();
        if given(POSTGRES_VARIABLE).is_none() {
            let postgres = self.postgres.insert(OwnPostgres::start(None).await?);
            variables.push((POSTGRES_VARIABLE, postgres.admin_url()));
        }
        if given(NATS_VARIABLE).is_none() {
            let nats = self.nats.insert(OwnNats::start().await?);
            variables.push((NATS_VARIABLE, nats.url()));
        }
        if given(POSTGRES_15_VARIABLE).is_none() && Tools::debian_postgres_bin(15).is_some() {
            let postgres = self.postgres_15.insert(OwnPostgres::start(Some(15)).await?);
            variables.push((POSTGRES_15_VARIABLE, postgres.admin_url()));
        }
        Ok(variables)
    }

    async fn stop(self) {
        for postgres in [self.postgres, self.postgres_15].into_iter().flatten() {
            postgres.stop().await;
        }
        if let Some(nats) = self.nats {
            nats.stop().await;
        }
    }
}

async fn run(
    own: &mut Own,
    with_database: bool,
    program: &OsString,
    arguments: &[OsString],
) -> anyhow::Result<ExitStatus> {
    let mut terminate = signal(SignalKind::terminate())?;
    // The command's end is awaited after Ctrl-C, too; left alone, that would end this process first.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let variables = own.start().await?;
    let mut command = Command::new(program);
    // What cargo tells this program about its own package is not about the command's, and would make it rebuild.
    for (name, _value) in env::vars_os().filter(|(name, _value)| is_about_this_package(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command.args(arguments).envs(variables.iter().cloned());
    let admin_url = variables.iter().find(|(name, _url)| *name == POSTGRES_VARIABLE).map(|(_name, url)| url.clone());
    let database = match with_database {
        true => Some(database(admin_url.or_else(|| given(POSTGRES_VARIABLE)).context("a Postgres is there")?).await?),
        false => None,
    };
    command.envs(database.iter().map(|database| ("DATABASE_URL", database.url())));
    // Who reads from a terminal has to stay in its group. All others get one of their own, to be ended as a whole.
    let has_group = !stdin().is_terminal();
    if has_group {
        command.process_group(0);
    }
    let mut child = command.spawn().with_context(|| format!("could not run {}", program.display()))?;
    let group = child.id().filter(|_| has_group).and_then(|id| Pid::from_raw(id.cast_signed()));
    loop {
        tokio::select! {
            status = child.wait() => return Ok(status?),
            _ = terminate.recv() => return end(child, group).await,
            _ = interrupt.recv() => {
                let _ = group.map(|group| kill_process_group(group, Signal::INT));
            }
        }
    }
}

/// Ends the command, and with it its group, if it has one: what it started may take longer than itself.
async fn end(mut child: Child, group: Option<Pid>) -> anyhow::Result<ExitStatus> {
    let Some(group) = group else {
        child.start_kill()?;
        return Ok(child.wait().await?);
    };
    // The only refusal possible is that nobody is left.
    let _ = kill_process_group(group, Signal::TERM);
    let give_up = Instant::now() + END_WAIT_MAX;
    let ended = timeout_at(give_up, child.wait()).await;
    while test_kill_process_group(group).is_ok() && Instant::now() < give_up {
        sleep(LOOK_PAUSE).await;
    }
    let _ = kill_process_group(group, Signal::KILL);
    match ended {
        Ok(status) => Ok(status?),
        Err(_) => Ok(child.wait().await?),
    }
}

/// A migrated database in which unqualified names are found as they are in production.
async fn database(admin_url: String) -> anyhow::Result<testkit::TestDatabase> {
    let database = testkit::database_on(&admin_url).await;
    let pool: &PgPool = database.pool();
    let name: String = sqlx::query_scalar("select current_database()").fetch_one(pool).await?;
    let sql = format!("alter database {name} set search_path = {SEARCH_PATH}");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await?;
    Ok(database)
}

fn is_about_this_package(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|prefix| variable.starts_with(prefix))
}
