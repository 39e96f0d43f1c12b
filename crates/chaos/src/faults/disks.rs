//! Disks that are full, and volumes that lose power.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::{
    process::Command,
    time::{Instant, sleep},
};

use super::{Outcome, Scene, nats::copy};

/// What a full disk still has, in bytes: enough to start on.
const ROOM_BYTES: u64 = 64 * 1024;
/// Files take whole pages.
const PAGE_BYTES: u64 = 4096;
/// What it has when there is space again.
const SPACE: &str = "2g";
/// How large the volumes are on which power can be cut. They take as much as is in them.
const VOLUME_BYTES: u64 = 8 << 30;
/// A volume that somebody still has open is tried again for so long.
const BUSY_MAX: Duration = Duration::from_secs(20);
const BUSY_PAUSE: Duration = Duration::from_millis(50);
/// Shuts a file system down as if its power were cut: nothing that is not on the disk yet gets there. The number is that of
/// `EXT4_IOC_SHUTDOWN`, and 2 says that not even the journal is flushed. Perl is on every Debian, and needs no compiler.
const CUT: &str = "open(F, '<', $ARGV[0]) or die $!; my $how = pack('L', 2); ioctl(F, 0x8004587d, $how) or die $!";

/// Whether this process may mount at all.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Two volumes in files, one for each server, on which power can be cut.
pub(crate) struct Volume {
    /// The file, and where it is mounted.
    parts: Vec<(PathBuf, PathBuf)>,
}

impl Volume {
    /// Makes and mounts them below the servers' folder; or says why that cannot be done here.
    pub async fn make(place: &Path) -> Result<Self, String> {
        if !is_root() {
            return Err("only root can mount volumes".to_owned());
        }
        let mut parts = vec![];
        for server in ["postgres", "nats"] {
            let (image, home) = (place.join(format!("{server}.img")), place.join("servers").join(server));
            let made = async {
                std::fs::create_dir_all(&home)?;
                File::create(&image)?.set_len(VOLUME_BYTES)?;
                run("mkfs.ext4", &["-q".as_ref(), "-F".as_ref(), image.as_ref()]).await?;
                mount(&image, &home).await
            };
            made.await.map_err(|error| format!("no volume can be made: {error:#}"))?;
            parts.push((image, home));
        }
        Ok(Self { parts })
    }

    async fn cut(&self) -> anyhow::Result<()> {
        for (_, home) in &self.parts {
            run("perl", &["-e".as_ref(), CUT.as_ref(), home.as_ref()]).await?;
        }
        Ok(())
    }

    async fn mount_again(&self) -> anyhow::Result<()> {
        for (image, home) in &self.parts {
            // A small disk that an earlier fault put there is gone with the power.
            unmount_within(home).await;
            let give_up = Instant::now() + BUSY_MAX;
            while let Err(error) = run("umount", &[home.as_ref()]).await {
                if Instant::now() > give_up {
                    return Err(error);
                }
                sleep(BUSY_PAUSE).await;
            }
            mount(image, home).await?;
        }
        Ok(())
    }
}

impl Scene {
    /// The machine loses power: what the disks did not have is gone. It comes back, and starts everything.
    pub(super) async fn cut_power(&self) -> anyhow::Result<Outcome> {
        let Some(volume) = &self.volume else {
            return Ok(Outcome::NotHere("the servers' files are not on a volume of their own".to_owned()));
        };
        volume.cut().await?;
        self.cluster.servers.while_down(async || volume.mount_again().await).await?;
        Ok(Outcome::Done)
    }

    /// The nats-server's disk fills up; later there is space again, and nobody restarts anything.
    pub(super) async fn fill_store(&self, lasts: Duration) -> anyhow::Result<Outcome> {
        if !is_root() {
            return Ok(Outcome::NotHere("only root can give the nats-server a small disk".to_owned()));
        }
        let store = self.cluster.servers.nats_store().to_owned();
        let size = format!("{}", bytes_in(&store) + ROOM_BYTES);
        if is_mounted(&store)? {
            resize(&store, &size).await?;
        } else {
            let aside = self.cluster.setting.place.join("store-aside");
            let small = async || {
                copy(&store, &aside)?;
                let options = format!("size={size}");
                let words = ["-t", "tmpfs", "-o", &options, "tmpfs"].map(AsRef::as_ref);
                run("mount", &[&words[..], &[store.as_os_str()]].concat()).await?;
                copy(&aside, &store)
            };
            if let Err(error) = self.cluster.servers.while_nats_is_down(small).await {
                return Ok(Outcome::NotHere(format!("no small disk can be made: {error:#}")));
            }
        }
        sleep(lasts).await;
        resize(&store, SPACE).await?;
        Ok(Outcome::Done)
    }
}

/// Unmounts whatever is mounted below a folder, so that it can be removed.
pub(crate) async fn unmount_below(place: &Path) {
    unmount(|path| path.starts_with(place)).await;
}

/// The same, but for the folder itself.
async fn unmount_within(home: &Path) {
    unmount(|path| path.starts_with(home) && path != home).await;
}

async fn unmount(which: impl Fn(&Path) -> bool) {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    for path in mounts.lines().filter_map(|line| line.split(' ').nth(1)).filter(|path| which(Path::new(path))) {
        // What stays is told by whoever removes the folder.
        drop(run("umount", &["-l".as_ref(), path.as_ref()]).await);
    }
}

async fn mount(image: &Path, home: &Path) -> anyhow::Result<()> {
    run("mount", &["-o".as_ref(), "loop".as_ref(), image.as_ref(), home.as_ref()]).await
}

async fn resize(store: &Path, size: &str) -> anyhow::Result<()> {
    let options = format!("remount,size={size}");
    run("mount", &["-o".as_ref(), options.as_ref(), store.as_ref()]).await
}

fn is_mounted(store: &Path) -> anyhow::Result<bool> {
    let mounts = std::fs::read_to_string("/proc/mounts")?;
    Ok(mounts.lines().any(|line| line.split(' ').nth(1).is_some_and(|path| Path::new(path) == store)))
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { bytes_in(&entry.path()) } else { bytes_of(&entry) }).sum()
}

fn bytes_of(entry: &std::fs::DirEntry) -> u64 {
    entry.metadata().map(|found| found.len().next_multiple_of(PAGE_BYTES)).unwrap_or_default()
}

async fn run(program: &str, words: &[&std::ffi::OsStr]) -> anyhow::Result<()> {
    let command = Command::new(program).args(words).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = command.await.with_context(|| format!("{program} cannot be run"))?;
    if !output.status.success() {
        bail!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
