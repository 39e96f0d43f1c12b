//! Where the programs of Postgres and nats-server are on this machine.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

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
    /// The one folder that was configured; or else `.tools` beside or above the working folder and this program, then
    /// Debian's packages, then the folders of `path`, the value of the environment's `PATH`.
    #[must_use]
    pub fn find(configured: Option<&Path>, path: Option<&OsStr>) -> Self {
        if let Some(folder) = configured {
            // Who names a folder wants that one and no other.
            // The servers work in folders of their own, from where a relative path leads elsewhere.
            let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
            return Self { folders: vec![folder], bins: Vec::new() };
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
        let fetched = self.folders.iter().map(|folder| folder.join("postgres/bin"));
        let places: Vec<_> = fetched.chain(self.bins.iter().cloned()).collect();
        let found = places.iter().find(|bin| bin.join("postgres").is_file() && bin.join("initdb").is_file());
        found.cloned().ok_or_else(|| missing("Postgres", places))
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
}
