//! `momentum events`: the log as a file of JSON lines, out of one installation and into another.

pub mod export;
mod import;
pub mod line;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use tokio::{
    fs::OpenOptions,
    io::{AsyncBufRead, AsyncWrite, AsyncWriteExt, BufReader, BufWriter, stdin, stdout},
};

use crate::servers::Servers;

/// What stands for standard input or output.
const STANDARD: &str = "-";
/// So much is read or written at once.
const BUFFER_BYTES: usize = 256 * 1024;

#[derive(Subcommand)]
pub enum EventsCommand {
    /// Write every event to a file, personal text sealed as it is
    Export(ExportCommand),
    /// Fill an empty installation from such a file, while Momentum does not run on it
    Import(ImportCommand),
}

/// What to write, and where.
#[derive(Args)]
pub struct ExportCommand {
    /// A new file, or - for standard output
    file: PathBuf,
    /// Add people's wrapped keys and their credentials, so that text opens and people sign in where the same keys are
    #[arg(long)]
    with_vault: bool,
}

/// Where to read from.
#[derive(Args)]
pub struct ImportCommand {
    /// The file, or - for standard input
    file: PathBuf,
}

/// Does what is asked.
pub async fn run(servers: &Servers, asked: EventsCommand) -> anyhow::Result<()> {
    match asked {
        EventsCommand::Export(asked) => {
            let mut output = BufWriter::with_capacity(BUFFER_BYTES, writer(&asked.file).await?);
            let told = export::export(servers, &mut output, asked.with_vault).await?;
            output.flush().await.context("the file cannot be written")?;
            eprintln!("exported {told}");
        }
        EventsCommand::Import(asked) => {
            let told = import::import(servers, reader(&asked.file).await?).await?;
            eprintln!("imported {told}; the log has a new history id");
        }
    }
    Ok(())
}

/// It may hold keys and credentials, so nobody else may read it, and none that is there is replaced.
async fn writer(file: &Path) -> anyhow::Result<Box<dyn AsyncWrite + Send + Unpin>> {
    if file == Path::new(STANDARD) {
        return Ok(Box::new(stdout()));
    }
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).await;
    Ok(Box::new(opened.with_context(|| format!("{} cannot be made", file.display()))?))
}

async fn reader(file: &Path) -> anyhow::Result<Box<dyn AsyncBufRead + Send + Unpin>> {
    if file == Path::new(STANDARD) {
        return Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, stdin())));
    }
    let opened = OpenOptions::new().read(true).open(file).await;
    let opened = opened.with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, opened)))
}
