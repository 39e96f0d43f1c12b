//! A way to nats-server on which its answers can be held up, and what it is told slowed down.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    sync::watch,
    time::sleep,
};
use tokio_util::task::AbortOnDropHandle;

/// Between two pieces of what is slowed down.
const PAUSE: Duration = Duration::from_millis(20);

pub struct Proxy {
    port: u16,
    hold: watch::Sender<bool>,
    piece: watch::Sender<usize>,
    _task: AbortOnDropHandle<()>,
}

impl Proxy {
    pub async fn start(nats_url: &str) -> Self {
        let target = nats_url.trim_start_matches("nats://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (hold, held) = watch::channel(false);
        let (piece, pieces) = watch::channel(0);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&target).await else { continue };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(tell(from_client, to_server, pieces.clone()));
                tokio::spawn(answer(from_server, to_client, held.clone()));
            }
        });
        Self { port, hold, piece, _task: AbortOnDropHandle::new(task) }
    }

    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Holds up what the server says, or lets it all through.
    pub fn hold_answers(&self, hold: bool) {
        self.hold.send_replace(hold);
    }
}

impl Proxy {
    /// Lets no more than so many bytes a second through to the server.
    pub fn slow_down(&self, bytes_a_second: usize) {
        let pauses = usize::try_from(Duration::from_secs(1).as_millis() / PAUSE.as_millis()).unwrap();
        self.piece.send_replace(bytes_a_second / pauses);
    }
}

async fn tell(mut client: tcp::OwnedReadHalf, mut server: tcp::OwnedWriteHalf, piece: watch::Receiver<usize>) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let piece = *piece.borrow();
        let most = if piece == 0 { buffer.len() } else { piece };
        let Ok(length @ 1..) = client.read(&mut buffer[..most]).await else { return };
        if server.write_all(&buffer[..length]).await.is_err() {
            return;
        }
        if piece > 0 {
            sleep(PAUSE).await;
        }
    }
}

async fn answer(mut server: tcp::OwnedReadHalf, mut client: tcp::OwnedWriteHalf, mut held: watch::Receiver<bool>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = server.read(&mut buffer).await {
        if held.wait_for(|held| !held).await.is_err() || client.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
