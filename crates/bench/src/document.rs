//! docs/performance.md, made from a report.

use crate::report::{Report, number};

/// One prepared insert a transaction, a second, by so many callers at once, on the machine that the targets were set on.
/// Its figures are those of our baseline of appends there.
const BASE_OF_TARGETS: [(&str, f64); 3] = [("1 at once", 5_140.0), ("16 at once", 18_000.0), ("64 at once", 20_800.0)];

/// The page.
#[must_use]
pub fn page(report: &Report) -> String {
    let machine = &report.machine;
    let mut page = String::from(
        "# Performance\n\nMade by `make bench`, of programs built as those that are packaged; do not edit. Every figure \
         was seen, on one machine; absolute ones move with the machine, so it is the ratios that count: product and \
         baseline took turns on the same Postgres and nats-server, and shared the processors with the load itself. Figures \
         are medians of the rounds, with the lowest and the highest behind them. Postgres ran as `momentum up` runs it: \
         `fsync` and `synchronous_commit` on. A load before the run of much more than 0 means that others were at work on \
         the machine: then absolute figures are too low, waits too long, and ratios rough.\n\n",
    );
    let facts = [
        ("date", joined(&machine.at, |at| at.format("%Y-%m-%d %H:%M UTC").to_string())),
        ("processor", format!("{} × {}", machine.processors, machine.processor)),
        ("memory", format!("{:.0} GiB", machine.memory_gib)),
        ("Postgres", machine.postgres.clone()),
        ("file system", machine.file_system.clone()),
        ("load before the run", joined(&machine.load_before, |load| format!("{load:.2}"))),
        (
            "noise",
            format!("a fixed piece of work took up to {:.2} times its shortest between measurements", machine.noise()),
        ),
        ("took", format!("{:.0} s", machine.took_s)),
    ];
    page.push_str("| | |\n| --- | --- |\n");
    for (name, value) in facts.into_iter().chain(base(report)) {
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
        let (how, cells, bound) = (&table.how, table.markdown(), &table.bound);
        page.push_str(&format!("\n## {title}\n\n{how}\n\n{cells}\n**Bounded by:** {bound}\n"));
    }
    page
}

/// What each run tells.
fn joined<T>(of_runs: &[T], told: impl Fn(&T) -> String) -> String {
    of_runs.iter().map(told).collect::<Vec<_>>().join(", ")
}

/// How fast this machine is beside the one that targets in absolute units were set on.
fn base(report: &Report) -> Option<(&'static str, String)> {
    let append = report.tables.iter().find(|table| table.name == "append")?;
    let told = BASE_OF_TARGETS.iter().map(|(what, there)| {
        let here = append.median(what, "inserts/s")?;
        Some(format!("{what} {}, of {} there ({:.2})", number(here), number(*there), here / there))
    });
    let told: Vec<String> = told.collect::<Option<_>>()?;
    Some(("plain inserts a second, here and where the absolute targets were set", told.join("; ")))
}
