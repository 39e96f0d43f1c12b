//! Disks that are full, and volumes that lose power.

use std::{path::Path, time::Duration};

use tokio::time::sleep;

use super::{
    Outcome, Scene,
    nats::copy,
    volume::{is_mounted, is_root, run},
};

/// What a full disk still has, in bytes: enough to start on.
const ROOM_BYTES: u64 = 64 * 1024;
/// Files take whole pages.
const PAGE_BYTES: u64 = 4096;
/// So often is a disk made small that has more on it by then than was measured.
const SHRINK_TRIES_MAX: usize = 20;
/// What it has when there is space again.
const SPACE: &str = "size=2g";

impl Scene {
    /// The machine loses power: what the disks did not have is gone. It comes back, and starts everything.
    pub(super) async fn cut_power(&self) -> anyhow::Result<Outcome> {
        let Some(volume) = &self.volume else {
            return Ok(Outcome::NotHere("the servers' files are not on a volume of their own".to_owned()));
        };
        let lost = self.cluster.servers.lose_power(async || volume.cut().await, async || volume.mount_again().await);
        Ok(Outcome::Done(lost.await?))
    }

    /// The nats-server's disk fills up; later there is space again, and nobody restarts anything.
    pub(super) async fn fill_store(&self, lasts: Duration) -> anyhow::Result<Outcome> {
        if !is_root() {
            return Ok(Outcome::NotHere("only root can give the nats-server a small disk".to_owned()));
        }
        let store = self.cluster.servers.nats_store().to_owned();
        if is_mounted(&store)? {
            shrink(&store).await?;
        } else if let Err(error) = self.move_to_small_disk(&store).await? {
            return Ok(Outcome::NotHere(format!("no small disk can be made: {error:#}")));
        }
        sleep(lasts).await;
        resize(&store, SPACE).await?;
        Ok(Outcome::done())
    }

    /// Puts what the nats-server keeps on a disk of its own. The inner error is that this machine has none to give.
    async fn move_to_small_disk(&self, store: &Path) -> anyhow::Result<anyhow::Result<()>> {
        let (aside, size) = (self.cluster.setting.place.join("store-aside"), hardly_more_than(store));
        let mut made = Ok(());
        let small = async || {
            copy(store, &aside)?;
            let words = ["-t", "tmpfs", "-o", &size, "tmpfs"].map(AsRef::as_ref);
            made = run("mount", &[&words[..], &[store.as_os_str()]].concat()).await;
            copy(&aside, store)
        };
        self.cluster.servers.while_nats_is_down(small).await?;
        Ok(made)
    }
}

/// Leaves a disk hardly more than is on it.
async fn shrink(store: &Path) -> anyhow::Result<()> {
    let mut shrunk = Ok(());
    for _ in 0..SHRINK_TRIES_MAX {
        shrunk = resize(store, &hardly_more_than(store)).await;
        // The server goes on writing: by now there may be more than was measured, which no disk can be too small for.
        if shrunk.is_ok() {
            break;
        }
    }
    shrunk
}

fn hardly_more_than(store: &Path) -> String {
    format!("size={}", bytes_in(store) + ROOM_BYTES)
}

async fn resize(store: &Path, size: &str) -> anyhow::Result<()> {
    let options = format!("remount,{size}");
    run("mount", &["-o".as_ref(), options.as_ref(), store.as_ref()]).await
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { bytes_in(&entry.path()) } else { bytes_of(&entry) }).sum()
}

fn bytes_of(entry: &std::fs::DirEntry) -> u64 {
    entry.metadata().map(|found| found.len().next_multiple_of(PAGE_BYTES)).unwrap_or_default()
}
