//! `chaos`: hurts the product, and tells what came of it.

use std::{path::PathBuf, process::ExitCode, time::Duration};

#[cfg(feature = "planted")]
use chaos::planted;
use chaos::{
    clients::{self, Load},
    mounts::begin_with_own_mounts,
    plan::{Kind, Plan},
    run::{self, Options},
};
use clap::{Args, Parser, Subcommand, value_parser};

/// Hurts the running product on a seeded plan, and checks what clients were told.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything, hurt it, and check
    Run(Run),
    /// Show what a seed would hurt
    Plan(Chosen),
    #[cfg(feature = "planted")]
    Planted(Planted),
}

#[derive(Args)]
struct Chosen {
    /// What the plan is drawn from; several, one run each
    #[arg(long, value_delimiter = ',', default_values_t = [1])]
    seed: Vec<u64>,
    /// For how long faults come, in each run
    #[arg(long, default_value_t = 150)]
    seconds: u64,
    /// Only these kinds of faults; all, unless given
    #[arg(long, value_delimiter = ',')]
    only: Vec<Kind>,
    /// How many seconds each fault lasts that is not over at once; a few, as is drawn, unless given
    #[arg(long)]
    lasts: Option<u64>,
}

#[derive(Args)]
struct Run {
    #[command(flatten)]
    chosen: Chosen,
    /// How many seconds it is left alone after it was well again; half of one, unless given
    #[arg(long)]
    calm: Option<u64>,
    /// How many clients ask at once
    #[arg(long, default_value_t = 16, value_parser = value_parser!(u32).range(1..))]
    clients: u32,
    /// How many have an account, and with it a workspace; where they are fewer than clients, several act for one
    #[arg(long, default_value_t = 200, value_parser = value_parser!(u32).range(1..))]
    people: u32,
    /// Commands a second, all clients together
    #[arg(long, default_value_t = 300, value_parser = value_parser!(u32).range(1..))]
    rate: u32,
    /// How many of a hundred commands are about the twenty goals that all clients change
    #[arg(long, default_value_t = clients::SHARED_PERCENT, value_parser = value_parser!(u32).range(..=100))]
    shared: u32,
    /// So many times the bound may it take to be well again: more than one on a machine that has other things to do
    #[arg(long, default_value_t = 1, value_parser = value_parser!(u32).range(1..))]
    patience: u32,
    /// The program under test; the momentum beside this program, unless given
    #[arg(long)]
    momentum: Option<PathBuf>,
    /// The same in its next version; momentum-next beside it, if that is there, unless given
    #[arg(long)]
    next: Option<PathBuf>,
    /// Which of its planted bugs the program makes, if it has any
    #[arg(long)]
    bug: Option<String>,
}

/// Plant bugs in a copy of the product, and see that each is found
#[cfg(feature = "planted")]
#[derive(Args)]
struct Planted {
    /// Only these bugs; all, unless given
    #[arg(long, value_delimiter = ',', value_parser = planted::named)]
    only: Vec<&'static planted::bugs::Bug>,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// For how long faults come, in each run
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// How the product is built
    #[arg(long, default_value = "dev")]
    profile: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::Plan(Chosen { seed, seconds, only, lasts }) => {
            let (time, lasts) = (Duration::from_secs(seconds), lasts.map(Duration::from_secs));
            seed.into_iter().for_each(|seed| print!("{}", Plan::draw(seed, time, &only, lasts)));
            Ok(ExitCode::SUCCESS)
        }
        Command::Run(asked) => run_all(asked).await,
        #[cfg(feature = "planted")]
        Command::Planted(asked) => find_planted(asked).await,
    }
}

#[cfg(feature = "planted")]
async fn find_planted(asked: Planted) -> anyhow::Result<ExitCode> {
    begin_with_own_mounts()?;
    let program = planted::source::build(&std::env::current_dir()?, &asked.profile).await?;
    let search = planted::Search { program, seed: asked.seed, time: Duration::from_secs(asked.seconds) };
    let bugs = if asked.only.is_empty() { planted::bugs::BUGS.iter().collect() } else { asked.only };
    Ok(if search.for_all(&bugs).await? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run_all(asked: Run) -> anyhow::Result<ExitCode> {
    begin_with_own_mounts()?;
    let momentum = match asked.momentum {
        Some(path) => std::path::absolute(path)?,
        None => std::env::current_exe()?.with_file_name("momentum"),
    };
    let beside = momentum.with_file_name("momentum-next");
    let next = asked.next.or_else(|| beside.is_file().then_some(beside));
    let mut is_clean = true;
    for seed in asked.chosen.seed {
        println!("Seed {seed}:");
        let options = Options {
            seed,
            time: Duration::from_secs(asked.chosen.seconds),
            only: asked.chosen.only.clone(),
            lasts: asked.chosen.lasts.map(Duration::from_secs),
            calm: asked.calm.map_or(run::CALM, Duration::from_secs),
            load: Load { clients: asked.clients, people: asked.people, rate: asked.rate, shared: asked.shared },
            patience: asked.patience,
            momentum: momentum.clone(),
            next: next.clone(),
            bug: asked.bug.clone(),
        };
        let verdict = run::run(&options).await?;
        println!("{verdict}");
        is_clean &= verdict.is_clean();
    }
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
