//! `GET /v1/export`: everything of a person, as JSON and as CSV, in one zip that is made while it is read.
//!
//! The zip is written by a thread that may block, one page of rows after the other, into a body that holds it up when the
//! client is slow. So an export takes the same memory however much there is.

mod chunks;
mod csv;
mod table;

use std::{error::Error, io::Write, time::Duration};

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::answering;
use identity::{OpenSession, Session, Signed};
use runtime::{ApiError, ProblemKind, http::AtPosition};
use tokio::runtime::Handle;
use utoipa_axum::{router::OpenApiRouter, routes};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions, write::StreamWriter};

use self::{
    chunks::{Chunks, chunks},
    table::{Next, Table},
};
use crate::{
    QueryState,
    me::{self, Me},
};

/// So many exports are made at once in a process: each has a thread, and reads the database as fast as it can.
pub(crate) const EXPORTS_MAX: usize = 4;
/// And so many for one person.
pub(crate) const EXPORTS_A_PERSON_MAX: usize = 2;
/// Whoever has not read theirs by then is cut off, and others have the place.
const EXPORT_LASTS_MAX: Duration = Duration::from_secs(30 * 60);
/// When it is worth asking again.
const BUSY_RETRY: Duration = Duration::from_secs(10);

/// What the files are, for whoever finds them in some years.
const README: &str = "\
This is everything that Momentum kept of you, and of your own workspace, on the day you asked for it. What you did\r\n\
in workspaces of others is theirs to export, and not in here.\r\n\
\r\n\
account.json     who you are, and your workspace\r\n\
sessions.json    where you were signed in\r\n\
goals            your goals\r\n\
daily_logs       what you logged, withdrawn logs too\r\n\
events           everything that ever happened, in order; all else follows from it\r\n\
\r\n\
The .json and the .csv files say the same, but for what was changed while they were being made. In the .csv files,\r\n\
a text that a spreadsheet would take for a formula has an apostrophe in front.\r\n";

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(export))
}

/// Take everything with you
///
/// A zip with your account, sessions, goals, logs, and everything that ever happened in your own workspace, all of it
/// readable: each table as JSON and as CSV. What you did in workspaces of others is not in it. It is made while you read
/// it; one that broke off has no end, and does not open. In the CSV files, a text that a spreadsheet would take for a
/// formula has an apostrophe in front.
#[utoipa::path(
    get, path = "/v1/export", tag = "me", params(AtPosition),
    responses((status = 200, description = "The zip.", body = String, content_type = "application/zip"), ApiError)
)]
async fn export(
    State(state): State<QueryState>,
    Signed(session): Signed,
    at: AtPosition,
) -> Result<Response, ApiError> {
    // What is one's own, whatever workspace was chosen: another's is not for a member to take away.
    let session = session.home();
    state.shown(&session, &at, &["goals", "daily_logs"]).await?;
    let share = state.exporters.take(session.user, "You are exporting already; wait until that has ended.")?;
    let permit = state.exports.clone().try_acquire_owned().map_err(|_| {
        ApiError::new(ProblemKind::Overloaded, "Others are exporting; try again in a moment.").retry_after(BUSY_RETRY)
    })?;
    let (me, _) = me::of(&state, &session).await?;
    let sessions = state.identity.list_sessions(&session).await?;
    let last = state.log.head(state.log.shard_of(session.workspace)).await?.number;
    let name = format!("attachment; filename=\"momentum-{}.zip\"", state.clock.now().date_naive());
    let (chunks, body) = chunks(state.feed.limits.unread_wait_max, EXPORT_LASTS_MAX);
    let (cut, runtime) = (chunks.cut(), Handle::current());
    tokio::task::spawn_blocking(move || {
        let (_permit, _share) = (permit, share);
        let export = Export { state, session, me, sessions, last, runtime };
        if let Err(error) = export.write(chunks, &cut) {
            tracing::warn!(error = &*error, "an export broke off");
        }
    });
    let name = HeaderValue::from_str(&name).map_err(ApiError::internal)?;
    let zip = HeaderValue::from_static("application/zip");
    Ok(([(header::CONTENT_TYPE, zip), (header::CONTENT_DISPOSITION, name)], body).into_response())
}

/// An export that is being written.
struct Export {
    state: QueryState,
    session: Session,
    me: Me,
    sessions: Vec<OpenSession>,
    /// The last event that there was when it began.
    last: i64,
    runtime: Handle,
}

type Zip = ZipWriter<StreamWriter<Chunks>>;

impl Export {
    fn write(&self, chunks: Chunks, cut: &chunks::Cut) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut zip = ZipWriter::new_stream(chunks);
        let written = self.write_files(&mut zip);
        if written.is_err() {
            // Before the zip is dropped, which would write its end.
            cut.now();
        }
        written?;
        Ok(zip.finish()?.flush()?)
    }

    fn write_files(&self, zip: &mut Zip) -> Result<(), Box<dyn Error + Send + Sync>> {
        begin(zip, "README.txt")?;
        zip.write_all(README.as_bytes())?;
        begin(zip, "account.json")?;
        zip.write_all(&answering(|| serde_json::to_vec_pretty(&self.me))?)?;
        begin(zip, "sessions.json")?;
        zip.write_all(&serde_json::to_vec_pretty(&self.sessions)?)?;
        for table in Table::ALL {
            self.write_json(zip, table)?;
            self.write_csv(zip, table)?;
        }
        Ok(())
    }

    fn write_json(&self, zip: &mut Zip, table: Table) -> Result<(), Box<dyn Error + Send + Sync>> {
        begin(zip, &format!("{}.json", table.name()))?;
        let mut before = "[\n";
        self.each_row(table, |row| {
            zip.write_all(before.as_bytes())?;
            before = ",\n";
            zip.write_all(row.to_string().as_bytes())
        })?;
        let end = if before == "[\n" { "[]\n" } else { "\n]\n" };
        Ok(zip.write_all(end.as_bytes())?)
    }

    fn write_csv(&self, zip: &mut Zip, table: Table) -> Result<(), Box<dyn Error + Send + Sync>> {
        begin(zip, &format!("{}.csv", table.name()))?;
        zip.write_all(csv::head(table.columns()).as_bytes())?;
        self.each_row(table, |row| zip.write_all(csv::row(table.columns(), row).as_bytes()))
    }

    /// Reads a table page by page, for as long as the session goes on.
    fn each_row(
        &self,
        table: Table,
        mut tell: impl FnMut(&serde_json::Value) -> std::io::Result<()>,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut next = Some(Next::Start);
        while let Some(here) = next {
            if !self.runtime.block_on(self.state.identity.is_open(self.session.id))? {
                return Err("the session has ended".into());
            }
            if self.state.shutdown.is_cancelled() {
                return Err("the process is ending".into());
            }
            let page = table.page(&self.state, &self.session, here, self.last);
            let (rows, then) = self.runtime.block_on(page)?;
            rows.iter().try_for_each(&mut tell)?;
            next = then;
        }
        Ok(())
    }
}

/// Begins a file. How long it gets is not known, so it may become longer than old zips could be.
fn begin(zip: &mut Zip, name: &str) -> zip::result::ZipResult<()> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    zip.start_file(name, options)
}
