//! The `momentum` binary.

use std::process::ExitCode;

use clap::Parser;
use momentum::{Cli, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The whole chain, one line: it may be all that someone sees of a service that does not start.
            eprintln!("momentum: {error:#}");
            ExitCode::FAILURE
        }
    }
}
