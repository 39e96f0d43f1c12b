//! What is generated and committed is what the code makes of it now. `openapi.json` is held in `http/contract.rs`; a query
//! that is missing in `.sqlx/` fails to compile, so what is left to look for is what nobody asks any more.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// Some queries are put together from a part that several share and one of their own.
const PARTS_MAX: usize = 3;
/// What is shorter stands in any code by chance.
const PART_BYTES_MIN: usize = 10;

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every source file below a folder, one after the other.
fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(&path).expect("a source file"));
        }
    }
}

/// Text without what differs between a string and how it is written: white space, quotes, escapes, the joints of parts.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !['\\', '"', '+'].contains(c)).collect()
}

/// Whether a query stands in the code, whole or in a few parts.
fn is_written(query: &str, code: &str) -> bool {
    let mut rest = query;
    for _ in 0..PARTS_MAX {
        let ends: Vec<usize> = rest.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        // The longest beginning that stands there; whatever is longer does not.
        let parts = ends.partition_point(|end| code.contains(&rest[..*end]));
        let Some(end) = parts.checked_sub(1).map(|last| ends[last]).filter(|end| *end >= PART_BYTES_MIN) else {
            return false;
        };
        rest = &rest[end..];
        if rest.is_empty() {
            return true;
        }
    }
    false
}

#[test]
fn no_query_is_kept_that_nobody_asks() {
    let mut code = String::new();
    sources(&top().join("crates"), &mut code);
    let code = bare(&code);
    let mut queries = 0;
    for entry in fs::read_dir(top().join(".sqlx")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let kept: Value = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
        let query = kept["query"].as_str().expect("a query");
        assert!(is_written(&bare(query), &code), "{} is asked by nobody: run `make gen`\n{query}", path.display());
        queries += 1;
    }
    assert!(queries > 0, "the folder is where it was");
}
