//! The nats-server away, and its store damaged.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use rustix::process::Signal;
use tokio::time::sleep;

use super::{Outcome, Scene};
use crate::{
    chance::Chance,
    plan::{Fault, Kind},
};

/// So many bits flip.
const FLIPS: usize = 20;

impl Scene {
    pub(super) async fn hurt_nats(&self, fault: Fault) -> anyhow::Result<Outcome> {
        let servers = &self.cluster.servers;
        match fault.kind {
            Kind::NatsPause => {
                servers.signal_nats(Signal::STOP).await;
                sleep(fault.lasts).await;
                servers.signal_nats(Signal::CONT).await;
            }
            Kind::NatsAway => {
                let away = async || {
                    sleep(fault.lasts).await;
                    Ok(())
                };
                return Ok(Outcome::Done(servers.while_nats_is_down(away).await?));
            }
            _ => servers.signal_nats(Signal::KILL).await,
        }
        Ok(Outcome::done())
    }

    pub(super) async fn hurt_store(&self, fault: Fault, mut chance: Chance) -> anyhow::Result<Outcome> {
        let servers = &self.cluster.servers;
        let streams = servers.nats_store().join("jetstream");
        let over = match fault.kind {
            Kind::NatsRollback => {
                let older = self.cluster.setting.place.join("older-streams");
                remove(&older)?;
                copy(&streams, &older)?;
                sleep(fault.lasts).await;
                let roll_back = async || {
                    remove(&streams)?;
                    copy(&older, &streams)
                };
                servers.while_nats_is_down(roll_back).await?
            }
            Kind::NatsFlip => servers.while_nats_is_down(async || flip(&streams, &mut chance)).await?,
            _ => servers.while_nats_is_down(async || remove(&streams)).await?,
        };
        Ok(Outcome::Done(over))
    }
}

/// Flips bits anywhere in the messages that streams keep.
fn flip(folder: &Path, chance: &mut Chance) -> anyhow::Result<()> {
    let mut blocks = vec![];
    files(folder, &mut blocks)?;
    blocks.retain(|path| path.extension().is_some_and(|extension| extension == "blk"));
    for _ in 0..FLIPS {
        let Some(path) = chance.pick(&blocks) else { break };
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let length = usize::try_from(file.metadata()?.len())?;
        if length == 0 {
            continue;
        }
        let place = SeekFrom::Start(chance.below(length) as u64);
        let mut byte = [0];
        file.seek(place)?;
        file.read_exact(&mut byte)?;
        file.seek(place)?;
        file.write_all(&[byte[0] ^ (1 << chance.below(8))])?;
    }
    Ok(())
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() { files(&entry.path(), found)? } else { found.push(entry.path()) }
    }
    Ok(())
}

/// Copies a folder that may change meanwhile, to a disk that may be full: what is gone by then was not there, and what does
/// not fit is missing.
pub(super) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    for entry in entries.flatten() {
        let (path, copy_path) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &copy_path)?;
        } else if let Ok(mut file) = File::open(&path) {
            let _ = File::create(copy_path).and_then(|mut copied| std::io::copy(&mut file, &mut copied));
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_flip_in_messages_and_nowhere_else() {
        let place = tempfile::tempdir().expect("a folder");
        let (block, index) = (place.path().join("msgs/1.blk"), place.path().join("msgs/index.db"));
        fs::create_dir_all(place.path().join("msgs")).expect("made");
        for path in [&block, &index] {
            fs::write(path, vec![0; 10_000]).expect("written");
        }
        flip(place.path(), &mut Chance::new(7)).expect("flipped");
        let ones = |path: &Path| {
            fs::read(path)
                .expect("there")
                .iter()
                .map(|byte| usize::try_from(byte.count_ones()).expect("few"))
                .sum::<usize>()
        };
        assert_eq!(ones(&index), 0);
        assert!((FLIPS - 4..=FLIPS).contains(&ones(&block)), "{}", ones(&block));
    }

    #[test]
    fn a_copy_is_whole() {
        let place = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(place.path().join("a/b")).expect("made");
        fs::write(place.path().join("a/b/c"), "content").expect("written");
        copy(&place.path().join("a"), &place.path().join("d")).expect("copied");
        assert_eq!(fs::read_to_string(place.path().join("d/b/c")).expect("there"), "content");
    }
}
