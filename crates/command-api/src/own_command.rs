//! A command that no client has an id for: it is given by what this service does about an account.

use domain::{CommandId, UserId, WorkspaceId};
use event_store::{Command, Store};
use runtime::traces;
use uuid::Uuid;

/// The command by which somebody has `operation` done about `subject`, once an id.
pub(crate) fn own_command(
    store: &Store,
    id: CommandId,
    actor: UserId,
    workspace: WorkspaceId,
    (operation, subject): (&str, Uuid),
) -> Command {
    Command {
        id,
        actor,
        workspace,
        fingerprint: store.index_key().fingerprint(operation, &[subject.as_bytes()]),
        if_match: None,
        correlation: None,
        causation: None,
        trace_parent: traces::current().map(|trace| trace.to_string()),
    }
}
