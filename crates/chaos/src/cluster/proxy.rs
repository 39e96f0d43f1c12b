//! A way between two processes on which bytes can be held up, slowed down, or lost together with the connection.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep, timeout_at},
};
use tokio_util::task::AbortOnDropHandle;

use super::redelivery::{Mixed, Redelivery, Tally};
use crate::chance::Chance;

/// So many bytes are moved at once.
const PIECE_BYTES: usize = 16 * 1024;

/// What becomes of bytes that go one way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// They pass.
    #[default]
    Open,
    /// They stay away; when they pass again, they come late.
    Held,
    /// They come so much later.
    Delayed(Duration),
    /// So many pass a second.
    Throttled(u32),
    /// They pass, and the messages of NATS among them come twice and in another order, and some so much later.
    Redelivered(Duration),
}

/// What a way is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// From who connects.
    pub up: Flow,
    /// To who connects.
    pub down: Flow,
    /// How often all connections were reset.
    resets: u64,
    /// How often all connections were lost at the far end, with the near one not told.
    losses: u64,
}

/// What is spoken on a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Something of which only the bytes matter.
    Any,
    /// That of NATS, whose messages can be told apart. How they are mixed follows from this seed.
    Nats {
        /// The seed.
        seed: u64,
    },
}

/// A way to a server.
pub struct Proxy {
    /// Where it begins.
    pub address: SocketAddr,
    target: SocketAddr,
    weather: watch::Sender<Weather>,
    tally: Tally,
    _task: AbortOnDropHandle<()>,
}

impl Proxy {
    /// Opens a way to this address.
    pub async fn open(target: SocketAddr, language: Language) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", embedded::free_port()?)).await;
        let listener = listener.context("no way can be opened")?;
        let address = listener.local_addr()?;
        let (weather, forecast) = watch::channel(Weather::default());
        let tally = Tally::default();
        let road = Road { target, language, weather: forecast, tally: tally.clone() };
        let task = AbortOnDropHandle::new(tokio::spawn(accept(listener, road)));
        Ok(Self { address, target, weather, tally, _task: task })
    }

    /// Where it leads.
    #[must_use]
    pub const fn target(&self) -> SocketAddr {
        self.target
    }

    /// What became of messages that passed while they were mixed.
    #[must_use]
    pub fn mixed(&self) -> Mixed {
        self.tally.mixed()
    }

    /// From now on, bytes go like this.
    pub fn set(&self, up: Flow, down: Flow) {
        self.weather.send_modify(|weather| (weather.up, weather.down) = (up, down));
    }

    /// Both ends of every connection are told that it is over.
    pub fn reset(&self) {
        self.weather.send_modify(|weather| weather.resets += 1);
    }

    /// The server's end of every second connection is told that it is over, and the client's is not told anything any more.
    pub fn lose(&self) {
        self.weather.send_modify(|weather| weather.losses += 1);
    }
}

/// What each connection of a way needs to know of it.
#[derive(Clone)]
struct Road {
    target: SocketAddr,
    language: Language,
    weather: watch::Receiver<Weather>,
    tally: Tally,
}

