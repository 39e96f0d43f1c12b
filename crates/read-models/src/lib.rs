//! The read models of the projector, one file each: its row, its fold, its queries.

pub mod daily_logs;
pub mod goals;
pub mod members;
mod sealed_text;

use std::sync::Arc;

use worker::{AnyReadModel, model};

pub use self::sealed_text::SealedText;

/// All of them, as the projector runs them.
pub fn all() -> Vec<Arc<dyn AnyReadModel>> {
    vec![model::<goals::Goals>(), model::<daily_logs::DailyLogs>(), model::<members::Members>()]
}
