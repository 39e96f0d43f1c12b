//! Who runs Postgres when root may not.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::{AtFlags, Dir, Gid, Mode, OFlags, Uid};
use rustix::io::Errno;

use crate::error::{Error, Result, on};
use crate::folder::{SYSTEM_FOLDER, make_enterable};

/// Preferred first. `nobody` is on every system, and often shared by other services, so it comes last.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// How a folder is opened, and nothing else.
const A_FOLDER: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// A user of this machine other than root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

impl User {
    /// Whether this process may become another user at all.
    pub fn is_root() -> bool {
        rustix::process::geteuid().is_root()
    }

    /// Who runs Postgres on this cluster: nobody else unless this is root; then the owner of the cluster if there is
    /// one, since Postgres insists on that.
    pub fn for_postgres(cluster: &Path) -> Result<Option<Self>> {
        if !Self::is_root() {
            return Ok(None);
        }
        let passwd = Path::new("/etc/passwd");
        let users = parse(&fs::read_to_string(passwd).map_err(on("read", passwd))?);
        let owner = fs::metadata(cluster).map(|found| found.uid()).ok().filter(|uid| *uid != 0);
        let chosen = match owner {
            Some(uid) => users.into_iter().find(|user| user.uid == uid),
            None => CANDIDATES
                .iter()
                .find_map(|name| users.iter().find(|user| user.name == *name && user.uid != 0).cloned()),
        };
        chosen.map(Some).ok_or_else(|| match owner {
            Some(uid) => Error::OwnerUnknown { cluster: cluster.to_path_buf(), uid },
            None => Error::NobodyToRunPostgres,
        })
    }

    /// Whether this user can enter a folder or run a program. Asked of the system by trying, since groups, access lists
    /// and mounts have a say in it too.
    pub fn reaches(&self, path: &Path) -> bool {
        Command::new("/bin/sh")
            .args(["-c", "test -x \"$1\"", "sh"])
            .arg(path)
            .current_dir("/")
            .uid(self.uid)
            .gid(self.gid)
            .stdin(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Gives a file or folder, but nothing in it, to this user. Of a link it gives the link: where the user may rename what
    /// lies there, it could lead anywhere.
    pub fn own(&self, path: &Path) -> Result<()> {
        lchown(path, Some(self.uid), Some(self.gid)).map_err(on("give away", path))
    }

    /// Gives a folder and all that is in it to this user, and follows no link.
    pub fn own_all(&self, folder: &Path) -> Result<()> {
        let given = rustix::fs::open(folder, A_FOLDER, Mode::empty()).and_then(|opened| self.own_in(&opened));
        given.map_err(|error| on("give away", folder)(error.into()))
    }

    fn own_in(&self, folder: &OwnedFd) -> rustix::io::Result<()> {
        let (uid, gid) = (Some(Uid::from_raw(self.uid)), Some(Gid::from_raw(self.gid)));
        rustix::fs::fchown(folder, uid, gid)?;
        for entry in Dir::read_from(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            match rustix::fs::openat(folder, name, A_FOLDER, Mode::empty()) {
                Ok(inner) => self.own_in(&inner)?,
                // No folder, or a link.
                Err(Errno::NOTDIR | Errno::LOOP) => {
                    rustix::fs::chownat(folder, name, uid, gid, AtFlags::SYMLINK_NOFOLLOW)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The folder of Postgres' programs, or a copy of the installation where this user can reach it.
    pub fn reachable_bin(&self, bin: &Path) -> Result<PathBuf> {
        if self.reaches(&bin.join("postgres")) {
            return Ok(bin.to_path_buf());
        }
        let bin = fs::canonicalize(bin).map_err(on("find", bin))?;
        let installation = bin.parent().unwrap_or(&bin);
        let copies = Path::new(SYSTEM_FOLDER).join("tools");
        let copy = copies.join(copy_name(installation, &bin.join("postgres"))?);
        if !copy.is_dir() {
            make_enterable(&copies)?;
            copy_whole(installation, &copy)?;
        }
        let bin = copy.join("bin");
        if self.reaches(&bin.join("postgres")) {
            return Ok(bin);
        }
        Err(Error::Unreachable { user: self.name.clone(), path: bin })
    }
}

/// Another version has another size and time, so a copy under this name is the right one.
fn copy_name(installation: &Path, program: &Path) -> Result<String> {
    let found = fs::metadata(program).map_err(on("look at", program))?;
    let name = installation.file_name().unwrap_or_default().to_string_lossy();
    Ok(format!("{name}.{}.{}", found.size(), found.mtime()))
}

/// Copies a folder so that others see all of it or none.
fn copy_whole(from: &Path, to: &Path) -> Result<()> {
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(format!(".{}", std::process::id()));
    let unfinished = PathBuf::from(unfinished);
    let copied = Command::new("cp").arg("-RPp").args([from, &unfinished]).status();
    let renamed = match copied {
        Ok(status) if status.success() => fs::rename(&unfinished, to),
        Ok(status) => Err(std::io::Error::other(format!("cp ended with {status}"))),
        Err(error) => Err(error),
    };
    if renamed.is_err() {
        let _ = fs::remove_dir_all(&unfinished);
    }
    // Another process may have been first, which is as good.
    if to.is_dir() { Ok(()) } else { renamed.map_err(on("copy Postgres to", to)) }
}

/// The users in the text of `/etc/passwd`; lines of another shape are passed over.
fn parse(passwd: &str) -> Vec<User> {
    let user = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(User { name, uid, gid })
    };
    passwd.lines().filter_map(user).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_read_from_passwd_and_odd_lines_passed_over() {
        let text = "root:x:0:0:root:/root:/bin/bash\n# comment\n+::::::\npostgres:x:101:104:,,,:/var/lib:/bin/bash\n";
        let names: Vec<_> = parse(text).into_iter().map(|user| (user.name, user.uid, user.gid)).collect();
        assert_eq!(names, [("root".into(), 0, 0), ("postgres".into(), 101, 104)]);
    }

    #[test]
    fn what_is_given_away_is_what_lies_there_and_nothing_that_links_lead_to() {
        if !User::is_root() {
            return; // Nobody else gives anything away.
        }
        let folder = tempfile::TempDir::new().expect("folder");
        let (given, kept) = (folder.path().join("given"), folder.path().join("kept"));
        for path in [&given, &given.join("inner"), &kept] {
            fs::create_dir(path).expect("folder");
        }
        for path in [given.join("inner/file"), kept.join("file")] {
            fs::write(path, "").expect("file");
        }
        std::os::unix::fs::symlink(&kept, given.join("folder")).expect("link");
        std::os::unix::fs::symlink(kept.join("file"), given.join("file")).expect("link");
        let user = User { name: "somebody".to_owned(), uid: 12_345, gid: 12_345 };
        user.own_all(&given).expect("given");
        let owner = |path: &Path| fs::metadata(path).expect("metadata").uid();
        assert_eq!([&given, &given.join("inner"), &given.join("inner/file")].map(|path| owner(path)), [12_345; 3]);
        assert_eq!([&kept, &kept.join("file")].map(|path| owner(path)), [0; 2]);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&kept, &link).expect("link");
        assert!(user.own_all(&link).is_err(), "it is no folder");
        user.own(&link).expect("given");
        assert_eq!(owner(&kept), 0);
    }
}
