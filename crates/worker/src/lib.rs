//! What a worker is: it follows the log of each shard and keeps read models up with it, each event exactly once.
//!
//! A [`ReadModel`] says what the rows are and how events change them; a [`Worker`] does the rest: the lease, the batch,
//! the checkpoint that moves in the same transaction, and the parking of what cannot be applied. [`Rebuild`] makes
//! tables anew beside the living ones, and [`Checkpoints`] tells readers how far a read model has come.

mod batch;
mod checkpoint;
mod digest;
mod follow;
mod lag;
mod lease;
mod new_rows;
mod parked;
mod read_model;
mod rebuild;
mod replay;
mod rows;
mod together;
mod unpark;
mod wait;

pub use self::{
    checkpoint::{Checkpoint, Schema},
    digest::{Digest, digest},
    follow::{NotCaughtUp, Worker},
    new_rows::{NewRows, Values},
    parked::Parked,
    read_model::{AnyReadModel, CannotApply, Fold, ReadModel, model},
    rebuild::{Rebuild, RebuildError, Rebuilt},
    replay::Replay,
    rows::{Rows, distinct},
    unpark::unpark,
    wait::{Behind, Checkpoints},
};
