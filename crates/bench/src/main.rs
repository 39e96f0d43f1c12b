//! The bench: see `make bench`, `make bench-quick` and `make soak`.

use std::{
    ffi::OsString,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use bench::{
    baseline, document,
    followers::{self, Following},
    measure::{Group, Stage},
    plan::Plan,
    product::Program,
    rebuild_killed::{self, Killing},
    redelivered::{self, Redelivering},
    report::{Report, Table},
    servers::Servers,
    soak,
};
use chaos::run::{Interrupted, unless_ended};
use clap::{Parser, Subcommand};

/// Momentum's speed against baselines taken in the same run.
#[derive(Parser)]
struct Cli {
    /// The program to measure; the one in this program, unless given
    #[arg(long, global = true)]
    momentum: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure, and print tables
    Run {
        /// Less of everything: within three minutes
        #[arg(long)]
        quick: bool,
        /// Only these; all, unless given
        #[arg(long, value_delimiter = ',')]
        only: Vec<Group>,
        /// Grow the log to so many million events at last
        #[arg(long)]
        millions: Option<u64>,
        /// Where the figures go as JSON
        #[arg(long, default_value = "target/bench.json")]
        json: PathBuf,
        /// Where the page about them goes
        #[arg(long)]
        page: Option<PathBuf>,
    },
    /// Half of the most for an hour, in which nothing may grow
    Soak {
        /// For so long
        #[arg(long, default_value_t = 60)]
        minutes: u64,
    },
    /// Have the log followed while many write, and transactions stay open all around: nobody may miss anything
    Followers {
        #[command(flatten)]
        asked: Following,
    },
    /// Rebuild a long log under load, killed again and again: it must end, with the same rows
    RebuildKilled {
        #[command(flatten)]
        asked: Killing,
    },
    /// Have messages come twice, late and in another order, while many write: every read model must be as one made anew
    Redelivered {
        #[command(flatten)]
        asked: Redelivering,
    },
    /// Make the page about figures that were kept as JSON, in one run or several
    Page {
        /// The figures; of a table that is in several, those of the last
        #[arg(required = true)]
        json: Vec<PathBuf>,
        /// The page
        #[arg(long)]
        page: PathBuf,
    },
    /// Serve the baseline
    #[command(hide = true)]
    Baseline {
        #[arg(long)]
        listen: SocketAddr,
        #[arg(long)]
        database: String,
    },
    /// Run as momentum
    #[command(hide = true)]
    Momentum {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<OsString>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Cli { momentum, command } = Cli::parse();
    let say = |line: String| println!("{line}");
    match command {
        Command::Run { quick, only, millions, json, page } => {
            let mut plan = if quick { Plan::quick() } else { Plan::full() };
            plan.events.extend(millions.map(|millions| millions * 1_000_000));
            let report = on_own_servers(plan, momentum, async |stage| stage.measure(&only, tell).await).await?;
            write(&json, &serde_json::to_string_pretty(&report)?)?;
            println!("noise: a fixed piece of work took up to {:.2} times its shortest", report.machine.noise());
            page.map_or(Ok(()), |page| write(&page, &document::page(&report)))
        }
        Command::Soak { minutes } => {
            let lasts = Duration::from_secs(minutes * 60);
            on_own_servers(Plan::full(), momentum, async |stage| soak::soak(stage, lasts, tell).await).await
        }
        Command::Followers { asked } => {
            on_own_servers(Plan::full(), momentum, async |stage| followers::run(stage, asked, say).await).await
        }
        Command::RebuildKilled { asked } => {
            on_own_servers(Plan::full(), momentum, async |stage| rebuild_killed::run(stage, asked, say).await).await
        }
        Command::Redelivered { asked } => {
            on_own_servers(Plan::full(), momentum, async |stage| redelivered::run(stage, asked, say).await).await
        }
        Command::Page { json, page } => {
            let read = |path: &PathBuf| Ok(serde_json::from_str::<Report>(&fs::read_to_string(path)?)?);
            let mut reports = json.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?.into_iter();
            let first = reports.next().context("no figures")?;
            write(&page, &document::page(&reports.fold(first, Report::and)))
        }
        Command::Baseline { listen, database } => baseline::http::serve(listen, &database).await,
        Command::Momentum { words } => {
            let words = std::iter::once("momentum".into()).chain(words);
            momentum::run(momentum::Cli::parse_from(words)).await
        }
    }
}

/// Starts servers, does something on them, and stops them and all else whatever came of it.
async fn on_own_servers<T>(
    plan: Plan,
    momentum: Option<PathBuf>,
    work: impl AsyncFnOnce(&Stage) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let servers = Servers::start().await?;
    let program = momentum.map_or_else(Program::own, |path| Ok(Program(vec![path.into()])));
    let worked = async {
        let bench = std::env::current_exe()?;
        work(&Stage { plan, servers: servers.addresses(), program: program?, bench }).await
    };
    let outcome = unless_ended(worked).await;
    servers.stop().await;
    outcome?.ok_or(Interrupted)?
}

fn tell(table: &Table) {
    println!("{}\n{table}", table.how);
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, text)?)
}
