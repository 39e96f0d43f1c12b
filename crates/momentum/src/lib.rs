//! The product put together: every role as a subcommand, the embedded default, administration.

mod admin;
mod backup;
mod cli;
mod demo;
mod descriptors;
pub mod docs;
mod events;
mod healthcheck;
mod manual;
mod migrate;
pub mod openapi;
mod parked;
pub mod privileges;
mod progress;
mod rebuild;
pub mod roles;
mod servers;
mod service_manager;
mod vault;
mod verify;
mod version;
mod web;

use std::path::Path;

use futures::future::LocalBoxFuture;
use runtime::config::{self, Config, ConfigFlags, Environment};

pub use crate::{
    cli::Cli,
    rebuild::{Home, homes},
};
use crate::{
    cli::{Alone, Command, ConfigCommand, Configured, OnServers},
    roles::Role,
    servers::Servers,
};

/// Does what was typed. In a box, so that all of it is compiled here, and not in each program that runs it.
pub fn run(cli: Cli) -> LocalBoxFuture<'static, anyhow::Result<()>> {
    Box::pin(act(cli))
}

async fn act(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Alone(command) => alone(command),
        Command::Configured(command) => configured(command, &cli.config).await,
        Command::OnServers(command) => {
            descriptors::take_all();
            on_servers(command, &cli.config).await
        }
    }
}

fn alone(command: Alone) -> anyhow::Result<()> {
    match command {
        Alone::Openapi => println!("{}", openapi::document_json()?),
        Alone::Completions { shell } => manual::print_completions(shell),
        Alone::Man { folder } => manual::write_pages(&folder)?,
        Alone::NatsKeys { folder } => print_nats_keys(&folder)?,
    }
    Ok(())
}

async fn configured(command: Configured, flags: &ConfigFlags) -> anyhow::Result<()> {
    let environment = Environment::of_process();
    let effective = config::load(flags, &environment)?;
    match command {
        Configured::Config(ConfigCommand::Print) => {
            print!("{}", effective.print());
            Ok(())
        }
        Configured::Healthcheck => healthcheck::run(&effective.config).await,
        Configured::Demo(asked) => demo::run(&effective.config, &asked).await,
        Configured::Backup(asked) => {
            logging(&effective.config, &environment, backup::run(&effective.config, &environment, &asked)).await
        }
        Configured::Restore(asked) => {
            logging(&effective.config, &environment, backup::restore(&effective.config, &environment, &asked)).await
        }
    }
}

/// Does some work that logs.
async fn logging(
    config: &Config,
    environment: &Environment,
    work: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let telemetry = runtime::telemetry::start(&config.log, environment)?;
    let outcome = work.await;
    telemetry.finish().await;
    outcome
}

async fn on_servers(command: OnServers, flags: &ConfigFlags) -> anyhow::Result<()> {
    let environment = Environment::of_process();
    let effective = config::load(flags, &environment)?;
    let telemetry = runtime::telemetry::start(&effective.config.log, &environment)?;
    let metrics = telemetry.metrics.clone();
    let servers = match command {
        OnServers::Up => Servers::start(effective.config, &environment).await?,
        _ if command.may_begin() => Servers::join(effective.config, &environment).await?,
        _ => Servers::join_there(effective.config, &environment).await?,
    };
    let outcome = match command {
        OnServers::Up => roles::run(&Role::ALL, &servers, metrics).await,
        OnServers::CommandApi => roles::run(&[Role::CommandApi], &servers, metrics).await,
        OnServers::QueryApi => roles::run(&[Role::QueryApi], &servers, metrics).await,
        OnServers::Projector => roles::run(&[Role::Projector], &servers, metrics).await,
        OnServers::Analytics => roles::run(&[Role::Analytics], &servers, metrics).await,
        OnServers::Migrate => migrate::run_alone(&servers).await,
        OnServers::Rebuild(asked) => rebuild::run(&servers, &asked).await,
        OnServers::Parked => parked::list(&servers).await,
        OnServers::Unpark(asked) => parked::take_up(&servers, &asked).await,
        OnServers::Verify(asked) => verify::run(&servers, &asked).await,
        OnServers::Events(asked) => events::run(&servers, asked).await,
        OnServers::Admin(asked) => admin::run(&servers, asked).await,
        OnServers::Vault(asked) => vault::run(&servers, &asked).await,
    };
    servers.stop().await;
    telemetry.finish().await;
    outcome
}

/// Makes the nkeys that are missing. What is printed is their public halves.
fn print_nats_keys(folder: &Path) -> anyhow::Result<()> {
    for (variable, public) in embedded::NatsKeys::open(folder)?.variables()? {
        println!("{variable}={public}");
    }
    Ok(())
}
