//! The product with the bugs in it: a copy of its source, in which an environment variable chooses which of them is made.
//!
//! The product's own source has none of this. What a bug changes is found by its text, so that a change of the product
//! that takes a bug's place away is noticed by a test, and not by a night's run that no longer proves anything.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow, ensure};
use tokio::process::Command;

use super::bugs::{BUGS, Bug, Edit, ITEMS, Item};
use crate::cluster::BUG_VARIABLE;

/// What the program is called, so that nobody takes it for the product.
const PROGRAM: &str = "momentum-planted";
/// Where the copy lies, and what is built with it.
const COPY: &str = "target/planted/source";
/// What is not source.
const LEFT_OUT: [&str; 5] = [".git", "target", "node_modules", ".tools", ".schemathesis"];
/// The workspace's manifest, and the version that it gives all crates. The copy's is another: cargo tells crates apart by
/// name, version and place in their workspace, so that with the same it would take one for the other.
const WORKSPACE: &str = "Cargo.toml";
const VERSIONED: &str = "[workspace.package]\nversion = \"0.1.0\"\n";
/// The program's manifest, and how the program is named there.
const MANIFEST: &str = "crates/momentum/Cargo.toml";
const NAMED: &str = "[[bin]]\nname = \"momentum\"\n";

/// A file with all of the bugs in it.
fn spoil(file: &str, text: &str, bugs: &[Bug], items: &[Item]) -> anyhow::Result<String> {
    let mut wrongs: BTreeMap<&str, String> = BTreeMap::new();
    for bug in bugs {
        for Edit { right, wrong, .. } in bug.edits.iter().filter(|edit| edit.file == file) {
            let chosen =
                format!("if std::env::var(\"{BUG_VARIABLE}\").as_deref() == Ok(\"{}\") {{ {wrong} }} else ", bug.name);
            wrongs.entry(right).or_default().push_str(&chosen);
        }
    }
    let wrongs = wrongs.into_iter().map(|(right, wrongs)| (right, format!("{{ {wrongs}{{ {right} }} }}")));
    let items = items.iter().filter(|item| item.file == file);
    let items = items.map(|Item { before, text, .. }| (*before, format!("{text}\n\n{before}")));
    let mut places = wrongs
        .chain(items)
        .map(|(right, spoilt)| {
            let mut found = text.match_indices(right);
            match (found.next(), found.next()) {
                (Some((at, _)), None) => Ok((at, right, spoilt)),
                _ => Err(anyhow!("{file} does not have this once: {right}")),
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    places.sort_unstable();
    let (mut whole, mut taken) = (String::with_capacity(text.len()), 0);
    for (at, right, spoilt) in places {
        ensure!(at >= taken, "{file} has this inside of another: {right}");
        whole.push_str(&text[taken..at]);
        whole.push_str(&spoilt);
        taken = at + right.len();
    }
    whole.push_str(&text[taken..]);
    Ok(whole)
}

/// Copies the workspace's source, with all of the bugs in it, and builds the program.
pub async fn build(workspace: &Path, profile: &str) -> anyhow::Result<PathBuf> {
    let copy = workspace.join(COPY);
    let mut files = BTreeSet::new();
    list(workspace, workspace, &mut files)?;
    for file in &files {
        put(workspace, &copy, file).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    let mut copied = BTreeSet::new();
    if copy.exists() {
        list(&copy, &copy, &mut copied)?;
    }
    for gone in copied.difference(&files) {
        fs::remove_file(copy.join(gone))?;
    }
    let target = workspace.join("target");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--package", "momentum", "--bin", PROGRAM, "--profile", profile]);
    cargo.arg("--target-dir").arg(&target).current_dir(&copy);
    let built = cargo.output().await.context("cargo does not run")?;
    ensure!(built.status.success(), "the bugs do not compile:\n{}", String::from_utf8_lossy(&built.stderr));
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(target.join(folder).join(PROGRAM))
}

/// Every file of the source below `folder`, from `root`.
fn list(root: &Path, folder: &Path, files: &mut BTreeSet<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            list(root, &entry.path(), files)?;
        } else {
            files.insert(entry.path().strip_prefix(root)?.to_owned());
        }
    }
    Ok(())
}

/// Copies a file, unless what is there is the same: cargo goes by when a file was written.
fn put(workspace: &Path, copy: &Path, file: &Path) -> anyhow::Result<()> {
    let (mut content, to) = (fs::read(workspace.join(file))?, copy.join(file));
    if let Some(name) = file.to_str()
        && let Ok(text) = std::str::from_utf8(&content)
    {
        content = rename(name, spoil(name, text, BUGS, ITEMS)?)?.into_bytes();
    }
    if fs::read(&to).is_ok_and(|there| there == content) {
        return Ok(());
    }
    fs::create_dir_all(to.parent().context("a file has a folder")?)?;
    Ok(fs::write(to, content)?)
}

/// Has manifests call the crates and the program something else than the product's.
fn rename(file: &str, text: String) -> anyhow::Result<String> {
    let (named, renamed) = match file {
        WORKSPACE => (VERSIONED, VERSIONED.replace("0.1.0", "0.1.0+planted")),
        MANIFEST => (NAMED, format!("[[bin]]\nname = \"{PROGRAM}\"\npath = \"src/main.rs\"\n")),
        _ => return Ok(text),
    };
    ensure!(text.matches(named).count() == 1, "{file} does not have this once: {named}");
    Ok(text.replacen(named, &renamed, 1).replacen("default-run = \"momentum\"\n", "", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bug_still_has_its_place_in_the_product() {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let edits = BUGS.iter().flat_map(|bug| bug.edits).map(|edit| edit.file);
        for file in edits.chain(ITEMS.iter().map(|item| item.file)).collect::<BTreeSet<_>>() {
            let text = fs::read_to_string(workspace.join(file)).expect(file);
            let spoilt = spoil(file, &text, BUGS, ITEMS).expect("say in `bugs.rs` what would be wrong there now");
            assert_ne!(spoilt, text);
        }
    }

    #[test]
    fn the_product_itself_has_none_of_them() {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut files = BTreeSet::new();
        list(&workspace, &workspace, &mut files).expect("listed");
        let of_product = files.iter().filter(|file| file.starts_with("crates") && !file.starts_with("crates/chaos"));
        let sources: Vec<_> = of_product.filter(|file| file.extension().is_some_and(|kind| kind == "rs")).collect();
        assert!(sources.len() > 100);
        for file in sources {
            let text = fs::read_to_string(workspace.join(file)).expect("text");
            assert!(!text.contains(BUG_VARIABLE), "{}", file.display());
        }
    }

    #[test]
    fn a_bug_is_made_only_where_it_is_chosen() {
        const EDITS: &[Edit] = &[Edit { file: "a.rs", right: "one()", wrong: "two()" }];
        let bugs = [("first", EDITS), ("second", EDITS)];
        let bugs = bugs.map(|(name, edits)| Bug { name, mistake: "", edits, faults: &[], found_by: &[] });
        let items = [Item { file: "a.rs", before: "fn a", text: "fn two() {}" }];
        let spoilt = spoil("a.rs", "fn a() { one(); }", &bugs, &items).expect("spoilt");
        let chosen = |name| format!("if std::env::var(\"PLANTED_BUG\").as_deref() == Ok(\"{name}\") {{ two() }} else ");
        let expected =
            format!("fn two() {{}}\n\nfn a() {{ {{ {}{}{{ one() }} }}; }}", chosen("first"), chosen("second"));
        assert_eq!(spoilt, expected);
        assert_eq!(spoil("b.rs", "one()", &bugs, &items).expect("untouched"), "one()");
        assert!(spoil("a.rs", "fn a() { one(); one(); }", &bugs, &items).is_err(), "which one is not clear");
    }
}
