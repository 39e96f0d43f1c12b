//! The product under test: its processes, its servers, and the ways between them, all of this run's own.

mod member;
mod observer;
mod process;
mod proxy;
mod redelivery;
mod servers;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use embedded::free_port;
use tokio::process::Child;

use self::process::spawn;
pub use self::{
    member::{Member, Role},
    observer::{Observer, Reached},
    process::{Process, Program},
    proxy::{Flow, Language, Proxy, Weather},
    redelivery::Mixed,
    servers::Servers,
};
use crate::chance::Chance;

/// Two random keys; no secret.
pub const MASTER_KEY: &str = "3b9ed1076c5fa2448d0c6e7f15b8a39d20e4f76b8c1d5a0f93e2b7d46a580c1f";
/// See [`MASTER_KEY`].
pub const INDEX_KEY: &str = "91c4e0f72ab35d688e17f6c30b9d4a52d7683fe01b2c95a4764d8e03f1ba5c29";
/// What tells a program with planted bugs which of them to make.
pub const BUG_VARIABLE: &str = "PLANTED_BUG";
/// So many connections each role keeps at most: eight processes share one Postgres here.
const CONNECTIONS_MAX: &str = "8";

/// What is run, and where.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The program under test.
    pub momentum: PathBuf,
    /// The same in its next version, if there is one.
    pub next: Option<PathBuf>,
    /// Which of its planted bugs the program makes, if it has any.
    pub bug: Option<String>,
    /// Where everything of this run lies.
    pub place: PathBuf,
    /// The library that shifts a process's clock, if clocks are to jump and the machine has it.
    pub clock_library: Option<PathBuf>,
    /// What chance follows from.
    pub seed: u64,
}

/// A way that can be hurt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Link {
    /// From clients to a process.
    Clients(Member),
    /// From a process to Postgres.
    Postgres(Member),
    /// From a process to the nats-server.
    Nats(Member),
}

/// The product, up and running.
pub struct Cluster {
    /// What is run.
    pub setting: Setting,
    /// Postgres and the nats-server.
    pub servers: Servers,
    /// Every way.
    pub links: BTreeMap<Link, Proxy>,
    /// Every process.
    pub processes: BTreeMap<Member, Process>,
}

impl Cluster {
    /// Starts everything, in order of need.
    pub async fn start(setting: Setting) -> anyhow::Result<Self> {
        let servers = Servers::start(&setting.place.join("servers")).await?;
        std::fs::create_dir_all(setting.place.join("logs"))?;
        let mut cluster = Self { setting, servers, links: BTreeMap::new(), processes: BTreeMap::new() };
        // One after the other would do it too; but several at once is what happens after a power cut.
        for member in Member::all() {
            cluster.open_ways(member).await?;
            let admin = SocketAddr::from(([127, 0, 0, 1], free_port()?));
            let program = cluster.member_program(member, admin)?;
            let log = cluster.log_of(&member.to_string());
            cluster.processes.insert(member, Process::start(program, &log, admin)?);
        }
        Ok(cluster)
    }

    async fn open_ways(&mut self, member: Member) -> anyhow::Result<()> {
        let postgres = Proxy::open(self.servers.postgres_address(), Language::Any).await?;
        self.links.insert(Link::Postgres(member), postgres);
        let seed = Chance::new(self.setting.seed).part(self.links.len() as u64).next();
        let nats = Proxy::open(self.servers.nats_address(), Language::Nats { seed }).await?;
        self.links.insert(Link::Nats(member), nats);
        if member.role.serves() {
            let listen = SocketAddr::from(([127, 0, 0, 1], free_port()?));
            self.links.insert(Link::Clients(member), Proxy::open(listen, Language::Any).await?);
        }
        Ok(())
    }

