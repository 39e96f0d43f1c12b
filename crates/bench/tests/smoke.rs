//! Everything that is measured still runs, however little of it.

use bench::{document, measure::Stage, plan::Plan, product::Program, report::Report, servers::Servers};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_measurement_gives_figures_in_a_table_and_as_json() {
    let servers = Servers::start().await.expect("servers");
    let stage = Stage {
        plan: Plan::tiny(),
        servers: servers.addresses(),
        program: Program(vec![env!("CARGO_BIN_EXE_bench").into(), "momentum".into()]),
        bench: env!("CARGO_BIN_EXE_bench").into(),
    };
    let report = stage.measure(&[], |_| ()).await.expect("a report");
    let names: Vec<&str> = report.tables.iter().map(|table| &*table.name).collect();
    assert_eq!(names, ["append", "http command", "seen", "footprint", "replay", "queries", "growth"]);
    for cell in report.tables.iter().flat_map(|table| &table.lines).flat_map(|line| &line.cells) {
        assert!(cell.median.is_finite() && cell.low <= cell.median && cell.median <= cell.high, "{cell:?}");
    }
    let growth = report.tables.last().expect("a table");
    assert!(growth.lines.len() == 2 && !growth.lines[0].what.starts_with("0 "), "{growth}");
    for (line, compared) in growth.lines.iter().zip([0, 2]) {
        let targets = line.targets.iter().filter(|target| target.column.ends_with("of the first"));
        assert_eq!(targets.count(), compared, "nothing is held against itself: {growth}");
    }
    let kept: Report = serde_json::from_str(&serde_json::to_string(&report).expect("JSON")).expect("a report");
    assert_eq!(document::page(&kept), document::page(&report));
    servers.stop().await;
}
