//! Makes a cluster of files and WAL that were copied from another: replays the WAL, and changes what has to be changed
//! before anybody connects.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::cluster::{SUPERUSER, kept_or_new_password, remove_if_there};
use crate::error::{Error, Result, on};
use crate::folder::{Folder, POSTGRES};
use crate::log_file;
use crate::private::make_private;
use crate::user::User;

/// A cluster that is being put back, beside its final place.
#[derive(Debug)]
pub struct Recovery {
    unfinished: PathBuf,
    cluster: PathBuf,
    bin: PathBuf,
    run_as: Option<User>,
    log: PathBuf,
    /// The password of the superuser, where the cluster is that of a data folder.
    password: Option<String>,
    /// Keeps the folder locked meanwhile.
    _folder: Option<Folder>,
}

impl Recovery {
    /// Begins the cluster of a data folder, which must have none.
    ///
    /// # Errors
    /// [`Error::ClusterThere`] where there is one.
    pub fn in_folder(folder: &Folder, bin: &Path) -> Result<Self> {
        let home = folder.path().join(POSTGRES);
        let password = kept_or_new_password(folder)?;
        let log = folder.log("restore");
        let recovery = Self::begin(&home, &folder.cluster(), home.join("unfinished"), bin, log)?;
        Ok(Self { password: Some(password), _folder: Some(folder.clone()), ..recovery })
    }

    /// Begins a cluster at a path of its own.
    ///
    /// # Errors
    /// [`Error::ClusterThere`] where there is one.
    pub fn at(cluster: &Path, bin: &Path) -> Result<Self> {
        let cluster = std::path::absolute(cluster).map_err(on("find", cluster))?;
        let home = cluster.parent().unwrap_or(&cluster).to_path_buf();
        // Named after it: whatever else is there is somebody else's.
        let beside = |what: &str| {
            let mut name = cluster.clone().into_os_string();
            name.push(what);
            PathBuf::from(name)
        };
        Self::begin(&home, &cluster, beside(".unfinished"), bin, beside(".restore.log"))
    }

    fn begin(home: &Path, cluster: &Path, unfinished: PathBuf, bin: &Path, log: PathBuf) -> Result<Self> {
        if cluster.exists() {
            return Err(Error::ClusterThere { cluster: cluster.to_path_buf() });
        }
        let run_as = User::for_postgres(cluster)?;
        let bin = match &run_as {
            Some(user) => user.reachable_bin(bin)?,
            None => bin.to_path_buf(),
        };
        if !home.is_dir() {
            make_private(home)?;
            if let Some(user) = &run_as {
                user.own(home)?;
            }
        }
        remove_if_there(&unfinished)?;
        make_private(&unfinished)?;
        let cluster = cluster.to_path_buf();
        Ok(Self { unfinished, cluster, bin, run_as, log, password: None, _folder: None })
    }

    /// Where the files go, the WAL below `pg_wal`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.unfinished
    }

    /// Replays the WAL, up to an instant as Postgres writes it if one is given, and then runs `statements` in
    /// `database`, none of which may have a line break.
    ///
    /// Postgres' single-user mode does both: it listens nowhere, so that nobody meets what is not ready.
    ///
    /// # Errors
    /// With the end of Postgres' log, where it does not come so far.
    pub async fn recover(&self, database: &str, until: Option<&str>, statements: &[String]) -> Result<()> {
        let signal = self.unfinished.join("recovery.signal");
        fs::write(&signal, "").map_err(on("write", &signal))?;
        let settings = self.unfinished.join("postgresql.conf");
        if !settings.exists() {
            // Where the system keeps it elsewhere, Postgres still wants one here.
            fs::write(&settings, "").map_err(on("write", &settings))?;
        }
        if let Some(user) = &self.run_as {
            user.own_all(&self.unfinished)?;
        }
        let output = log_file::open(&self.log)?;
        let program = self.bin.join("postgres");
        let mut command = Command::new(&program);
        command
            .args(self.arguments(database, until))
            .env_clear()
            .env("LC_ALL", "C")
            .current_dir(&self.unfinished)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(output)
            .kill_on_drop(true);
        if let Some(user) = &self.run_as {
            command.uid(user.uid).gid(user.gid);
        }
        let mut child = command.spawn().map_err(on("run", &program))?;
        if let Some(mut input) = child.stdin.take() {
            for statement in statements.iter().chain(&self.superuser()) {
                // Who does not listen any more tells why in its log.
                if input.write_all(format!("{statement}\n").as_bytes()).await.is_err() {
                    break;
                }
            }
        }
        let status = child.wait().await.map_err(on("run", &program))?;
        if status.success() && !signal.exists() {
            return Ok(());
        }
        let tail = log_file::tail(&self.log);
        Err(Error::NotStarted { server: NAME, reason: status.to_string(), log: self.log.clone(), tail })
    }

    /// Puts the cluster in its place, and tells where that is.
    ///
    /// # Errors
    /// Where the folder cannot be renamed.
    pub fn finish(self) -> Result<PathBuf> {
        fs::rename(&self.unfinished, &self.cluster).map_err(on("put in place", &self.cluster))?;
        let above = self.cluster.parent().unwrap_or(&self.cluster);
        File::open(above).and_then(|folder| folder.sync_all()).map_err(on("write", above))?;
        Ok(self.cluster)
    }

    /// Removes what there is of a cluster that will not be finished.
    ///
    /// # Errors
    /// Where the folder cannot be removed.
    pub fn abandon(self) -> Result<()> {
        remove_if_there(&self.unfinished)
    }

    fn arguments(&self, database: &str, until: Option<&str>) -> Vec<OsString> {
        let mut settings = vec![
            "exit_on_error=on".to_owned(),
            // There is nobody to be served meanwhile; and single-user mode cannot.
            "hot_standby=off".to_owned(),
            // All the WAL there is lies in its place already.
            "restore_command=false".to_owned(),
            "archive_mode=off".to_owned(),
            "recovery_target_timeline=current".to_owned(),
            "recovery_target_action=promote".to_owned(),
            "log_destination=stderr".to_owned(),
            "logging_collector=off".to_owned(),
            // A statement may hold what no log should, whatever was logged where the files are from.
            "log_min_error_statement=panic".to_owned(),
            "log_statement=none".to_owned(),
            "log_duration=off".to_owned(),
            "log_min_duration_statement=-1".to_owned(),
            "log_min_duration_sample=-1".to_owned(),
            "log_transaction_sample_rate=0".to_owned(),
        ];
        settings.extend(until.map(|until| format!("recovery_target_time={until}")));
        let mut arguments: Vec<OsString> = vec!["--single".into(), "-D".into(), self.unfinished.clone().into()];
        for setting in settings {
            arguments.extend(["-c".into(), setting.into()]);
        }
        arguments.push(database.into());
        arguments
    }

    /// The superuser of a data folder, under the password that the folder keeps.
    fn superuser(&self) -> Option<String> {
        let password = self.password.as_ref()?;
        Some(format!("alter role {SUPERUSER} with superuser login password '{password}'"))
    }
}

const NAME: &str = "the restored Postgres";
