//! Who is who: the processes of the product, several of each role.

use std::fmt;

/// So many processes of each role.
const EACH: u8 = 2;

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Takes commands, and relays.
    CommandApi,
    /// Answers queries.
    QueryApi,
    /// Keeps read models.
    Projector,
    /// Keeps figures.
    Analytics,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::CommandApi, Self::QueryApi, Self::Projector, Self::Analytics];

    /// The word that starts it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::CommandApi => "command-api",
            Self::QueryApi => "query-api",
            Self::Projector => "projector",
            Self::Analytics => "analytics",
        }
    }

    /// Whether clients talk to it.
    #[must_use]
    pub const fn serves(self) -> bool {
        matches!(self, Self::CommandApi | Self::QueryApi)
    }
}

/// One process of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Member {
    /// What it does.
    pub role: Role,
    /// Which of those that do.
    pub nth: u8,
}

impl Member {
    /// All of them.
    #[must_use]
    pub fn all() -> Vec<Self> {
        Role::ALL.into_iter().flat_map(|role| (1..=EACH).map(move |nth| Self { role, nth })).collect()
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.role.word(), self.nth)
    }
}
