//! The crates depend on each other as ARCHITECTURE.md says, `domain` on nothing that does IO, and the product on one
//! provider of cryptography.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, PackageId};

const DOCUMENT: &str = include_str!("../../../ARCHITECTURE.md");
/// What a pure crate must not come to depend on, however far down.
const IMPURE: [&str; 4] = ["sqlx", "axum", "async-nats", "tokio"];

fn metadata() -> Metadata {
    // Crates of other platforms need not be there.
    let told = Command::new("rustc").arg("-vV").output().expect("rustc").stdout;
    let told = String::from_utf8(told).expect("text");
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).expect("host").to_owned();
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .other_options(["--offline".to_owned(), "--locked".to_owned(), "--filter-platform".to_owned(), host])
        .exec()
        .expect("cargo metadata")
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
    let (metadata, allowed) = (metadata(), allowed());
    let members: BTreeSet<&str> = metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    assert_eq!(members, allowed.keys().map(String::as_str).collect::<BTreeSet<_>>(), "the table names every crate");
    for package in metadata.workspace_packages() {
        let Some(may) = &allowed[package.name.as_str()] else { continue };
        let normal = package.dependencies.iter().filter(|it| it.kind == DependencyKind::Normal);
        for dependency in normal.filter(|it| members.contains(it.name.as_str())) {
            assert!(may.contains(&dependency.name), "{} may not depend on {}", package.name, dependency.name);
        }
    }
}

#[test]
fn nobody_depends_on_what_is_for_tests_but_in_tests() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        let normal = package.dependencies.iter().filter(|it| it.kind == DependencyKind::Normal);
        let for_tests = normal.filter(|it| ["testkit", "bench", "chaos"].contains(&&*it.name)).count();
        assert_eq!(for_tests, 0, "{} depends on testkit, bench or chaos", package.name);
    }
}

#[test]
fn the_domain_depends_on_nothing_that_does_io() {
    let metadata = metadata();
    let below = below(&metadata, "domain");
    assert!(below.contains("serde"), "the walk finds what is there");
    for name in IMPURE {
        assert!(!below.contains(name), "domain has come to depend on {name}");
    }
}

#[test]
fn the_product_brings_one_provider_of_cryptography() {
    // Not by `cargo metadata`, which takes what a lock file could bring for what is built.
    let tree = ["tree", "--offline", "--locked", "--package", "momentum", "--edges", "normal", "--prefix", "none"];
    let told = Command::new(env!("CARGO")).args(tree).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo");
    let told = String::from_utf8(told.stdout).expect("text");
    let names: BTreeSet<&str> = told.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains("aws-lc-rs"), "the tree tells what is there");
    assert!(!names.contains("ring"), "the product has come to depend on ring beside aws-lc-rs");
}

/// The names of everything below a crate, tests aside.
fn below(metadata: &Metadata, name: &str) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().expect("resolved");
    let nodes: BTreeMap<&PackageId, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let root = metadata.workspace_packages().into_iter().find(|package| package.name.as_str() == name);
    let mut open = vec![&root.expect("a crate").id];
    let mut seen: BTreeSet<&PackageId> = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let normal =
            |it: &&cargo_metadata::NodeDep| it.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
        open.extend(nodes[id].deps.iter().filter(normal).map(|dependency| &dependency.pkg));
    }
    let names = metadata.packages.iter().filter(|package| seen.contains(&package.id));
    names.map(|package| package.name.to_string()).collect()
}
