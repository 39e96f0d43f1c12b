//! Serves a router over HTTP/1.1, with limits that begin before a request is whole, until it is told to stop.

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};
use tokio_io_timeout::TimeoutStream;
use tower::Service;

use crate::{
    Shutdown,
    http::limits::{HEAD_BYTES_MAX, HEAD_TIMEOUT, HEADERS_MAX, UNREAD_TIMEOUT},
};

/// How long it waits when the system has no more sockets to give.
const NO_SOCKETS_WAIT: Duration = Duration::from_millis(500);

/// Serves `router` on `listener` until `shutdown` stops it. Open connections finish the request they are at, and the end
/// waits for them; those that are idle are closed.
///
/// Beyond `connections_max`, connections wait in the system's queue. Unlike `axum::serve` it cuts clients that dribble
/// their request or leave the answer unread, and bounds the size of heads.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections_max: usize,
    shutdown: Shutdown,
) -> io::Result<()> {
    let slots = Arc::new(Semaphore::new(connections_max));
    let stopping = shutdown.token();
    loop {
        let accepted = async {
            let slot = slots.clone().acquire_owned().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>((slot, listener.accept().await?))
        };
        let accepted = tokio::select! {
            () = stopping.cancelled() => return Ok(()),
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((slot, (stream, peer))) => {
                let (router, shutdown) = (router.clone(), shutdown.clone());
                // From now on, however late the task is let begin.
                let held = (slot, shutdown.hold());
                tokio::spawn(async move {
                    let _held = held;
                    connection(stream, peer, router, &shutdown).await;
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(cause = %error, "cannot accept connections");
                sleep(NO_SOCKETS_WAIT).await;
            }
        }
    }
}

/// Whether only the client's own connection failed, which is nothing to wait for.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, shutdown: &Shutdown) {
    // Answers are written whole, so waiting for more to send with them only delays them. It works without, too.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(UNREAD_TIMEOUT));
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(HEADERS_MAX)
        .max_header_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let mut connection = pin!(connection);
    let stopping = shutdown.token();
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Clients that go away, or speak something else; nothing that an operator could mend.
        tracing::debug!(cause = %error, "connection ended");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::Notify,
        time::Instant,
    };

    use super::*;

    struct Server {
        address: SocketAddr,
        shutdown: Shutdown,
        begun: Arc<Notify>,
        go_on: Arc<Notify>,
    }

    /// Serves `/` at once, `/slow` when the test says so, and at `/large` more than a socket takes unread.
    async fn server(connections_max: usize) -> Server {
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (tell, wait) = (begun.clone(), go_on.clone());
        let tell_large = begun.clone();
        let large = move || async move {
            tell_large.notify_one();
            vec![0; 64 << 20]
        };
        let slow = move || async move {
            tell.notify_one();
            wait.notified().await;
            "done"
        };
        let peer = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string();
        let router = Router::new().route("/", routing::get(peer)).route("/slow", routing::get(slow));
        let router = router.route("/large", routing::get(large));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let address = listener.local_addr().expect("address");
        let shutdown = Shutdown::new(Duration::ZERO);
        shutdown.spawn("http", serve(listener, router, connections_max, shutdown.clone()));
        Server { address, shutdown, begun, go_on }
    }

    async fn send(address: SocketAddr, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("connection");
        stream.write_all(request.as_bytes()).await.expect("written");
        stream
    }

    async fn rest(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("answer");
        answer
    }

    #[tokio::test]
    async fn requests_are_answered_and_know_their_peer() {
        let server = server(9).await;
        let answer = rest(send(server.address, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
    }

    #[tokio::test]
    async fn a_request_at_work_is_finished_and_idle_connections_are_closed() {
        let server = server(9).await;
        let idle = send(server.address, "").await;
        let slow = send(server.address, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
        server.begun.notified().await;
        server.shutdown.begin();
        assert_eq!(rest(idle).await, "");
        server.go_on.notify_one();
        assert!(rest(slow).await.ends_with("done"));
        assert_eq!(server.shutdown.finish().await, Ok(()));
        assert!(TcpStream::connect(server.address).await.is_err(), "no more are taken");
    }

    #[tokio::test]
    async fn a_head_that_is_too_large_is_refused() {
        let server = server(9).await;
        let head = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "x".repeat(HEAD_BYTES_MAX));
        assert!(rest(send(server.address, &head).await).await.starts_with("HTTP/1.1 431"));
    }

    #[tokio::test]
    async fn a_head_with_too_many_headers_is_refused() {
        let server = server(9).await;
        let headers: String = (0..HEADERS_MAX).map(|number| format!("x{number}: y\r\n")).collect();
        let head = format!("GET / HTTP/1.1\r\nhost: a\r\n{headers}\r\n");
        assert!(rest(send(server.address, &head).await).await.starts_with("HTTP/1.1 431"));
    }

    // The clock jumps ahead whenever all are waiting, so nobody really waits for half a minute.
    #[tokio::test(start_paused = true)]
    async fn a_head_that_dribbles_is_cut_off_however_busy_its_client_is() {
        let server = server(9).await;
        let (mut reading, mut writing) = send(server.address, "GET / HTTP/1.1\r\n").await.into_split();
        let begun = Instant::now();
        let mut answer = vec![];
        let dribbling = async {
            while writing.write_all(b"x: y\r\n").await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        };
        let (read, ()) = tokio::join!(reading.read_to_end(&mut answer), dribbling);
        // Whether by an end or a reset.
        drop(read);
        assert_eq!(answer, b"");
        assert!(begun.elapsed() >= HEAD_TIMEOUT, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_on_which_nothing_comes_is_closed() {
        let server = server(9).await;
        let begun = Instant::now();
        assert_eq!(rest(send(server.address, "").await).await, "");
        assert!(begun.elapsed() >= HEAD_TIMEOUT, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn who_leaves_an_answer_unread_is_cut_off_and_holds_up_no_end() {
        let server = server(9).await;
        let _unread = send(server.address, "GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await;
        server.begun.notified().await;
        server.shutdown.begin();
        assert_eq!(server.shutdown.finish().await, Ok(()));
    }

    #[tokio::test]
    async fn connections_beyond_the_limit_wait_their_turn() {
        let server = server(1).await;
        let first = send(server.address, "GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        server.begun.notified().await;
        let second = send(server.address, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        server.go_on.notify_one();
        assert!(rest(first).await.ends_with("done"));
        assert!(rest(second).await.starts_with("HTTP/1.1 200"));
    }
}
