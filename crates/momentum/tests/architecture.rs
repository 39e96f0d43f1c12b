//! The crates depend on each other as ARCHITECTURE.md says, `domain` on nothing that does IO, and the product on one
//! provider of cryptography; and it is built once, for tests and for use.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde::Deserialize;

const DOCUMENT: &str = include_str!("../../../ARCHITECTURE.md");
/// What a pure crate must not come to depend on, however far down.
const IMPURE: [&str; 4] = ["sqlx", "axum", "async-nats", "tokio"];

/// What `cargo metadata` tells of the workspace.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// None of a normal one.
    kind: Option<String>,
}

impl Package {
    fn normal(&self) -> impl Iterator<Item = &str> {
        self.dependencies.iter().filter(|it| it.kind.is_none()).map(|it| it.name.as_str())
    }
}

fn workspace() -> Vec<Package> {
    let told = cargo(&["metadata", "--format-version", "1", "--no-deps"]);
    serde_json::from_str::<Metadata>(&told).expect("as cargo tells it").packages
}

/// Each package of a tree once, as `format` has it.
fn tree(format: &str, words: &[&str]) -> BTreeSet<String> {
    let told = cargo(&[&["tree", "--prefix", "none", "--format", format], words].concat());
    // What was told before is marked, and not told in full.
    told.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

fn cargo(words: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(words).args(["--offline", "--locked"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let told = cargo.output().expect("cargo runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).expect("text")
}

/// The rows of the document's table of crates: each crate, and what it may depend on; none for any.
fn allowed() -> BTreeMap<String, Option<BTreeSet<String>>> {
    let rows = DOCUMENT.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, _, may] = cells[..] else { panic!("not a row of three cells: {row}") };
        let may = may.split(',').map(str::trim).filter(|name| *name != "–").map(str::to_owned);
        let may: BTreeSet<String> = may.collect();
        (name.trim_matches('`').to_owned(), (!may.contains("any")).then_some(may))
    })
    .collect()
}

#[test]
fn crates_depend_on_no_more_than_the_document_allows() {
    let (workspace, allowed) = (workspace(), allowed());
    let members: BTreeSet<&str> = workspace.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(members, allowed.keys().map(String::as_str).collect::<BTreeSet<_>>(), "the table names every crate");
    for package in &workspace {
        let Some(may) = &allowed[&package.name] else { continue };
        for dependency in package.normal().filter(|name| members.contains(name)) {
            assert!(may.contains(dependency), "{} may not depend on {dependency}", package.name);
        }
    }
}

#[test]
fn nothing_of_the_product_depends_on_what_is_for_tests() {
    let is_for_tests = |name: &str| ["testkit", "bench", "chaos"].contains(&name);
    for package in workspace().into_iter().filter(|package| !is_for_tests(&package.name)) {
        let for_tests = package.normal().filter(|name| is_for_tests(name)).count();
        assert_eq!(for_tests, 0, "{} depends on testkit, bench or chaos", package.name);
    }
}

#[test]
fn the_domain_depends_on_nothing_that_does_io() {
    let below = below("domain");
    assert!(below.contains("serde"), "the tree tells what is there");
    for name in IMPURE {
        assert!(!below.contains(name), "domain has come to depend on {name}");
    }
}

#[test]
fn the_product_brings_one_provider_of_cryptography() {
    let below = below("momentum");
    assert!(below.contains("aws-lc-rs"), "the tree tells what is there");
    assert!(!below.contains("ring"), "the product has come to depend on ring beside aws-lc-rs");
}

/// With another set of features for tests, everything between that crate and the program would be built twice, and what is
/// tested would not be what is used.
#[test]
fn the_product_is_built_once_for_tests_and_for_use() {
    let features = "{p} {f}";
    let product = tree(features, &["--package", "momentum", "--package", "chaos", "--edges", "normal"]);
    let tests = tree(features, &["--workspace", "--edges", "normal,dev"]);
    let own = |package: &&String| !package.contains("testkit");
    let twice: Vec<_> = product.difference(&tests).filter(own).collect();
    assert!(product.len() > 100 && twice.is_empty(), "built again, with other features than for tests: {twice:#?}");
}

/// The names of everything below a crate, tests aside.
fn below(name: &str) -> BTreeSet<String> {
    let all = tree("{p}", &["--package", name, "--edges", "normal", "--all-features"]);
    all.iter().filter_map(|package| package.split(' ').next()).map(str::to_owned).collect()
}
