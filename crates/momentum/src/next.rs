//! The `momentum` binary of a next version, for the test of a change that rolls.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use momentum::{Cli, run};

/// A request is many small pieces of memory, which this one is quicker with than the system's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

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
