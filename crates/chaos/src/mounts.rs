//! A table of mounts of this program's own.
//!
//! Whoever else begins one of theirs takes along what is mounted in the one they leave, and keeps it: a volume without
//! power would be unmounted and mounted here, and be as dead as before. And what is mounted in one's own is gone with its
//! last process, however that ends.

use std::{
    convert::Infallible,
    fs::read_link,
    os::unix::process::{CommandExt, parent_id},
    process::{Command, Stdio},
};

use anyhow::Context;

const UNSHARE: [&str; 3] = ["--mount", "--propagation", "private"];

/// Begins this program anew, with mounts of its own; goes on where it has them, or may have none.
pub fn begin_with_own_mounts() -> anyhow::Result<()> {
    let table = |process: &str| read_link(format!("/proc/{process}/ns/mnt")).ok();
    let has_own = table("self") != table(&parent_id().to_string());
    if has_own || !may_have_own() {
        return Ok(());
    }
    begin_anew().map(|never| match never {})
}

fn may_have_own() -> bool {
    let mut tried = Command::new("unshare");
    tried.args(UNSHARE).arg("true").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    tried.status().is_ok_and(|status| status.success())
}

fn begin_anew() -> anyhow::Result<Infallible> {
    let program = std::env::current_exe().context("this program cannot be found")?;
    let failed = Command::new("unshare").args(UNSHARE).arg(program).args(std::env::args_os().skip(1)).exec();
    Err(failed).context("unshare cannot be run")
}
