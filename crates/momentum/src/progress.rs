//! Progress of long work: a bar on a terminal, nothing elsewhere.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that says what is done, in events.
pub fn bar(what: &str) -> ProgressBar {
    bar_of(what, "events")
}

/// A bar that says what is done, in these units.
pub fn bar_of(what: &str, units: &str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    let template = format!("{{msg:24}} {{wide_bar}} {{human_pos}}/{{human_len}} {units}  {{per_sec}}  {{eta}}");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

/// A bar for files.
pub fn bytes(what: &str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{msg:24} {wide_bar} {bytes}/{total_bytes}  {bytes_per_sec}  {eta}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

/// Moves the bar: so much, of so much.
pub fn show(bar: &ProgressBar, done: u64, all: u64) {
    bar.set_length(all);
    bar.set_position(done);
}
