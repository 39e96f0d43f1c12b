//! The HTTP surface, called as clients call it, on the whole product in one process.

mod access;
mod bad_input;
mod connections;
mod contract;
mod daily_logs;
mod document;
mod event_pages;
mod event_streams;
mod goals;
mod history;
mod isolation;
mod pages;
mod positions;
mod retries;
