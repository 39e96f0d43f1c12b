//! Volumes in files: mounted, cut off from their power, and mounted again.

use std::{
    ffi::OsStr,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::Command,
    time::{Instant, sleep},
};

/// How large the volumes are on which power can be cut. They take as much as is in them.
const VOLUME_BYTES: u64 = 8 << 30;
/// What is busy is tried again for so long.
const BUSY_MAX: Duration = Duration::from_secs(20);
const BUSY_PAUSE: Duration = Duration::from_millis(50);
/// Shuts a file system down as if its power were cut: nothing that is not on the disk yet gets there. The number is that of
/// `EXT4_IOC_SHUTDOWN`, and 2 says that not even the journal is flushed. Perl is on every Debian, and needs no compiler.
const CUT: &str = "open(F, '<', $ARGV[0]) or die $!; my $how = pack('L', 2); ioctl(F, 0x8004587d, $how) or die $!";

/// Whether this process may mount at all.
pub(super) fn is_root() -> bool {
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
                fs::create_dir_all(&home)?;
                File::create(&image)?.set_len(VOLUME_BYTES)?;
                run("mkfs.ext4", &["-q".as_ref(), "-F".as_ref(), image.as_ref()]).await?;
                mount(&image, &home).await
            };
            made.await.map_err(|error| format!("no volume can be made: {error:#}"))?;
            parts.push((image, home));
        }
        Ok(Self { parts })
    }

    /// From now on, nothing gets to the disks any more.
    pub async fn cut(&self) -> anyhow::Result<()> {
        for (_, home) in &self.parts {
            run("perl", &["-e".as_ref(), CUT.as_ref(), home.as_ref()]).await.context("power cannot be cut")?;
        }
        Ok(())
    }

    /// Has power again, with what is on the disks, and nobody left who was there before.
    pub async fn mount_again(&self) -> anyhow::Result<()> {
        for (image, home) in &self.parts {
            unmount_below(home).await?;
            while_busy(async || mount(image, home).await).await?;
            // Mounted while somebody kept the old one, it would be as dead as that.
            let alive = home.join("powered");
            let written = File::create(&alive).and_then(|file| file.sync_all()).and_then(|()| fs::remove_file(&alive));
            written.context("a volume has no power although it was mounted anew")?;
        }
        Ok(())
    }
}

/// Unmounts whatever is mounted at a folder and below, the latest first. Who is still there ends first, as all do whose
/// machine loses power: the killed Postgres may leave sessions behind that wait for ever for what another had in hand.
pub(crate) async fn unmount_below(folder: &Path) -> anyhow::Result<()> {
    for path in mounts()?.iter().rev().filter(|path| path.starts_with(folder)) {
        while_busy(async || {
            holders(path).for_each(|pid| _ = kill_process(pid, Signal::KILL));
            run("umount", &[path.as_ref()]).await
        })
        .await?;
    }
    Ok(())
}

/// Whether something is mounted there.
pub(super) fn is_mounted(path: &Path) -> anyhow::Result<bool> {
    Ok(mounts()?.iter().any(|mounted| mounted == path))
}

/// Where something is mounted, in the order in which that was done.
fn mounts() -> anyhow::Result<Vec<PathBuf>> {
    let mounts = fs::read_to_string("/proc/mounts").context("nobody tells what is mounted")?;
    Ok(mounts.lines().filter_map(|line| line.split(' ').nth(1)).map(PathBuf::from).collect())
}

/// The processes but this one that work in a folder, or have a file of it open.
fn holders(folder: &Path) -> impl Iterator<Item = Pid> {
    let is_there = move |link: PathBuf| fs::read_link(link).is_ok_and(|target| target.starts_with(folder));
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten().filter(move |process| {
        let mut files = fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten();
        is_there(process.path().join("cwd")) || files.any(|file| is_there(file.path()))
    });
    let pids = processes.filter_map(|process| Pid::from_raw(process.file_name().to_str()?.parse().ok()?));
    pids.filter(|pid| *pid != rustix::process::getpid())
}

async fn mount(image: &Path, home: &Path) -> anyhow::Result<()> {
    run("mount", &["-o".as_ref(), "loop".as_ref(), image.as_ref(), home.as_ref()]).await
}

/// Tries until it works; after far too long, fails with what was in the way the last time.
async fn while_busy(work: impl AsyncFn() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let give_up = Instant::now() + BUSY_MAX;
    while let Err(error) = work().await {
        if Instant::now() > give_up {
            return Err(error.context(format!("tried for {} s", BUSY_MAX.as_secs())));
        }
        sleep(BUSY_PAUSE).await;
    }
    Ok(())
}

/// Runs a program to its end, and fails with what it said.
pub(super) async fn run(program: &str, words: &[&OsStr]) -> anyhow::Result<()> {
    let command = Command::new(program).args(words).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = command.await.with_context(|| format!("{program} cannot be run"))?;
    if !output.status.success() {
        bail!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{os::unix::process::CommandExt, process::Child};

    use super::*;

    fn sleep_in(folder: &Path, input: impl Into<Stdio>) -> Child {
        std::process::Command::new("sleep")
            .arg("60")
            .current_dir(folder)
            .stdin(input)
            .process_group(0)
            .spawn()
            .expect("runs")
    }

    #[test]
    fn whoever_works_in_a_folder_or_has_a_file_open_there_holds_it() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = fs::canonicalize(place.path()).expect("there");
        let own = File::create_new(folder.join("file")).expect("made");
        assert_eq!(holders(&folder).count(), 0, "this process does not count");
        let mut sleepers = [sleep_in(&folder, Stdio::null()), sleep_in(Path::new("/"), own)];
        let mut found: Vec<_> = holders(&folder).map(|pid| pid.as_raw_pid().unsigned_abs()).collect();
        found.sort_unstable();
        let mut expected = sleepers.each_ref().map(Child::id);
        expected.sort_unstable();
        for sleeper in &mut sleepers {
            sleeper.kill().and_then(|()| sleeper.wait()).expect("ended");
        }
        assert_eq!(found, expected);
    }
}
