//! A way to Postgres that fails when it matters most.

use std::sync::{Arc, Mutex};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::task::AbortOnDropHandle;

/// What a simple query that commits looks like on the wire.
const COMMIT: &[u8] = b"COMMIT\0";
/// What only a statement holds that writes an event of these tests: the beginning of its type.
const EVENT: &[u8] = b"Goal";
/// With this a client ends what it asks; outside of a transaction, it commits.
const SYNC: &[u8] = b"S\0\0\0\x04";
/// With this Postgres ends its answer, when it is in no transaction.
const IDLE: &[u8] = b"Z\0\0\0\x05I";

/// When a connection is cut that is about to commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The COMMIT never reaches Postgres.
    Before,
    /// It does, and the connection is gone at once.
    With,
    /// Postgres has committed, and its answer is lost.
    After,
}

pub struct Proxy {
    options: PgConnectOptions,
    wires: Wires,
    _task: AbortOnDropHandle<()>,
}

#[derive(Clone)]
struct Wires {
    cuts: Arc<Mutex<Vec<Cut>>>,
    silent: watch::Sender<bool>,
}

impl Proxy {
    pub async fn start(target: PgConnectOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let options = target.clone().port(listener.local_addr().unwrap().port());
        let wires = Wires { cuts: Arc::default(), silent: watch::Sender::new(false) };
        let (accepting, address) = (wires.clone(), (target.get_host().to_owned(), target.get_port()));
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&address).await else { continue };
                tokio::spawn(accepting.clone().connect(client, server));
            }
        });
        Self { options, wires, _task: AbortOnDropHandle::new(task) }
    }

    /// How to connect by this way.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Cuts the next connection that commits, and then the next, once for each of these.
    pub fn cut(&self, cuts: &[Cut]) {
        self.wires.cuts.lock().unwrap().extend(cuts);
    }

    /// Whether all that was to be cut has been.
    pub fn is_done(&self) -> bool {
        self.wires.cuts.lock().unwrap().is_empty()
    }

    /// Lets nothing through any more, in either direction, or all again.
    pub fn silence(&self, silent: bool) {
        self.wires.silent.send_replace(silent);
    }
}

impl Wires {
    /// Passes on what either side says, until one is gone or the connection is cut.
    async fn connect(self, mut client: TcpStream, mut server: TcpStream) {
        let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        let mut silent = self.silent.subscribe();
        let (mut idle, mut writes) = (false, false);
        loop {
            tokio::select! {
                length = client.read(&mut asked) => {
                    let Ok(length @ 1..) = length else { return };
                    drop(silent.wait_for(|silent| !silent).await);
                    let asked = &asked[..length];
                    writes |= contains(asked, EVENT);
                    let commits = contains(asked, COMMIT) || idle && writes && asked.ends_with(SYNC);
                    let cut = if commits { self.next_cut() } else { None };
                    if cut == Some(Cut::Before) || server.write_all(asked).await.is_err() {
                        return;
                    }
                    match cut {
                        Some(Cut::After) => return drop(server.read(&mut answered).await),
                        Some(Cut::With) => return,
                        Some(Cut::Before) | None => {}
                    }
                }
                length = server.read(&mut answered) => {
                    let Ok(length @ 1..) = length else { return };
                    (idle, writes) = (answered[..length].ends_with(IDLE), false);
                    drop(silent.wait_for(|silent| !silent).await);
                    if client.write_all(&answered[..length]).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn next_cut(&self) -> Option<Cut> {
        let mut cuts = self.cuts.lock().unwrap();
        (!cuts.is_empty()).then(|| cuts.remove(0))
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
