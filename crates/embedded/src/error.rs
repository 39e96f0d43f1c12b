//! What can go wrong, told so that the reader knows what to do about it.

use std::io;
use std::path::{Path, PathBuf};

/// The result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the servers of a folder could not be started.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program is on none of the places where it was looked for.
    #[error("{tool} was not found in {}: `make setup` fetches it, or name the folder that has it", places(looked))]
    ToolMissing {
        /// What is missing.
        tool: &'static str,
        /// Where it was looked for.
        looked: Vec<PathBuf>,
    },
    /// Another process holds the folder's lock.
    #[error("{} is in use by process {holder}: stop that one first, or choose another folder", folder.display())]
    InUse {
        /// The folder asked for.
        folder: PathBuf,
        /// The process id that the holder left in the lock file.
        holder: String,
    },
    /// Root would leave files in it that its owner cannot use.
    #[error("{} belongs to the user id {uid}: do this as they, as in `sudo --user '#{uid}' …`", folder.display())]
    Anothers {
        /// The folder asked for.
        folder: PathBuf,
        /// Whose it is.
        uid: u32,
    },
    /// Postgres refuses to run as root, and whoever runs it instead cannot get to its files.
    #[error(
        "Postgres refuses to run as root, so `{user}` runs it, who may not enter {}: \
         choose a folder that every user can reach (such as one below /var/lib), or do not run as root",
        path.display()
    )]
    Unreachable {
        /// The user who runs Postgres.
        user: String,
        /// What that user cannot reach.
        path: PathBuf,
    },
    /// The machine knows neither of the users who could run Postgres for root.
    #[error("Postgres refuses to run as root, and this machine has no user `postgres` or `nobody` to run it")]
    NobodyToRunPostgres,
    /// The cluster's owner is no user of this machine.
    #[error("{} belongs to the user id {uid}, which is no user of this machine and so cannot run Postgres", cluster.display())]
    OwnerUnknown {
        /// The cluster's folder.
        cluster: PathBuf,
        /// Whose it is.
        uid: u32,
    },
    /// The cluster is there, and the password made with it is not.
    #[error("{} holds a cluster, but its password file {} is gone: bring it back, or move the cluster away", cluster.display(), password.display())]
    PasswordLost {
        /// The cluster's folder.
        cluster: PathBuf,
        /// Where its password was kept.
        password: PathBuf,
    },
    /// A file of an nkey holds something else.
    #[error("{} does not hold the seed of an nkey: bring it back, or remove it to have another made", path.display())]
    NotASeed {
        /// The file.
        path: PathBuf,
    },
    /// A restore found a cluster in its way.
    #[error("{} is there: a restore makes a cluster, and replaces none; move it away first", cluster.display())]
    ClusterThere {
        /// The cluster's folder.
        cluster: PathBuf,
    },
    /// There is Postgres, but not of the version that the cluster's files are of.
    #[error(
        "{} was made by Postgres {major}, and no other major version reads its files; here is {}: install Postgres {major}, \
         or name its folder (data.tools). docs/operations.md says how to move to another",
        cluster.display(),
        places(found)
    )]
    OtherMajor {
        /// The cluster's folder.
        cluster: PathBuf,
        /// What made it.
        major: String,
        /// What there is.
        found: Vec<PathBuf>,
    },
    /// A server of an earlier run does not end.
    #[error("process {pid} of an earlier run still holds {} and does not end: end it by hand", folder.display())]
    PredecessorStays {
        /// Its process id.
        pid: i32,
        /// The folder it works in.
        folder: PathBuf,
    },
    /// Every port that was tried belongs to somebody else.
    #[error("no free port was found on 127.0.0.1")]
    NoFreePort,
    /// The port asked for belongs to somebody else.
    #[error("port {0} of 127.0.0.1, which {1} should listen on, is taken")]
    PortTaken(u16, &'static str),
    /// A server or its preparation ended, or did not answer in time.
    #[error("{server} did not start: {reason}; its log {} ends with\n{tail}", log.display())]
    NotStarted {
        /// Which server.
        server: &'static str,
        /// What was seen from here.
        reason: String,
        /// Its log file.
        log: PathBuf,
        /// The last lines of that file.
        tail: String,
    },
    /// A file or folder could not be used.
    #[error("could not {doing} {}", path.display())]
    File {
        /// What was tried, as an infinitive.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Postgres runs, and refused what was asked of it.
    #[error("Postgres could not be prepared")]
    Database(#[from] sqlx::Error),
}

/// Turns what the system said about a path into an [`Error::File`].
pub(crate) fn on<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Error + use<'a> {
    move |source| Error::File { doing, path: path.to_path_buf(), source }
}

fn places(looked: &[PathBuf]) -> String {
    let names: Vec<_> = looked.iter().map(|path| path.display().to_string()).collect();
    names.join(", ")
}
