//! What is packaged, and told to who packages it, agrees with the product.

use std::collections::BTreeSet;

const NGINX: &str = include_str!("../../../packaging/nginx.conf");
const README: &str = include_str!("../../../README.md");

/// The paths that command-api answers `GET` at; all others are query-api's.
fn read_from_commands() -> BTreeSet<String> {
    let paths = command_api::routes().into_openapi().paths.paths;
    paths.into_iter().filter(|(_, path)| path.get.is_some()).map(|(path, _)| path).collect()
}

#[test]
fn the_example_of_a_proxy_knows_what_the_commands_side_answers() {
    let (_, rest) = NGINX.split_once("(GET|HEAD):/v1/(").expect("a pattern");
    let (names, _) = rest.split_once(")$ commands").expect("a pattern");
    assert_eq!(names.split('|').map(|name| format!("/v1/{name}")).collect::<BTreeSet<_>>(), read_from_commands());
}

#[test]
fn the_table_of_roles_knows_it_too() {
    let row = README.lines().find(|line| line.starts_with("| `momentum command-api`")).expect("a row");
    let told = row.split('`').filter(|word| word.starts_with("/v1/")).map(str::to_owned);
    assert_eq!(told.collect::<BTreeSet<_>>(), read_from_commands());
}
