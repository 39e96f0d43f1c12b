//! Why a command was refused: one enum, stored as the command's answer and told to the person who asked.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A decision not to do what a command asks, with what the person can do about it.
///
/// Its JSON form is stored with the command id, so that a retry gets the same refusal; names are never changed.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    thiserror::Error,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumDiscriminants,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[strum_discriminants(
    name(RefusalCode),
    derive(strum::EnumIter, strum::EnumString, strum::IntoStaticStr),
    strum(serialize_all = "kebab-case"),
    doc = "The codes alone."
)]
pub enum Refusal {
    /// What the command is about does not exist, or is not the asker's.
    #[error("There is no such {}, or it is not yours to see.", in_words(.what))]
    NotFound {
        /// The aggregate's kind.
        what: Cow<'static, str>,
    },
    /// A client-made id was used before.
    #[error("A {} with this id exists already; make a new id.", in_words(.what))]
    IdTaken {
        /// The aggregate's kind.
        what: Cow<'static, str>,
    },
    /// The asker's role in the workspace is not enough.
    #[error("Your role in this workspace does not allow this; ask an owner.")]
    NotAllowed,
    /// `If-Match` named a version that is no longer the current one.
    #[error(
        "This was changed meanwhile: version {expected} was expected, {actual} is current. Read it again and repeat."
    )]
    VersionConflict {
        /// The version the client had.
        expected: u32,
        /// The version there is.
        actual: u32,
    },
    /// An archived goal takes no changes and no new logs. Those it has can be corrected, withdrawn and restored.
    #[error("The goal is archived; restore it first.")]
    GoalArchived,
    /// Only an archived goal can be restored.
    #[error("The goal is not archived.")]
    GoalNotArchived,
    /// A completed goal cannot be completed again.
    #[error("The goal is completed already.")]
    GoalCompleted,
    /// Only a completed goal can be reopened.
    #[error("The goal is not completed.")]
    GoalNotCompleted,
    /// A withdrawn log takes no corrections.
    #[error("The log is withdrawn; restore it first.")]
    LogWithdrawn,
    /// Only a withdrawn log can be restored.
    #[error("The log is not withdrawn.")]
    LogNotWithdrawn,
    /// A log is never for a day after today.
    #[error("{day} has not begun yet in this workspace's calendar, where today is {today}.")]
    DayNotBegun {
        /// The day asked for.
        day: NaiveDate,
        /// Today, by the workspace's calendar.
        today: NaiveDate,
    },
    /// A range that ends before it begins.
    #[error("The last day, {last}, lies before the first, {first}.")]
    RangeReversed {
        /// The first day asked for.
        first: NaiveDate,
        /// The last day asked for.
        last: NaiveDate,
    },
    /// A goal would have more separate pauses than it may.
    #[error("The goal would have more than {max} separate pauses; resume whole pauses, or pause one longer range.")]
    TooManyPauses {
        /// How many it may have.
        max: usize,
    },
    /// A stream would have more events than it may, all of which are read to decide on the next.
    #[error("This was changed {max} times already, which is as often as it can be.")]
    TooManyChanges {
        /// How many events it may have.
        max: usize,
    },
    /// Somebody is to join who belongs to the workspace.
    #[error("This person is a member of the workspace already; an owner can change their role.")]
    AlreadyMember,
    /// A workspace has as many members as it may.
    #[error("The workspace has {max} members, which is as many as there can be.")]
    TooManyMembers {
        /// How many it may have.
        max: usize,
    },
    /// A workspace always has an owner.
    #[error("This is the workspace's only owner; make somebody else an owner first.")]
    LastOwner,
    /// A personal workspace stays its person's.
    #[error("This is the person's own workspace; they stay its owner.")]
    OwnWorkspace,
    /// What an event changed was changed again since, so that taking it back would lose the later change.
    #[error("{field} was changed again since; undo the later change first, or set it yourself.")]
    ChangedSince {
        /// The field.
        field: Cow<'static, str>,
    },
    /// What an event changed has been taken back by another that still holds.
    #[error("It is undone already.")]
    UndoneAlready,
    /// What a field said before was erased by who wrote it, and so cannot be given back.
    #[error("What {field} said before was erased by who wrote it; set it yourself.")]
    TextErased {
        /// The field.
        field: Cow<'static, str>,
    },
    /// A week is closed once it is over, after all those before it.
    #[error("The week of {first} is not over yet, or an earlier one is to be closed first.")]
    WeekNotOver {
        /// The first date of the week.
        first: NaiveDate,
    },
    /// Some things cannot be taken back: that a person signed up, that a workspace was made, that a week was over.
    #[error("This cannot be undone.")]
    NotUndoable,
    /// The time zone is not in the bundled time zone database.
    #[error("{zone:?} is not a time zone known here; use an IANA name such as Europe/Berlin.")]
    UnknownZone {
        /// The name asked for.
        zone: String,
    },
}

/// An aggregate's kind as people say it.
pub fn in_words(kind: &str) -> String {
    kind.replace('-', " ")
}

/// What sort of answer a refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// It is not there.
    NotFound,
    /// It is there, in a state that does not allow the command.
    Conflict,
    /// The command makes no sense, whatever the state.
    Invalid,
    /// The asker may not. Not stored: a role can change.
    NotAllowed,
    /// It is not time yet. Not stored: it will be.
    TooEarly,
}

impl Refusal {
    /// There is no such `A`.
    pub const fn not_found<A: crate::Aggregate>() -> Self {
        Self::NotFound { what: Cow::Borrowed(A::KIND) }
    }

    /// There is such an `A` already.
    pub const fn id_taken<A: crate::Aggregate>() -> Self {
        Self::IdTaken { what: Cow::Borrowed(A::KIND) }
    }

    /// The stable name, as in `goal-archived`.
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// Whether the same command may be done later, as nothing else is needed for it but another moment.
    pub const fn may_pass(&self) -> bool {
        match self.kind() {
            RefusalKind::NotAllowed | RefusalKind::TooEarly => true,
            RefusalKind::Invalid => matches!(self, Self::DayNotBegun { .. }),
            RefusalKind::NotFound | RefusalKind::Conflict => false,
        }
    }

    /// What sort of answer it is.
    pub const fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound { .. } => RefusalKind::NotFound,
            Self::IdTaken { .. }
            | Self::VersionConflict { .. }
            | Self::GoalArchived
            | Self::GoalNotArchived
            | Self::GoalCompleted
            | Self::GoalNotCompleted
            | Self::LogWithdrawn
            | Self::LogNotWithdrawn
            | Self::ChangedSince { .. }
            | Self::UndoneAlready
            | Self::NotUndoable
            | Self::AlreadyMember
            | Self::TooManyMembers { .. }
            | Self::LastOwner
            | Self::OwnWorkspace
            | Self::TextErased { .. }
            | Self::TooManyPauses { .. }
            | Self::TooManyChanges { .. } => RefusalKind::Conflict,
            Self::DayNotBegun { .. } | Self::RangeReversed { .. } | Self::UnknownZone { .. } => RefusalKind::Invalid,
            Self::NotAllowed => RefusalKind::NotAllowed,
            Self::WeekNotOver { .. } => RefusalKind::TooEarly,
        }
    }
}
