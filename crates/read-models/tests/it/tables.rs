//! The tables of read models, as a worker sees them; the tests of analytics use it too.

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use testkit::TestDatabase;

/// The database as the read model's worker sees it.
pub fn pool(database: &TestDatabase, search_path: &str) -> PgPool {
    let options: PgConnectOptions = database.url().parse().unwrap();
    PgPoolOptions::new().max_connections(4).connect_lazy_with(options.options([("search_path", search_path)]))
}
