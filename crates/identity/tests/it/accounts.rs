//! Registration, finished at once or later, and sign-in.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use identity::{Error, Registration};
use tokio::join;

use crate::support::{ADA, Kit, PASSWORD, wishes};

#[tokio::test]
async fn an_active_account_is_signed_in_to_whatever_the_case_of_its_address() {
    let kit = Kit::new().await;
    let registered = kit.ada().await;
    let account = kit.sign_in(" Ada@EXAMPLE.org", PASSWORD).await.expect("sign-in");
    assert_eq!((account.user, account.workspace), (registered.user, registered.workspace));
    assert_eq!(account.unfinished, None);
    kit.identity.open_session(&account, None).await.expect("session");
}

#[tokio::test]
async fn a_reserved_account_opens_no_session() {
    let kit = Kit::new().await;
    let account = kit.reserve(ADA).await;
    assert_eq!(account.unfinished, Some(wishes()));
    let refused = kit.identity.open_session(&account, None).await;
    assert!(matches!(refused, Err(Error::WrongCredentials)));
}

#[tokio::test]
async fn an_interrupted_registration_is_finished_by_registering_again() {
    let kit = Kit::new().await;
    let (first, second) = (kit.reserve(ADA).await, kit.reserve(ADA).await);
    assert_eq!((first.user, first.workspace), (second.user, second.workspace));
    kit.identity.activate(second.user).await.expect("activation");
    kit.open(&first).await;
}

#[tokio::test]
async fn an_interrupted_registration_is_finished_by_signing_in() {
    let kit = Kit::new().await;
    let reserved = kit.reserve(ADA).await;
    assert!(matches!(kit.sign_in(ADA, "a wrong password").await, Err(Error::WrongCredentials)));
    kit.pass(TimeDelta::days(100));
    let account = kit.sign_in(ADA, PASSWORD).await.expect("sign-in");
    assert_eq!((account.user, account.workspace), (reserved.user, reserved.workspace));
    assert_eq!(account.unfinished, Some(wishes()));
    kit.identity.activate(account.user).await.expect("activation");
    assert_eq!(kit.sign_in(ADA, PASSWORD).await.expect("sign-in").unfinished, None);
}

#[tokio::test]
async fn the_address_of_an_account_is_taken_for_good() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    kit.pass(TimeDelta::days(1));
    assert!(matches!(kit.register(ADA, PASSWORD).await, Err(Error::Taken)));
    assert!(matches!(kit.register(ADA, "another password").await, Err(Error::Taken)));
    kit.identity.release(account.user).await.expect("nothing to release");
    assert!(kit.sign_in(ADA, PASSWORD).await.is_ok(), "an active account is never released");
}

#[tokio::test]
async fn a_reservation_with_another_password_is_taken_at_first_and_can_be_released_after_an_hour() {
    let kit = Kit::new().await;
    let first = kit.reserve(ADA).await;
    kit.pass(TimeDelta::minutes(59));
    assert!(matches!(kit.register(ADA, "another password").await, Err(Error::Taken)));
    kit.pass(TimeDelta::minutes(1));
    let abandoned = kit.register(ADA, "another password").await.expect("registration");
    assert!(
        matches!(abandoned, Registration::Abandoned { user, workspace } if (user, workspace) == (first.user, first.workspace))
    );
    assert!(kit.sign_in(ADA, PASSWORD).await.is_ok(), "until it is released it can still be finished");

    kit.identity.release(first.user).await.expect("release");
    let Registration::Begun(second) = kit.register(ADA, "another password").await.expect("registration") else {
        panic!("the address is free");
    };
    assert!(second.user != first.user && second.workspace != first.workspace, "nobody enters what another one began");
    kit.identity.activate(first.user).await.expect("comes too late");
    assert!(kit.identity.open_session(&first, None).await.is_err());
    assert!(kit.sign_in(ADA, PASSWORD).await.is_err());
}

#[tokio::test]
async fn registering_twice_at_once_makes_one_account() {
    let kit = Kit::new().await;
    let (left, right) = join!(kit.reserve(ADA), kit.reserve(ADA));
    assert_eq!((left.user, left.workspace), (right.user, right.workspace));
}

#[tokio::test]
async fn an_address_is_found_for_administration() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    assert_eq!(kit.identity.user_by_address("ADA@example.org").await.expect("query"), Some(account.user));
    assert_eq!(kit.identity.user_by_address("eve@example.org").await.expect("query"), None);
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answer_after_the_same_work() {
    let kit = Kit::new().await;
    kit.ada().await;
    let mut fastest = [Duration::MAX; 2];
    let alike = |[known, unknown]: [Duration; 2]| unknown * 2 > known && known * 2 > unknown;
    // The fastest of a few, or of more on a busy machine: what else it does only ever adds to it.
    for round in 1..=20 {
        // Signing in is throttled.
        kit.pass(TimeDelta::minutes(1));
        for (fastest, address) in fastest.iter_mut().zip([ADA, "eve@example.org"]) {
            let start = Instant::now();
            assert!(matches!(kit.sign_in(address, "a wrong password").await, Err(Error::WrongCredentials)));
            *fastest = start.elapsed().min(*fastest);
        }
        if round >= 4 && alike(fastest) {
            break;
        }
    }
    assert!(alike(fastest), "known and unknown: {fastest:?}");
}

#[tokio::test]
async fn nothing_shown_for_debugging_tells_an_address_a_password_or_a_token() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    let opened = kit.open(&account).await;
    let shown = format!("{account:?} {opened:?} {:?}", kit.register(ADA, PASSWORD).await);
    for secret in [ADA, PASSWORD, "mom_", "$argon2"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
