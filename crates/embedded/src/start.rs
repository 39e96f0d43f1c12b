//! Starts a server on its port and waits until it answers.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use crate::error::{Error, Result};
use crate::folder::Folder;
use crate::log_file;
use crate::port;
use crate::server::Program;
use crate::supervisor::Supervisor;

/// How long a start may take, unless the server says that it recovers from a crash.
const READY_MAX: Duration = Duration::from_secs(120);

/// How long a recovery may take: one that is given up begins anew, and would be given up again. Postgres looks at every
/// file first, and then at all that was written since the last checkpoint.
const RECOVERED_MAX: Duration = Duration::from_secs(60 * 60);

/// How often the server is asked.
const ASK_EVERY: Duration = Duration::from_millis(10);

/// How long one question may hang.
const ASK_MAX: Duration = Duration::from_secs(5);

/// How long a server may take to find out that its port is taken.
const LISTEN_MAX: Duration = Duration::from_secs(2);

/// How often a start is tried when somebody takes the port between looking and listening.
const STARTS_MAX: u32 = 3;

/// What a server said when asked whether it is ready.
pub(crate) enum Answer {
    Ready,
    NotYet(String),
    Recovering(String),
    Never(Error),
}

/// Starts `program(port)` and hands it to a supervisor once `ask(port)` finds it ready.
pub(crate) async fn start<Asking>(
    folder: &Folder,
    fixed_port: Option<u16>,
    name: &'static str,
    program: impl Fn(u16) -> Program,
    ask: impl Fn(u16) -> Asking,
) -> Result<(u16, Supervisor)>
where
    Asking: Future<Output = Answer>,
{
    let mut starts = 0;
    loop {
        starts += 1;
        let port = port::choose(folder, name, fixed_port)?;
        match start_on(program(port), || ask(port)).await {
            Ok(supervisor) => return Ok((port, supervisor)),
            Err(Error::NotStarted { .. }) if starts < STARTS_MAX && !port::is_free(port) => {}
            Err(error) => return Err(error),
        }
    }
}

async fn start_on<Asking>(program: Program, ask: impl Fn() -> Asking) -> Result<Supervisor>
where
    Asking: Future<Output = Answer>,
{
    let mut server = program.launch()?;
    let begun = Instant::now();
    let mut deadline = begun + READY_MAX;
    loop {
        let answer = timeout(ASK_MAX, ask()).await;
        // An answer may come from a stranger who took the port, so the server must be alive as well.
        if let Some(status) = server.ended() {
            return Err(not_started(&program, status.to_string()));
        }
        let refusal = match answer {
            Ok(Answer::Ready) => return Ok(Supervisor::watch_over(program, server)),
            Ok(Answer::Never(error)) => {
                // Or it was the stranger's answer, and the server is about to find the port taken.
                return match timeout(LISTEN_MAX, server.wait()).await {
                    Ok(Ok(status)) => Err(not_started(&program, status.to_string())),
                    _ => Err(error),
                };
            }
            Ok(Answer::NotYet(refusal)) => refusal,
            Ok(Answer::Recovering(refusal)) => {
                // And once it has recovered it may take as long to be ready as any other.
                deadline = (Instant::now() + READY_MAX).min(begun + RECOVERED_MAX);
                refusal
            }
            Err(_elapsed) => format!("no answer within {} s", ASK_MAX.as_secs()),
        };
        if Instant::now() >= deadline {
            return Err(not_started(&program, refusal));
        }
        sleep(ASK_EVERY).await;
    }
}

fn not_started(program: &Program, reason: String) -> Error {
    let log = program.log.clone();
    let tail = log_file::tail(&log);
    Error::NotStarted { server: program.name, reason, log, tail }
}
