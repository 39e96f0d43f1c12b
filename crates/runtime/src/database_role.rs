//! The roles of the system, as Postgres knows them: each has rights of its own, the least it needs.

use strum::{EnumIter, IntoStaticStr};

/// A role of the system that works in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum DatabaseRole {
    /// Appends, keeps credentials, seals and opens text.
    CommandApi,
    /// Reads everything that is told, and opens text.
    QueryApi,
    /// Keeps the read models.
    Projector,
    /// Keeps the figures, and appends that weeks have ended.
    Analytics,
}

impl DatabaseRole {
    /// As it is called in the product.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// As it is called in Postgres: databases of one cluster share its roles, so each has its own.
    pub fn in_database(self, database: &str) -> String {
        format!("{database}_{}", self.name().replace('-', "_"))
    }
}
