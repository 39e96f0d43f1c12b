//! Runs both servers in a folder until told to end: by hand while developing, and as the parent that the tests kill.
//!
//! `cargo run -p embedded -- FOLDER` prints two addresses and two process ids, a line each.

use std::env;
use std::path::Path;
use std::process::ExitCode;

use embedded::{Folder, NatsOptions, NatsServer, Postgres, PostgresOptions, Tools};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("name the folder to run in");
        return ExitCode::FAILURE;
    };
    match run(Path::new(&folder)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let tools = Tools::find(None, None);
    let folder = Folder::open(folder)?;
    let postgres = Postgres::start(&folder, &tools.postgres_bin()?, &PostgresOptions::default()).await?;
    let nats = NatsServer::start(&folder, &tools.nats_server()?, &NatsOptions::default()).await?;
    println!("{}\n{}", postgres.url(), nats.url());
    println!("{}\n{}", postgres.pid().unwrap_or_default(), nats.pid().unwrap_or_default());
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    nats.stop().await;
    postgres.stop().await;
    Ok(())
}
