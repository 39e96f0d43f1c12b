//! The vault's dump: people's wrapped keys and their credentials, as they are now, in a file of its own.
//!
//! Each dump takes the place of the one before. So who was erased is in none, and a restore to whatever instant does not
//! bring them back.

use std::{
    fs::{self, File},
    path::Path,
};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use embedded::keep_private;
use runtime::VaultKeys;
use serde::Deserialize;
use serde_json::value::RawValue;
use sqlx::PgConnection;
use tokio::io::BufReader;
use uuid::Uuid;

use super::folder::BackupFolder;
use crate::events::{
    export,
    line::{Header, Line, Reader, Writer},
};

/// What stands in the dump.
pub struct Dump {
    /// Rows of `vault.keys`.
    pub keys: Vec<Box<RawValue>>,
    /// Rows of `identity.accounts`.
    pub accounts: Vec<Box<RawValue>>,
    /// Rows of `identity.erasures`.
    pub erasures: Vec<Box<RawValue>>,
    key_check: Option<String>,
}

/// What is needed of a key's row to see whether it opens. Who was erased has a row without a key.
#[derive(Deserialize)]
struct KeyRow {
    owner: Uuid,
    master: Option<i16>,
    wrapped: Option<String>,
}

/// Writes a new dump in the place of the last one, unless that one says the same.
pub async fn dump(folder: &BackupFolder, connection: &mut PgConnection) -> anyhow::Result<()> {
    let mut snapshot =
        sqlx::Connection::begin_with(connection, "begin isolation level repeatable read read only").await?;
    let header = Header { events: 0, ..export::header(&mut snapshot, true).await? };
    let kept = fs::read(folder.vault()).unwrap_or_default();
    let exported_at = instant_of(&kept).unwrap_or(header.exported_at);
    if content(Header { exported_at, ..header.clone() }, &mut snapshot).await? != kept {
        keep_private(&folder.vault(), &content(header, &mut snapshot).await?)?;
    }
    Ok(snapshot.rollback().await?)
}

/// When a dump was made, if it is one.
fn instant_of(dump: &[u8]) -> Option<DateTime<Utc>> {
    let first = dump.split(|byte| *byte == b'\n').next()?;
    let Ok(Line::Header(header)) = serde_json::from_slice(first) else { return None };
    Some(header.exported_at)
}

async fn content(header: Header, connection: &mut PgConnection) -> anyhow::Result<Vec<u8>> {
    let mut content = vec![];
    let mut writer = Writer::new(&mut content);
    writer.write(&Line::Header(header)).await?;
    export::vault(connection, &mut writer).await?;
    writer.finish().await?;
    Ok(content)
}

impl Dump {
    /// Reads the dump, which must be whole.
    pub async fn read(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let mut reader = Reader::new(BufReader::new(tokio::fs::File::from_std(file)));
        let header = reader.header().await?;
        let mut dump = Self { keys: vec![], accounts: vec![], erasures: vec![], key_check: header.key_check };
        while let Some(line) = reader.next().await? {
            match line {
                Line::Key(row) => dump.keys.push(row),
                Line::Account(row) => dump.accounts.push(row),
                Line::Erasure(row) => dump.erasures.push(row),
                Line::Event(_) | Line::Header(_) | Line::Trailer(_) => {
                    bail!("{} is no dump of a vault", path.display())
                }
            }
        }
        Ok(dump)
    }

    /// Refuses keys other than those that the dump belongs to, before anything is restored that could not be opened.
    pub fn check(&self, keys: &VaultKeys) -> anyhow::Result<()> {
        let check = hex(&keys.index_key.check());
        ensure!(
            self.key_check.as_ref().is_none_or(|made_with| *made_with == check),
            "the backup was made with another index key: put the installation's keys in place first (the folder keys/ of \
             its data folder, or vault.index_key and vault.master_key)"
        );
        let rows = self.keys.iter().map(|row| serde_json::from_str(row.get())).collect::<Result<Vec<KeyRow>, _>>()?;
        let opens = |row: &KeyRow| {
            let wrapped = unhex(row.wrapped.as_ref()?.strip_prefix("\\x")?)?;
            keys.keyring.opens(row.owner, row.master?, &wrapped).then_some(())
        };
        let mut with_key = rows.iter().filter(|row| row.wrapped.is_some()).peekable();
        let is_ours = with_key.peek().is_none() || with_key.any(|row| opens(row).is_some());
        ensure!(
            is_ours,
            "the backup's keys are wrapped by another master key: put the installation's keys in place first"
        );
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
