//! `momentum healthcheck`: asks the running process whether it is ready.

use std::time::Duration;

use anyhow::{Context, bail};
use runtime::config::Config;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Whoever runs health checks gives up after some seconds too.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(5);

/// Succeeds if the process at the admin address says that it is ready.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let address = config.server.admin_listen;
    let status = timeout(ANSWER_WAIT_MAX, ask(address)).await.context("no answer in time")?;
    let status = status.with_context(|| format!("nothing answers at {address}"))?;
    if !status.contains(" 200 ") {
        bail!("not ready: {status}");
    }
    println!("ready");
    Ok(())
}

/// The status line of `/readyz`. One request, so that it needs no client library.
async fn ask(address: std::net::SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned())
}
