//! Invitations, as far as they are credentials.

use domain::{Role, UserId};
use identity::Error;
use uuid::Uuid;

use crate::support::Kit;

#[tokio::test]
async fn whoever_was_erased_elsewhere_a_moment_ago_neither_invites_nor_accepts() {
    let kit = Kit::new().await;
    let (ada, erased) = (kit.ada().await, UserId::from(Uuid::from_u128(7)));
    let refused = kit.identity.invite(ada.workspace, erased, Role::Editor, [erased]).await;
    assert!(matches!(refused, Err(Error::SessionEnded)), "{refused:?}");
    let (invitation, code) =
        kit.identity.invite(ada.workspace, ada.user, Role::Editor, [ada.user]).await.expect("invited");
    let refused = kit.identity.take_invitation(invitation.id, erased).await;
    assert!(matches!(refused, Err(Error::SessionEnded)), "{refused:?}");
    let found = kit.identity.find_invitation(&code, ada.user).await.expect("found");
    assert_eq!(found.and_then(|found| found.taken_by), None, "it is anybody's");
}
