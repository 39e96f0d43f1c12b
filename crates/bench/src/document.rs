//! docs/performance.md, made from a report.

use std::fmt::Write;

use crate::report::Report;

/// The page.
#[must_use]
pub fn page(report: &Report) -> String {
    let machine = &report.machine;
    let mut page = String::from(
        "# Performance\n\nMade by `make bench`; do not edit. Every figure was seen, on one machine; absolute ones \
         move with the machine, so it is the ratios that count: product and baseline took turns on the same Postgres and \
         nats-server, and shared the processors with the load itself. Figures are medians of the rounds, with the lowest \
         and the highest behind them. Postgres ran as `momentum up` runs it: `fsync` and `synchronous_commit` on. A load before \
         the run of much more than 0 means that others were at work on the machine: then absolute figures are too low, \
         waits too long, and ratios rough.\n\n",
    );
    let facts = [
        ("date", machine.at.format("%Y-%m-%d %H:%M UTC").to_string()),
        ("processor", format!("{} × {}", machine.processors, machine.processor)),
        ("memory", format!("{:.0} GiB", machine.memory_gib)),
        ("Postgres", machine.postgres.clone()),
        ("load before the run", format!("{:.2}", machine.load_before)),
        (
            "noise",
            format!("a fixed piece of work took up to {:.2} times its shortest between measurements", machine.noise()),
        ),
        ("took", format!("{:.0} s", machine.took_s)),
    ];
    page.push_str("| | |\n| --- | --- |\n");
    for (name, value) in facts {
        page.push_str(&format!("| {name} | {value} |\n"));
    }
    let (reached, missed): (Vec<_>, Vec<_>) = report.targets().partition(|(reached, _)| *reached);
    page.push_str(&format!("\n{} of {} targets are reached.", reached.len(), reached.len() + missed.len()));
    if !missed.is_empty() {
        page.push_str(" Missed:\n");
        missed.iter().for_each(|(_, told)| page.push_str(&format!("\n- {told}")));
    }
    page.push('\n');
    for table in &report.tables {
        let mut title = table.name.clone();
        title[..1].make_ascii_uppercase();
        let Ok(()) =
            write!(page, "\n## {title}\n\n{}\n\n{}\n**Bounded by:** {}\n", table.how, table.markdown(), table.bound)
        else {
            continue;
        };
    }
    page
}