    fn member_program(&self, member: Member, admin: SocketAddr) -> anyhow::Result<Program> {
        let mut words = vec![member.role.word().to_owned(), "--set".into(), format!("server.admin_listen={admin}")];
        if let Some(way) = self.links.get(&Link::Clients(member)) {
            words.extend(["--listen".to_owned(), way.target().to_string()]);
        }
        let at = |link: Link| self.links.get(&link).map(|way| way.address);
        let mut variables = self.variables(at(Link::Postgres(member)), at(Link::Nats(member)));
        if let Some(library) = &self.setting.clock_library {
            let clock = self.clock_of(member);
            std::fs::write(&clock, "+0")?;
            variables.extend([
                ("LD_PRELOAD".to_owned(), library.display().to_string()),
                ("FAKETIME_TIMESTAMP_FILE".to_owned(), clock.display().to_string()),
                ("FAKETIME_CACHE_DURATION".to_owned(), "1".to_owned()),
                ("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned()),
            ]);
        }
        Ok(Program { path: self.setting.momentum.clone(), words, variables })
    }

    /// The file that says how far a process's clock is ahead.
    #[must_use]
    pub fn clock_of(&self, member: Member) -> PathBuf {
        self.setting.place.join(format!("{member}.clock"))
    }

    fn variables(&self, postgres: Option<SocketAddr>, nats: Option<SocketAddr>) -> Vec<(String, String)> {
        let database = self.servers.database_url(postgres);
        let nats = nats.unwrap_or_else(|| self.servers.nats_address());
        [
            ("MOMENTUM_DATABASE__URL", database),
            ("MOMENTUM_DATABASE__CONNECTIONS_MAX", CONNECTIONS_MAX.to_owned()),
            ("MOMENTUM_NATS__URL", format!("nats://{nats}")),
            ("MOMENTUM_NATS__KEYS", self.servers.nats_keys().display().to_string()),
            ("MOMENTUM_VAULT__MASTER_KEY", MASTER_KEY.to_owned()),
            ("MOMENTUM_VAULT__INDEX_KEY", INDEX_KEY.to_owned()),
            // Registrations are limited for each client: those of a run come from as many as they like.
            ("MOMENTUM_SERVER__TRUSTED_PROXIES", "127.0.0.0/8".to_owned()),
            ("MOMENTUM_SERVER__REGISTRATION", "open".to_owned()),
            ("MOMENTUM_LOG__FORMAT", "json".to_owned()),
        ]
        .into_iter()
        .chain(self.setting.bug.iter().map(|bug| (BUG_VARIABLE, bug.clone())))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    /// The program with these words, on the servers themselves, not by the ways that are hurt.
    #[must_use]
    pub fn administration(&self, words: &[&str]) -> Program {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Program { path: self.setting.momentum.clone(), words, variables: self.variables(None, None) }
    }

    /// Starts a program that logs beside the others, and is nobody's to start again.
    pub fn start_beside(&self, program: &Program, name: &str) -> anyhow::Result<Child> {
        spawn(program, &self.log_of(name))
    }

    /// What became of messages that came to processes while they were mixed.
    #[must_use]
    pub fn mixed(&self) -> Mixed {
        let mut all = Mixed::default();
        self.links.values().for_each(|way| all += way.mixed());
        all
    }

    fn log_of(&self, name: &str) -> PathBuf {
        self.setting.place.join("logs").join(format!("{name}.log"))
    }

    /// Where clients find the processes of a role.
    #[must_use]
    pub fn addresses(&self, role: Role) -> Vec<SocketAddr> {
        let of_role = |(link, way): (&Link, &Proxy)| match link {
            Link::Clients(member) if member.role == role => Some(way.address),
            _ => None,
        };
        self.links.iter().filter_map(of_role).collect()
    }

    /// Every log there is, of processes and of servers.
    pub fn logs(&self) -> anyhow::Result<Vec<PathBuf>> {
        let folders = [self.setting.place.join("logs"), self.servers.folder().join("logs")];
        let mut logs = vec![];
        for folder in folders {
            for entry in std::fs::read_dir(folder)? {
                logs.push(entry?.path());
            }
        }
        Ok(logs)
    }

    /// Where this run's servers keep what they have.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.servers.folder()
    }

    /// Ends everything: those who use the servers first.
    pub async fn stop(self) {
        futures::future::join_all(self.processes.into_values().map(Process::stop)).await;
        self.servers.stop().await;
    }
}
