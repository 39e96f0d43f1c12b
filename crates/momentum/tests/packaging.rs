//! What Momentum is packaged with, where a mistake would cost data, or send requests astray.

use std::{
    collections::BTreeSet,
    env, fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).expect(path)
}

#[test]
fn text_in_containers_is_ordered_as_in_a_postgres_of_momentums_own() {
    let compose = read("packaging/compose.yaml");
    let (_, postgres) = compose.split_once("\n  postgres:\n").expect("the service");
    let (postgres, _) = postgres.split_once("\n  nats:\n").expect("the next");
    assert!(postgres.contains("POSTGRES_INITDB_ARGS: \"--locale=C --encoding=UTF8\""), "{postgres}");
}

#[test]
fn a_backup_goes_on_when_its_disk_is_back_and_begins_no_other_meanwhile() {
    let unit = read("packaging/momentum-backup.service");
    for line in ["ExecStartPre=/usr/bin/test -e /var/backups/momentum/backup.json", "Restart=on-failure"] {
        assert!(unit.lines().any(|other| other == line), "{line}");
    }
    assert!(!unit.contains("\nRequires"), "what is required takes the service with it, for good");
}

#[test]
fn what_alone_reads_the_data_is_not_cleaned_away() {
    let place = tempfile::tempdir().expect("a folder");
    let (tools, programs) = (place.path().join(".tools"), place.path().join("programs"));
    for folder in [&tools.join("postgres-17.2"), &tools.join("nats-server-2.15.1"), &programs] {
        fs::create_dir_all(folder).expect("made");
    }
    symlink("postgres-17.2", tools.join("postgres")).expect("linked");
    // In place of cargo, which would look for a package.
    fs::write(programs.join("cargo"), "#!/bin/sh\n").expect("written");
    fs::set_permissions(programs.join("cargo"), fs::Permissions::from_mode(0o755)).expect("set");
    #[expect(clippy::disallowed_methods, reason = "a program is looked for where the tests' own are")]
    let path = format!("{}:{}", programs.display(), env::var("PATH").expect("a path"));
    for _ in 0..2 {
        let mut make = Command::new("make");
        make.arg("--silent").arg("--file").arg(Path::new(ROOT).join("Makefile")).arg("clean");
        let done = make.current_dir(place.path()).env("PATH", &path).output().expect("make runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let mut left: Vec<_> = fs::read_dir(&tools).expect("folder").map(|it| it.expect("entry").file_name()).collect();
        left.sort();
        assert_eq!(left, ["postgres", "postgres-17.2"]);
    }
}

/// The paths that command-api answers `GET` at; all others are query-api's.
fn read_from_commands() -> BTreeSet<String> {
    let paths = command_api::routes().into_openapi().paths.paths;
    paths.into_iter().filter(|(_, path)| path.get.is_some()).map(|(path, _)| path).collect()
}

#[test]
fn the_example_of_a_proxy_knows_what_the_commands_side_answers() {
    let nginx = read("packaging/nginx.conf");
    let (_, rest) = nginx.split_once("(GET|HEAD):/v1/(").expect("a pattern");
    let (names, _) = rest.split_once(")$ commands").expect("a pattern");
    assert_eq!(names.split('|').map(|name| format!("/v1/{name}")).collect::<BTreeSet<_>>(), read_from_commands());
}

#[test]
fn the_table_of_roles_knows_it_too() {
    let readme = read("README.md");
    let row = readme.lines().find(|line| line.starts_with("| `momentum command-api`")).expect("a row");
    let told = row.split('`').filter(|word| word.starts_with("/v1/")).map(str::to_owned);
    assert_eq!(told.collect::<BTreeSet<_>>(), read_from_commands());
}