async fn accept(listener: TcpListener, road: Road) {
    let mut connections = JoinSet::new();
    for nth in 0.. {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else { continue };
                connections.spawn(carry(client, nth, road.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Carries one connection to its end.
async fn carry(client: TcpStream, nth: u64, Road { target, language, weather, tally }: Road) {
    let born = *weather.borrow();
    let Ok(server) = TcpStream::connect(target).await else { return };
    drop((client.set_nodelay(true), server.set_nodelay(true)));
    let (mut from_client, mut to_client) = client.into_split();
    let is_lost = {
        let (mut from_server, mut to_server) = server.into_split();
        let redelivery = match language {
            Language::Any => None,
            Language::Nats { seed } => Some(Redelivery::new(Chance::new(seed).part(nth), tally)),
        };
        let up = pump(&mut from_client, &mut to_server, weather.clone(), |weather| weather.up, None);
        let down = pump(&mut from_server, &mut to_client, weather.clone(), |weather| weather.down, redelivery);
        let (mut resets, mut losses) = (weather.clone(), weather);
        tokio::select! {
            _ = async { tokio::join!(up, down) } => false,
            _ = async { resets.wait_for(|now| now.resets > born.resets).await.is_ok() } => false,
            lost = async { losses.wait_for(|now| loses(now, born, nth)).await.is_ok() } => lost,
        }
    };
    // What a client still says goes nowhere, until it gives up by itself.
    let mut unheard = vec![0; PIECE_BYTES];
    while is_lost && matches!(from_client.read(&mut unheard).await, Ok(1..)) {}
    drop(to_client);
}

/// Whether a connection is one of those that were lost since it began: each time, every second one.
const fn loses(now: &Weather, born: Weather, nth: u64) -> bool {
    now.losses > born.losses && (nth + now.losses).is_multiple_of(2)
}

async fn pump(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    mut weather: watch::Receiver<Weather>,
    way: fn(&Weather) -> Flow,
    mut redelivery: Option<Redelivery>,
) {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let read = from.read(&mut piece);
        // None, where nothing came before what was kept back is due.
        let read = match redelivery.as_ref().and_then(Redelivery::due) {
            Some(due) => timeout_at(due, read).await.ok(),
            None => Some(read.await),
        };
        let read = read.map(Result::unwrap_or_default);
        let came = &piece[..read.unwrap_or_default()];
        // The end of a connection stays away as bytes do.
        if weather.wait_for(|now| way(now) != Flow::Held).await.is_err() {
            return;
        }
        let flow = way(&weather.borrow());
        match flow {
            Flow::Delayed(by) => sleep(by).await,
            Flow::Throttled(bytes) => sleep(Duration::from_secs(came.len() as u64) / bytes.max(1)).await,
            Flow::Open | Flow::Held | Flow::Redelivered(_) => {}
        }
        let aged_after = if let Flow::Redelivered(aged_after) = flow { Some(aged_after) } else { None };
        let written = match &mut redelivery {
            Some(redelivery) => to.write_all(&redelivery.pass(came, aged_after, Instant::now())).await,
            None => to.write_all(came).await,
        };
        if read == Some(0) || written.is_err() {
            drop(to.shutdown().await);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    /// So long is listened where nothing may come.
    const SILENCE: Duration = Duration::from_millis(200);
    /// Longer than this nothing takes that comes at all, on however busy a machine.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// A server that repeats what it hears, and a way to it.
    async fn echo() -> (Proxy, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let target = listener.local_addr().expect("bound");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    tokio::io::copy(&mut from, &mut to).await
                });
            }
        });
        let proxy = Proxy::open(target, Language::Any).await.expect("open");
        let stream = TcpStream::connect(proxy.address).await.expect("connected");
        (proxy, stream)
    }

    async fn says_and_hears(stream: &mut TcpStream, within: Duration) -> Option<usize> {
        stream.write_all(b"hello").await.expect("said");
        let mut heard = [0; 5];
        timeout(within, stream.read(&mut heard)).await.ok().map(Result::unwrap_or_default)
    }

    #[tokio::test]
    async fn bytes_that_are_held_either_way_come_late() {
        let (proxy, mut stream) = echo().await;
        assert_eq!(says_and_hears(&mut stream, PATIENCE).await, Some(5));
        for (up, down) in [(Flow::Held, Flow::Open), (Flow::Open, Flow::Held)] {
            proxy.set(up, down);
            assert_eq!(says_and_hears(&mut stream, SILENCE).await, None);
            proxy.set(Flow::Open, Flow::Open);
            let mut late = [0; 5];
            stream.read_exact(&mut late).await.expect("late");
        }
    }

    #[tokio::test]
    async fn who_is_reset_is_told_and_who_is_lost_is_not() {
        let (proxy, mut stream) = echo().await;
        assert_eq!(says_and_hears(&mut stream, PATIENCE).await, Some(5));
        proxy.lose();
        proxy.lose();
        assert_eq!(says_and_hears(&mut stream, SILENCE).await, None, "this one, or the next, is lost");
        let mut other = TcpStream::connect(proxy.address).await.expect("connected");
        assert_eq!(says_and_hears(&mut other, PATIENCE).await, Some(5), "a new connection is not lost");
        proxy.reset();
        let mut nothing = [0; 1];
        let ended = timeout(PATIENCE, other.read(&mut nothing)).await.expect("told");
        assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    }
}
