//! Looks through every file of a run for what must not be in any.

use std::{
    fs,
    path::{Path, PathBuf},
};

use memchr::memmem;

use crate::clients::MARK;

/// What a program says that panics, and Postgres when it finds its files wrong.
const PANICS: [&str; 3] = ["panicked at", "PANIC:", "invalid page in block"];
/// What Postgres says, and rightly, when its volume is without power.
const WITHOUT_POWER: &str = "Input/output error";
/// Of each log, so many such lines are told.
const LINES_MAX: usize = 3;

/// Files below a folder, and logs, that hold a word which people wrote, in the clear.
pub(crate) fn files_with_personal_text(data: &Path, logs: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let mut found = vec![];
    search(data, &mut found)?;
    for log in logs {
        look(log, &mut found)?;
    }
    Ok(found)
}

fn search(folder: &Path, found: &mut Vec<String>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { search(&path, found)? } else { look(&path, found)? }
    }
    Ok(())
}

fn look(path: &Path, found: &mut Vec<String>) -> anyhow::Result<()> {
    if !path.is_file() {
        return Ok(());
    }
    if memmem::find(&fs::read(path)?, MARK.as_bytes()).is_some() {
        found.push(path.display().to_string());
    }
    Ok(())
}

/// The first lines of each log that say that something panicked.
pub(crate) fn panics(logs: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let mut found = vec![];
    for log in logs {
        let text = fs::read(log)?;
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter(|line| is_panic(line));
        found.extend(lines.take(LINES_MAX).map(|line| format!("{}: {line}", log.display())));
    }
    Ok(found)
}

fn is_panic(line: &str) -> bool {
    PANICS.iter().any(|word| line.contains(word)) && !line.contains(WITHOUT_POWER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_be_there_is_found_wherever_it_is() {
        let place = tempfile::tempdir().expect("a folder");
        let (data, log) = (place.path().join("data"), place.path().join("a.log"));
        fs::create_dir_all(data.join("deep")).expect("made");
        fs::write(data.join("deep/wal"), b"\xff\x00sealed").expect("written");
        fs::write(&log, "all is well\n").expect("written");
        let logs = [log.clone()];
        assert!(files_with_personal_text(&data, &logs).expect("read").is_empty());
        assert!(panics(&logs).expect("read").is_empty());
        fs::write(data.join("deep/wal"), [b"\xff\x00", MARK.as_bytes()].concat()).expect("written");
        let cut = "PANIC:  could not write to log file: Input/output error";
        fs::write(&log, format!("{cut}\nthread 'main' panicked at x.rs\n{MARK}\n")).expect("written");
        assert_eq!(files_with_personal_text(&data, &logs).expect("read").len(), 2);
        assert_eq!(panics(&logs).expect("read").len(), 1);
    }
}
