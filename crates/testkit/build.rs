//! Lets cargo notice a migration that was added: the macro that embeds them only watches those it has seen.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
