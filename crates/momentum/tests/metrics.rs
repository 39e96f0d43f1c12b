//! docs/metrics.md names every metric that the program has, and no other; rules for alerts ask for none but those.

use std::{collections::BTreeSet, fs, path::Path};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The names in the first column of the table.
fn documented() -> BTreeSet<String> {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/metrics.md")).expect("docs/metrics.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    rows.map(|(name, _)| name.to_owned()).collect()
}

/// What is handed to the macros of the `metrics` crate anywhere in the crates' sources.
fn counted() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders = vec![Path::new(ROOT).join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") && !is_test(&entry) {
                names.extend(in_source(&fs::read_to_string(&entry).expect("a source")));
            }
        }
    }
    names
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests")
}

fn in_source(source: &str) -> BTreeSet<String> {
    let program = source.split("#[cfg(test)]").next().unwrap_or_default();
    let calls = ["counter!(", "gauge!(", "histogram!("].into_iter().flat_map(|call| program.split(call).skip(1));
    calls.filter_map(|after| Some(after.trim_start().strip_prefix('"')?.split_once('"')?.0.to_owned())).collect()
}

#[test]
fn every_metric_is_documented_and_every_documented_one_exists() {
    assert_eq!(documented(), counted());
    assert!(documented().len() > 10);
}

#[test]
fn rules_for_alerts_ask_for_metrics_that_there_are() {
    let rules = fs::read_to_string(Path::new(ROOT).join("packaging/alerts.yaml")).expect("packaging/alerts.yaml");
    let asked: BTreeSet<&str> = rules
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("expr: "))
        .flat_map(|expression| expression.split(|char: char| !(char.is_ascii_alphanumeric() || char == '_')))
        .filter(|word| word.starts_with("momentum_") || word.starts_with("http_"))
        .collect();
    assert!(asked.len() > 4, "{asked:?}");
    let known = documented();
    assert!(asked.iter().all(|name| known.contains(*name)), "{asked:?}");
}
