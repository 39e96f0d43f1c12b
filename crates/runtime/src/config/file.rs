//! The configuration file: TOML, and the same tree of settings as a flat list of dotted keys.

use std::{fs, path::Path};

use toml::{Table, Value};

use super::{
    ConfigError,
    settings::{Given, Layer, Place, Settings},
};

/// Reads the settings of one file.
pub(super) fn read(path: &Path, known: &Settings) -> Result<Layer, ConfigError> {
    let text = fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable { path: path.to_owned(), cause })?;
    let table: Table =
        text.parse().map_err(|cause| ConfigError::Malformed { path: path.to_owned(), cause: Box::new(cause) })?;
    let mut layer = Layer::default();
    for (key, value) in flatten(table) {
        layer.put(known, &key, Given::Toml(value), Place::File(path.to_owned()))?;
    }
    Ok(layer)
}

/// All values that are not tables, by their dotted key.
pub(super) fn flatten(table: Table) -> Vec<(String, Value)> {
    let mut flat = Vec::new();
    for (name, value) in table {
        match value {
            Value::Table(inner) => {
                flat.extend(flatten(inner).into_iter().map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            value => flat.push((name, value)),
        }
    }
    flat
}

/// The inverse of [`flatten`], for the two levels that there are.
pub(super) fn unflatten<'a>(flat: impl Iterator<Item = (&'a str, Value)>) -> Table {
    let mut table = Table::new();
    for (key, value) in flat {
        match key.split_once('.') {
            None => drop(table.insert(key.to_owned(), value)),
            Some((section, name)) => {
                let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
                if let Value::Table(section) = section {
                    section.insert(name.to_owned(), value);
                }
            }
        }
    }
    table
}
