//! What a read model is.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use domain::Recorded;
use futures::future::BoxFuture;
use sqlx::PgConnection;

use crate::Parked;

/// After folding for so long rows are written: a transaction that does nothing for much longer is ended by Postgres.
const FOLDS_AT_A_TIME_MAX: Duration = Duration::from_secs(3);
/// Why the stream is parked of an event whose fold panicked.
const PANICKED: &str = "the fold panicked";

/// Rows in memory, and how they follow from events.
///
/// A fold is pure: it sees rows and an event, and neither clock nor chance nor where a batch ends.
pub trait Fold: Send + Sync + 'static {
    /// The rows in memory.
    type Rows: Default + Send + Sync;

    /// Takes in one event. Events that do not concern it leave the rows as they are, and so do those it refuses.
    ///
    /// It refuses what tables would: the database sees rows only as they are at the end of a batch.
    fn fold(rows: &mut Self::Rows, event: &Recorded) -> Result<(), CannotApply>;
}

/// Tables made from events: a fold, and how its rows are loaded and written.
///
/// Names of tables in queries are unqualified, so that the same code fills the living tables and those of a rebuild beside
/// them.
pub trait ReadModel: Fold {
    /// Its name: a noun.
    const NAME: &'static str;

    /// Its tables, main one first.
    const TABLES: &'static [&'static str];

    /// Loads the rows that these events touch. Those of each workspace are in order.
    fn load(
        connection: &mut PgConnection,
        events: &[&Recorded],
    ) -> impl Future<Output = Result<Self::Rows, sqlx::Error>> + Send;

    /// Writes the rows that have changed, set by set.
    fn write(connection: &mut PgConnection, rows: &Self::Rows) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

/// Why a fold cannot take in an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotApply(pub String);

impl CannotApply {
    /// The event is about a row that is not there.
    pub fn missing(what: &str) -> Self {
        Self(format!("there is no {what} that this event is about"))
    }
}

/// A read model whose rows are its own affair, so that a worker can hold several.
pub trait AnyReadModel: Send + Sync {
    /// [`ReadModel::NAME`].
    fn name(&self) -> &'static str;

    /// [`ReadModel::TABLES`].
    fn tables(&self) -> &'static [&'static str];

    /// Loads, folds and writes a batch, and tells the streams with an event that the fold refused.
    fn take_in<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [&'a Recorded],
    ) -> BoxFuture<'a, Result<Vec<Parked>, sqlx::Error>>;
}

/// Stands for the read model `M` without holding anything of it.
struct Model<M>(std::marker::PhantomData<fn() -> M>);

/// The read model `M`, as a worker holds it.
pub fn model<M: ReadModel>() -> Arc<dyn AnyReadModel> {
    Arc::new(Model::<M>(std::marker::PhantomData))
}

impl<M: ReadModel> AnyReadModel for Model<M> {
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn tables(&self) -> &'static [&'static str] {
        M::TABLES
    }

    fn take_in<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [&'a Recorded],
    ) -> BoxFuture<'a, Result<Vec<Parked>, sqlx::Error>> {
        Box::pin(async move {
            let (mut refused, mut rest) = (BTreeMap::new(), events);
            // At once, but for events that are very dear.
            loop {
                let mut rows = M::load(connection, rest).await?;
                let begun = Instant::now();
                while let [event, later @ ..] = rest
                    && begun.elapsed() < FOLDS_AT_A_TIME_MAX
                {
                    let place = (event.position.shard, event.stream);
                    let folded = if refused.contains_key(&place) { Ok(()) } else { fold::<M>(&mut rows, event) };
                    match folded {
                        Ok(()) => {}
                        Err(Unfolded::Refused(cause)) => {
                            refused.insert(place, Parked::at(event, cause));
                        }
                        // It did half of it, which must not be written: alone it is left aside, and so it is tried.
                        Err(Unfolded::Panicked) if events.len() > 1 => {
                            return Err(sqlx::Error::Encode(PANICKED.into()));
                        }
                        Err(Unfolded::Panicked) => return Ok(vec![Parked::at(event, CannotApply(PANICKED.into()))]),
                    }
                    rest = later;
                }
                M::write(connection, &rows).await?;
                if rest.is_empty() {
                    return Ok(refused.into_values().collect());
                }
            }
        })
    }
}

/// Why an event was not folded.
pub(crate) enum Unfolded {
    /// The fold refused it, and left the rows as they were.
    Refused(CannotApply),
    /// The fold panicked, and left the rows as it happened.
    Panicked,
}

/// Folds an event. Panics are caught: otherwise the worker would meet it again and again, and get no further.
pub(crate) fn fold<F: Fold>(rows: &mut F::Rows, event: &Recorded) -> Result<(), Unfolded> {
    let folded = catch_unwind(AssertUnwindSafe(|| F::fold(rows, event)));
    folded.map_or(Err(Unfolded::Panicked), |folded| folded.map_err(Unfolded::Refused))
}
