//! A Postgres cluster on disk: made on first use, freed from an earlier run.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tokio::process::Command;
use tracing::info;

use crate::error::{Error, Result, on};
use crate::folder::{Folder, POSTGRES};
use crate::log_file;
use crate::postgres::{Durability, ENDING};
use crate::predecessor;
use crate::private::{make_private, write_private};
use crate::user::User;

/// The one database user there is at first.
pub(crate) const SUPERUSER: &str = "momentum";

/// Where the superuser's password is kept in the data folder, outside what the user who runs Postgres may write to.
pub(crate) const PASSWORD_FILE: &str = "postgres.password";

/// A socket's path may have so many bytes: 108 with the one that ends it, and on some systems 104.
const SOCKET_PATH_BYTES_MAX: usize = 103;

/// A cluster that no server runs on.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// What Postgres calls its data directory.
    pub data: PathBuf,
    /// Where it listens besides loopback, unless the data folder lies too deep.
    pub socket_folder: Option<PathBuf>,
    pub bin: PathBuf,
    pub run_as: Option<User>,
    pub password: String,
}

impl Cluster {
    /// The cluster of this folder, made if there is none.
    pub async fn open(folder: &Folder, bin: &Path, durability: Durability) -> Result<Self> {
        let (home, data) = (folder.path().join(POSTGRES), folder.cluster());
        let run_as = User::for_postgres(&data)?;
        let bin = match &run_as {
            Some(user) => user.reachable_bin(bin)?,
            None => bin.to_path_buf(),
        };
        if data.exists() {
            predecessor::end(&data.join("postmaster.pid"), &data, &ENDING).await?;
            let password_path = folder.path().join(PASSWORD_FILE);
            let password = folder.kept(PASSWORD_FILE)?;
            let password =
                password.ok_or_else(|| Error::PasswordLost { cluster: data.clone(), password: password_path })?;
            let socket_folder = socket_folder(&home, run_as.as_ref())?;
            return Ok(Self { data, socket_folder, bin, run_as, password });
        }
        let password = kept_or_new_password(folder)?;
        let mut cluster = Self { data, socket_folder: None, bin, run_as, password };
        cluster.make(folder, &home, durability).await?;
        cluster.socket_folder = socket_folder(&home, cluster.run_as.as_ref())?;
        Ok(cluster)
    }

    /// Runs `initdb` beside the final place, so that an interrupted run leaves nothing that looks finished.
    async fn make(&self, folder: &Folder, home: &Path, durability: Durability) -> Result<()> {
        info!(cluster = %self.data.display(), "making a Postgres cluster");
        make_private(home)?;
        if let Some(user) = &self.run_as {
            user.own(home)?;
            if !user.reaches(home) {
                return Err(Error::Unreachable { user: user.name.clone(), path: home.to_path_buf() });
            }
        }
        let unfinished = home.join("unfinished");
        let password_file = home.join("first-password");
        remove_if_there(&unfinished)?;
        remove_if_there(&password_file)?;
        write_private(&password_file, self.password.as_bytes())?;
        if let Some(user) = &self.run_as {
            user.own(&password_file)?;
        }
        let log = folder.log("initdb");
        let status = self.initdb(&unfinished, &password_file, &log, durability).await?;
        remove_if_there(&password_file)?;
        if !status.success() {
            let tail = log_file::tail(&log);
            return Err(Error::NotStarted { server: "initdb", reason: status.to_string(), log, tail });
        }
        fs::rename(&unfinished, &self.data).map_err(on("put in place", &self.data))
    }

    async fn initdb(
        &self,
        data: &Path,
        password_file: &Path,
        log: &Path,
        durability: Durability,
    ) -> Result<ExitStatus> {
        let output = log_file::open(log)?;
        let errors = output.try_clone().map_err(on("open", log))?;
        let program = self.bin.join("initdb");
        let mut command = Command::new(&program);
        command
            .arg("--pgdata")
            .arg(data)
            .arg("--pwfile")
            .arg(password_file)
            .args(["--username", SUPERUSER, "--auth", durability.sign_in(), "--data-checksums"])
            // Order by bytes: the same on every machine, and no index breaks when a system library is upgraded.
            .args(["--encoding", "UTF8", "--locale", "C"])
            .env_clear()
            .current_dir(data.parent().unwrap_or(data))
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .kill_on_drop(true);
        if durability == Durability::None {
            command.arg("--no-sync");
        }
        if let Some(user) = &self.run_as {
            command.uid(user.uid).gid(user.gid);
        }
        command.status().await.map_err(on("run", &program))
    }
}

/// An empty folder for the server's socket, that nobody but its user may enter. What a killed server left in there would
/// keep the next one from starting where its process id is another's by now.
fn socket_folder(home: &Path, run_as: Option<&User>) -> Result<Option<PathBuf>> {
    let Some(folder) = socket_folder_of(home) else { return Ok(None) };
    remove_if_there(&folder)?;
    make_private(&folder)?;
    if let Some(user) = run_as {
        user.own(&folder)?;
    }
    Ok(Some(folder))
}

/// None, where it would lie too deep for a socket.
fn socket_folder_of(home: &Path) -> Option<PathBuf> {
    let folder = home.join("socket");
    let fits = socket_path(&folder, u16::MAX).as_os_str().len() <= SOCKET_PATH_BYTES_MAX && folder.to_str().is_some();
    fits.then_some(folder)
}

/// Where the server of a port has its socket.
pub(crate) fn socket_path(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

/// The folder of the socket that the server of a data folder listens at; none, where that lies too deep for one.
pub(crate) fn socket_folder_beside(data_folder: &Path) -> Option<PathBuf> {
    socket_folder_of(&data_folder.join(POSTGRES))
}

/// The password that the folder has, or gets.
pub(crate) fn kept_or_new_password(folder: &Folder) -> Result<String> {
    folder.kept(PASSWORD_FILE)?.map_or_else(|| new_password(folder), Ok)
}

/// 32 random bytes, as text that needs no quoting anywhere.
fn new_password(folder: &Folder) -> Result<String> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; 32];
    File::open(source).and_then(|mut file| file.read_exact(&mut bytes)).map_err(on("read", source))?;
    let password: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    folder.keep(PASSWORD_FILE, &password)?;
    Ok(password)
}

pub(crate) fn remove_if_there(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(on("remove", path)),
    }
}
