//! docs/metrics.md names every metric that the program has, and no other.

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
