//! Worker: figures made from the log. Its read models, and the worker that keeps them.

pub mod daily_totals;

use std::sync::Arc;

use worker::{AnyReadModel, model};

/// The read models of this worker.
pub fn all() -> Vec<Arc<dyn AnyReadModel>> {
    vec![model::<daily_totals::DailyTotals>()]
}
