//! `momentum events`: the log as a file of JSON lines, out of one installation and into another.

pub mod export;
mod import;
pub mod line;

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use tokio::{
    fs::{File, OpenOptions, remove_file, rename},
    io::{AsyncBufRead, AsyncWrite, AsyncWriteExt, BufReader, BufWriter, stdin, stdout},
};

use self::line::Counts;
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
            let told = if asked.file == Path::new(STANDARD) {
                export_to(servers, &mut stdout(), asked.with_vault).await?
            } else {
                export_to_file(servers, &asked).await?
            };
            eprintln!("exported {told}");
        }
        EventsCommand::Import(asked) => {
            let told = import::import(servers, reader(&asked.file).await?).await?;
            eprintln!("imported {told}; the log has a new history id");
        }
    }
    Ok(())
}

/// It may hold keys and credentials, so nobody else may read it, and none that is there is replaced. It may become the only
/// copy there is, so it has its name once all of it is on the disk.
async fn export_to_file(servers: &Servers, asked: &ExportCommand) -> anyhow::Result<Counts> {
    let file = asked.file.as_path();
    ensure!(!file.try_exists()?, "{} cannot be made: it is there already", file.display());
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    let _ = remove_file(&unfinished).await;
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).await;
    let mut output = opened.with_context(|| format!("{} cannot be made", unfinished.display()))?;
    let written = async {
        let told = export_to(servers, &mut output, asked.with_vault).await?;
        output.sync_all().await?;
        rename(&unfinished, file).await?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).await?.sync_all().await?;
        anyhow::Ok(told)
    };
    let written = written.await;
    if written.is_err() {
        let _ = remove_file(&unfinished).await;
    }
    written.with_context(|| format!("{} cannot be written", file.display()))
}

async fn export_to(
    servers: &Servers,
    output: &mut (impl AsyncWrite + Send + Unpin),
    with_vault: bool,
) -> anyhow::Result<Counts> {
    let mut output = BufWriter::with_capacity(BUFFER_BYTES, output);
    let told = export::export(servers, &mut output, with_vault).await?;
    output.flush().await.context("the file cannot be written")?;
    Ok(told)
}

async fn reader(file: &Path) -> anyhow::Result<Box<dyn AsyncBufRead + Send + Unpin>> {
    if file == Path::new(STANDARD) {
        return Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, stdin())));
    }
    let opened = OpenOptions::new().read(true).open(file).await;
    let opened = opened.with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, opened)))
}
