//! Attempts, and how soon there are too many.

use chrono::TimeDelta;
use identity::{Error, Limits, Password, Rate};
use runtime::http::ClientAddress;

use crate::support::{ADA, HERE, Kit, PASSWORD, wishes};

const WRONG: &str = "a wrong password";

fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let plenty = Rate { burst: 1_000, interval: TimeDelta::seconds(1) };
    let mut limits = Limits {
        sign_in: plenty,
        sign_in_account: plenty,
        sign_in_client: plenty,
        register_account: plenty,
        register_client: plenty,
        change_password: plenty,
    };
    change(&mut limits);
    limits
}

const THREE_AND_ONE_A_MINUTE: Rate = Rate { burst: 3, interval: TimeDelta::minutes(1) };

/// How many seconds to wait, where the attempt was one too many.
fn wait<T>(result: &Result<T, Error>) -> Option<u64> {
    match result {
        Err(Error::TooManyAttempts { retry_after }) => Some(retry_after.as_secs()),
        _ => None,
    }
}

#[tokio::test]
async fn sign_ins_to_an_account_are_limited_even_with_the_right_password() {
    let kit = Kit::with(limits(|limits| limits.sign_in_account = THREE_AND_ONE_A_MINUTE)).await;
    kit.ada().await;
    for _ in 0..3 {
        assert!(matches!(kit.sign_in(ADA, WRONG).await, Err(Error::WrongCredentials)));
    }
    assert_eq!(wait(&kit.sign_in(ADA, PASSWORD).await), Some(60));
    kit.pass(TimeDelta::seconds(59));
    assert_eq!(wait(&kit.sign_in(ADA, PASSWORD).await), Some(1), "a refused attempt costs nothing");
    kit.pass(TimeDelta::seconds(1));
    kit.sign_in(ADA, PASSWORD).await.expect("one a minute");
    assert_eq!(wait(&kit.sign_in(ADA, PASSWORD).await), Some(60));
    kit.pass(TimeDelta::hours(1));
    for _ in 0..3 {
        kit.sign_in(ADA, PASSWORD).await.expect("after a quiet time there are three again, and no more");
    }
    assert_eq!(wait(&kit.sign_in(ADA, PASSWORD).await), Some(60));
}

#[tokio::test]
async fn who_tries_an_account_too_often_keeps_nobody_elsewhere_from_signing_in() {
    let kit = Kit::with(limits(|limits| limits.sign_in = THREE_AND_ONE_A_MINUTE)).await;
    kit.ada().await;
    for _ in 0..3 {
        assert!(matches!(kit.sign_in(ADA, WRONG).await, Err(Error::WrongCredentials)));
    }
    assert_eq!(wait(&kit.sign_in(ADA, PASSWORD).await), Some(60));
    let elsewhere = ClientAddress("192.0.2.1".parse().expect("address"));
    kit.identity.sign_in(elsewhere, ADA, &Password::new(PASSWORD)).await.expect("from elsewhere");
    assert!(matches!(kit.sign_in("eve@example.org", WRONG).await, Err(Error::WrongCredentials)), "another account");
}

#[tokio::test]
async fn an_unknown_address_is_limited_like_a_known_one() {
    let kit = Kit::with(limits(|limits| limits.sign_in_account = THREE_AND_ONE_A_MINUTE)).await;
    for _ in 0..3 {
        assert!(matches!(kit.sign_in("eve@example.org", WRONG).await, Err(Error::WrongCredentials)));
    }
    assert_eq!(wait(&kit.sign_in("eve@example.org", WRONG).await), Some(60));
}

#[tokio::test]
async fn sign_ins_from_one_client_are_limited_whichever_account_they_try() {
    let kit = Kit::with(limits(|limits| limits.sign_in_client = THREE_AND_ONE_A_MINUTE)).await;
    kit.ada().await;
    for name in ["a", "b", "c"] {
        assert!(kit.sign_in(&format!("{name}@example.org"), WRONG).await.is_err());
    }
    assert_eq!(wait(&kit.sign_in(ADA, PASSWORD).await), Some(60));
    let elsewhere = ClientAddress("192.0.2.1".parse().expect("address"));
    kit.identity.sign_in(elsewhere, ADA, &Password::new(PASSWORD)).await.expect("from elsewhere");
}

#[tokio::test]
async fn registrations_are_limited_by_address_and_by_client() {
    let kit = Kit::with(limits(|limits| {
        limits.register_account = Rate { burst: 1, ..THREE_AND_ONE_A_MINUTE };
        limits.register_client = THREE_AND_ONE_A_MINUTE;
    }))
    .await;
    kit.ada().await;
    assert_eq!(wait(&kit.register(ADA, PASSWORD).await), Some(60));
    kit.reserve("eve@example.org").await;
    assert_eq!(wait(&kit.register("bob@example.org", PASSWORD).await), Some(60));
    let elsewhere = ClientAddress("192.0.2.1".parse().expect("address"));
    let bob = kit.identity.register(Some(elsewhere), "bob@example.org", &Password::new(PASSWORD), &wishes()).await;
    assert!(bob.is_ok(), "the client was refused, and so nothing was counted against the address");
}

#[tokio::test]
async fn guessing_the_current_password_from_within_a_session_is_limited() {
    let kit = Kit::with(limits(|limits| limits.change_password = THREE_AND_ONE_A_MINUTE)).await;
    let session = kit.open(&kit.ada().await).await.session;
    let change = |current| {
        let (identity, current) = (kit.identity.clone(), Password::new(current));
        async move { identity.change_password(&session, HERE, &current, &Password::new(PASSWORD), None).await }
    };
    for _ in 0..3 {
        assert!(matches!(change(WRONG).await, Err(Error::WrongCredentials)));
    }
    assert_eq!(wait(&change(PASSWORD).await), Some(60));
}

#[tokio::test]
async fn processes_share_the_count_exactly() {
    let kit = Kit::with(limits(|limits| limits.sign_in_account = THREE_AND_ONE_A_MINUTE)).await;
    let mut attempts = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let process = kit.another_process();
        attempts.spawn(async move { wait(&process.sign_in(HERE, ADA, &Password::new(WRONG)).await) });
    }
    let allowed = attempts.join_all().await.into_iter().filter(Option::is_none).count();
    assert_eq!(allowed, 3);
}

#[tokio::test]
async fn nobody_gets_in_while_attempts_cannot_be_counted() {
    let kit = Kit::new().await;
    kit.ada().await;
    sqlx::query("drop table identity.throttle").execute(&kit.db).await.expect("drop");
    assert!(matches!(kit.sign_in(ADA, PASSWORD).await, Err(Error::Database(_))));
}
