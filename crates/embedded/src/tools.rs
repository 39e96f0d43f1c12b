//! Where the programs of Postgres and nats-server are on this machine.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Error, Result, on};

/// The folder that `scripts/setup` fills, in the checkout.
const TOOLS_FOLDER: &str = ".tools";

/// Where Debian puts each major version of Postgres.
const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";

/// The places to look in, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tools {
    /// Folders laid out as `scripts/setup` does: `postgres/bin/postgres` and `nats-server`.
    folders: Vec<PathBuf>,
    /// Folders of programs, for both.
    bins: Vec<PathBuf>,
}

impl Tools {
    /// The one folder that was configured, laid out so or with the programs in it; or else `.tools` beside or above the working folder and this program, then
    /// Debian's packages, then the folders of `path`, the value of the environment's `PATH`.
    #[must_use]
    pub fn find(configured: Option<&Path>, path: Option<&OsStr>) -> Self {
        if let Some(folder) = configured {
            // Who names a folder wants that one and no other.
            // The servers work in folders of their own, from where a relative path leads elsewhere.
            let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
            return Self { folders: vec![folder.clone()], bins: vec![folder] };
        }
        let starts = [env::current_dir(), env::current_exe()];
        let above = starts.iter().flatten().flat_map(|start| start.ancestors());
        let folders = above.map(|folder| folder.join(TOOLS_FOLDER)).filter(|folder| folder.is_dir()).collect();
        let bins = debian_bins().into_iter().chain(path.iter().flat_map(env::split_paths)).collect();
        Self { folders, bins }
    }

    /// The folder that has `postgres` and `initdb`.
    ///
    /// # Errors
    /// [`Error::ToolMissing`], naming the places.
    pub fn postgres_bin(&self) -> Result<PathBuf> {
        let places = self.postgres_places();
        let found = places.iter().find(|bin| has_postgres(bin));
        found.cloned().ok_or_else(|| missing("Postgres", places))
    }

    /// The same for the files of a cluster, which no other major version than their own can read; any, where there are no
    /// files yet.
    ///
    /// # Errors
    /// [`Error::ToolMissing`], and [`Error::OtherMajor`] where all that is there is of another version.
    pub fn postgres_bin_of(&self, cluster: &Path) -> Result<PathBuf> {
        let version_file = cluster.join("PG_VERSION");
        let major = match fs::read_to_string(&version_file) {
            Ok(major) => major.trim().to_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return self.postgres_bin(),
            Err(error) => return Err(on("read", &version_file)(error)),
        };
        let places = self.postgres_places();
        let found: Vec<_> = places.iter().filter(|bin| has_postgres(bin)).cloned().collect();
        if found.is_empty() {
            return Err(missing("Postgres", places));
        }
        let bin = found.iter().find(|bin| major_of(bin).is_some_and(|its| its == major)).cloned();
        bin.ok_or_else(|| Error::OtherMajor { cluster: cluster.to_path_buf(), major, found })
    }

    /// Where Postgres may be. Beside the one that set-up fetched last there may be those of earlier set-ups.
    fn postgres_places(&self) -> Vec<PathBuf> {
        let fetched = self.folders.iter().flat_map(|folder| {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            let mut earlier: Vec<_> = entries.map(|entry| entry.path()).filter(|path| is_an_earlier(path)).collect();
            earlier.sort_unstable_by(|one, other| other.cmp(one));
            std::iter::once(folder.join("postgres")).chain(earlier).map(|postgres| postgres.join("bin"))
        });
        fetched.chain(self.bins.iter().cloned()).collect()
    }

    /// The program `nats-server`.
    ///
    /// # Errors
    /// [`Error::ToolMissing`], naming the places.
    pub fn nats_server(&self) -> Result<PathBuf> {
        let places: Vec<_> = self.folders.iter().chain(&self.bins).map(|folder| folder.join("nats-server")).collect();
        let found = places.iter().find(|program| program.is_file());
        found.cloned().ok_or_else(|| missing("nats-server", places))
    }

    /// Something else that `scripts/setup` may have fetched.
    #[must_use]
    pub fn fetched(&self, name: &str) -> Option<PathBuf> {
        self.folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file())
    }

    /// Debian's Postgres of one major version, if the machine has it.
    #[must_use]
    pub fn debian_postgres_bin(major: u32) -> Option<PathBuf> {
        let bin = Path::new(DEBIAN_FOLDER).join(major.to_string()).join("bin");
        bin.join("postgres").is_file().then_some(bin)
    }
}

fn has_postgres(bin: &Path) -> bool {
    bin.join("postgres").is_file() && bin.join("initdb").is_file()
}

fn is_an_earlier(path: &Path) -> bool {
    path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with("postgres-"))
}

/// The major version that the program says it is: `postgres (PostgreSQL) 18.4`.
fn major_of(bin: &Path) -> Option<String> {
    let said = Command::new(bin.join("postgres")).arg("--version").stdin(Stdio::null()).output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let version = said.split_whitespace().nth(2)?;
    Some(version.chars().take_while(char::is_ascii_digit).collect())
}

fn missing(tool: &'static str, mut looked: Vec<PathBuf>) -> Error {
    if looked.is_empty() {
        looked.push(PathBuf::from(TOOLS_FOLDER));
    }
    Error::ToolMissing { tool, looked }
}

/// Newest first.
fn debian_bins() -> Vec<PathBuf> {
    let entries = fs::read_dir(DEBIAN_FOLDER).into_iter().flatten().flatten();
    let mut majors: Vec<u32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    majors.sort_unstable();
    majors.into_iter().rev().filter_map(Tools::debian_postgres_bin).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_configured_folder_is_the_only_place_and_the_message_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let tools = Tools::find(Some(folder.path()), Some(OsStr::new("/usr/bin")));
        let said = tools.postgres_bin().unwrap_err().to_string();
        assert!(said.contains(&folder.path().display().to_string()) && said.contains("make setup"), "{said}");

        fs::create_dir_all(folder.path().join("postgres/bin")).unwrap();
        for program in ["postgres/bin/postgres", "postgres/bin/initdb", "nats-server"] {
            fs::write(folder.path().join(program), "").unwrap();
        }
        assert_eq!(tools.postgres_bin().unwrap(), folder.path().join("postgres/bin"));
        assert_eq!(tools.nats_server().unwrap(), folder.path().join("nats-server"));
    }

    #[test]
    fn a_cluster_gets_the_major_version_that_made_it_or_is_left_alone() {
        let (folder, cluster) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let tools = Tools::find(Some(folder.path()), None);
        let put = |place: &str, version: &str| {
            let bin = folder.path().join(place).join("bin");
            fs::create_dir_all(&bin).unwrap();
            for program in ["postgres", "initdb"] {
                let path = bin.join(program);
                fs::write(&path, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            }
            bin
        };
        let newest = put("postgres", "19.1 (Debian 19.1-1)");
        assert_eq!(tools.postgres_bin_of(cluster.path()).unwrap(), newest, "a new one gets the newest");

        fs::write(cluster.path().join("PG_VERSION"), "18\n").unwrap();
        let said = tools.postgres_bin_of(cluster.path()).unwrap_err().to_string();
        assert!(said.contains("Postgres 18") && said.contains(&newest.display().to_string()), "{said}");

        let earlier = put("postgres-18.4", "18.4");
        assert_eq!(tools.postgres_bin_of(cluster.path()).unwrap(), earlier);
    }
}
