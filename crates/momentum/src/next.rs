//! The `momentum` binary of a next version, for the test of a change that rolls.

use std::process::ExitCode;

use clap::Parser;
use momentum::{Cli, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("momentum-next: {error:#}");
            ExitCode::FAILURE
        }
    }
}
