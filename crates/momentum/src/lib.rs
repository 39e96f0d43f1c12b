//! The product put together: every role as a subcommand, the embedded default, administration.

mod admin;
mod backup;
mod cli;
mod demo;
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
use runtime::config::{self, Environment};

pub use crate::{
    cli::Cli,
    rebuild::{Home, homes},
};
use crate::{
    cli::{Command, ConfigCommand},
    servers::Servers,
};

/// Does what was typed. In a box, so that all of it is compiled here, and not in each program that runs it.
pub fn run(cli: Cli) -> LocalBoxFuture<'static, anyhow::Result<()>> {
    Box::pin(act(cli))
}

async fn act(cli: Cli) -> anyhow::Result<()> {
    // What needs no configuration works without one.
    match &cli.command {
        Command::Openapi => {
            println!("{}", openapi::document_json()?);
            return Ok(());
        }
        Command::Completions { shell } => {
            manual::print_completions(*shell);
            return Ok(());
        }
        Command::Man { folder } => return manual::write_pages(folder),
        Command::NatsKeys { folder } => return print_nats_keys(folder),
        _ => {}
    }
    let environment = Environment::of_process();
    let effective = config::load(&cli.config, &environment)?;
    if let Command::Config(ConfigCommand::Print) = cli.command {
        print!("{}", effective.print());
        return Ok(());
    }
    if let Command::Healthcheck = cli.command {
        return healthcheck::run(&effective.config).await;
    }
    if let Command::Demo(asked) = &cli.command {
        return demo::run(&effective.config, asked).await;
    }
    let telemetry = runtime::telemetry::start(&effective.config.log, &environment)?;
    let metrics = telemetry.metrics.clone();
    if let Command::Restore(asked) = &cli.command {
        return backup::restore(&effective.config, &environment, asked).await;
    }
    let servers = match cli.command {
        Command::Up => Servers::start(effective.config, &environment).await?,
        _ => Servers::join(effective.config, &environment).await?,
    };
    let outcome = match cli.command {
        Command::Up => roles::run(&roles::Role::ALL, &servers, metrics).await,
        Command::CommandApi => roles::run(&[roles::Role::CommandApi], &servers, metrics).await,
        Command::QueryApi => roles::run(&[roles::Role::QueryApi], &servers, metrics).await,
        Command::Projector => roles::run(&[roles::Role::Projector], &servers, metrics).await,
        Command::Analytics => roles::run(&[roles::Role::Analytics], &servers, metrics).await,
        Command::Migrate => migrate::run(&servers).await,
        Command::Rebuild(asked) => rebuild::run(&servers, &asked).await,
        Command::Parked => parked::list(&servers).await,
        Command::Unpark(asked) => parked::take_up(&servers, &asked).await,
        Command::Verify(asked) => verify::run(&servers, &asked).await,
        Command::Backup(asked) => backup::run(&servers, &asked).await,
        Command::Events(asked) => events::run(&servers, asked).await,
        Command::Admin(asked) => admin::run(&servers, asked).await,
        Command::Vault(asked) => vault::run(&servers, &asked).await,
        Command::Openapi
        | Command::Completions { .. }
        | Command::Man { .. }
        | Command::NatsKeys { .. }
        | Command::Config(_)
        | Command::Healthcheck
        | Command::Demo(_)
        | Command::Restore(_) => Ok(()),
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
