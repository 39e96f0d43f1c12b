//! The README's walk, as somebody makes it who has just installed the product.

use std::{path::Path, process::Stdio};

use tokio::process::Command;

use crate::product::Product;

/// What the walk is made with. Where there is none, nobody makes it.
const TOOL: &str = "curl";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_readme_shows_is_what_is_seen() {
    if Command::new(TOOL).arg("--version").stdout(Stdio::null()).status().await.is_err() {
        println!("There is no {TOOL} on this machine, with which the README asks.");
        return;
    }
    let mut product = Product::cold();
    product.up().await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/try-readme");
    let walk = Command::new(script).arg(product.address()).output().await.expect("run");
    assert!(walk.status.success(), "{}", String::from_utf8_lossy(&walk.stderr));
    product.stop().await;
}
