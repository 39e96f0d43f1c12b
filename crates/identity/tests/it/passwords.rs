//! Weak, changed, reset and outdated passwords.

use identity::{Error, Password, Tokens, Weakness};

use crate::support::{ADA, HERE, Kit, PASSWORD};

const NEW: &str = "battery staple correct";

#[tokio::test]
async fn a_weak_password_is_refused_before_anything_is_reserved() {
    let kit = Kit::new().await;
    let weak = |result| matches!(result, Err(Error::WeakPassword(weakness)) if weakness == Weakness::TooShort);
    assert!(weak(kit.register(ADA, "short").await));
    kit.ada().await;
}

#[tokio::test]
async fn changing_the_password_needs_the_current_one_and_ends_all_sessions_for_a_new_one() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    let (here, elsewhere) = (kit.open(&account).await, kit.open(&account).await);
    let change = |current, new| {
        let (current, new) = (Password::new(current), Password::new(new));
        let (identity, session) = (kit.identity.clone(), here.session);
        async move { identity.change_password(&session, HERE, &current, &new, Some("curl/8")).await }
    };
    kit.identity.authenticate(&elsewhere.tokens.access_token).await.expect("open");

    assert!(matches!(change("a wrong password", NEW).await, Err(Error::WrongCredentials)));
    assert!(matches!(change(PASSWORD, "short").await, Err(Error::WeakPassword(Weakness::TooShort))));
    kit.identity.authenticate(&here.tokens.access_token).await.expect("a refusal ends nothing");
    let new = change(PASSWORD, NEW).await.expect("changed");

    for Tokens { access_token, refresh_token, .. } in [&here.tokens, &elsewhere.tokens] {
        assert!(matches!(kit.identity.authenticate(access_token).await, Err(Error::SessionEnded)));
        assert!(matches!(kit.identity.refresh(refresh_token).await, Err(Error::SessionEnded)));
    }
    assert_eq!(kit.identity.authenticate(&new.tokens.access_token).await.expect("open"), new.session);
    let open = kit.identity.list_sessions(&new.session).await.expect("sessions");
    assert_eq!(
        open.iter().map(|open| (open.id, open.device.as_str())).collect::<Vec<_>>(),
        [(new.session.id, "curl/8")]
    );
    assert!(matches!(kit.sign_in(ADA, PASSWORD).await, Err(Error::WrongCredentials)));
    kit.sign_in(ADA, NEW).await.expect("the new password holds");
}

#[tokio::test]
async fn a_session_that_ended_changes_no_password_and_is_given_no_new_one() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    let here = kit.open(&account).await;
    kit.identity.sign_out(&here.tokens.access_token).await.expect("signed out");
    let (current, new) = (Password::new(PASSWORD), Password::new(NEW));
    let changed = kit.identity.change_password(&here.session, HERE, &current, &new, None).await;
    assert!(matches!(changed, Err(Error::SessionEnded)));
    kit.sign_in(ADA, PASSWORD).await.expect("the password is the one of before");
}

#[tokio::test]
async fn a_sign_in_overtaken_by_a_change_of_the_password_opens_no_session() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    let here = kit.open(&account).await;
    let overtaken = kit.sign_in(ADA, PASSWORD).await.expect("sign-in");
    let (current, new) = (Password::new(PASSWORD), Password::new(NEW));
    kit.identity.change_password(&here.session, HERE, &current, &new, None).await.expect("changed");
    assert!(matches!(kit.identity.open_session(&overtaken, None).await, Err(Error::WrongCredentials)));
}

#[tokio::test]
async fn a_reset_ends_all_sessions_and_gives_a_password_that_works() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    let here = kit.open(&account).await;
    let password = kit.identity.reset_password(account.user).await.expect("reset");
    assert!(matches!(kit.identity.refresh(&here.tokens.refresh_token).await, Err(Error::SessionEnded)));
    assert!(matches!(kit.sign_in(ADA, PASSWORD).await, Err(Error::WrongCredentials)));
    kit.sign_in(ADA, password.expose()).await.expect("the password shown works");
    let nobody = kit.identity.reset_password(domain::UserId::new(uuid::Uuid::nil())).await;
    assert!(matches!(nobody, Err(Error::NoSuchAccount)));
}

#[tokio::test]
async fn signing_in_brings_an_outdated_hash_up_to_date() {
    let kit = Kit::new().await;
    kit.ada().await;
    // PASSWORD with m=8, t=1, p=1.
    let outdated = outdated_hash();
    sqlx::query("update identity.accounts set password = $1").bind(&outdated).execute(&kit.db).await.expect("update");
    let account = kit.sign_in(ADA, PASSWORD).await.expect("the old hash still holds");
    let stored: String =
        sqlx::query_scalar("select password from identity.accounts").fetch_one(&kit.db).await.expect("query");
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    kit.open(&account).await;
    kit.sign_in(ADA, PASSWORD).await.expect("and so does the new one");
}

fn outdated_hash() -> String {
    use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, Version};
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).expect("parameters"));
    let hash: PasswordHash = argon2.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).expect("hash");
    hash.to_string()
}

#[tokio::test]
async fn a_new_password_is_not_the_address() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    let signed_in = kit.open(&account).await;
    let (current, new) = (Password::new(PASSWORD), Password::new(ADA.to_uppercase()));
    let refused = kit.identity.change_password(&signed_in.session, HERE, &current, &new, None).await;
    assert!(matches!(refused, Err(Error::WeakPassword(Weakness::SameAsAddress))), "{refused:?}");
}

#[tokio::test]
async fn an_address_is_changed_once_however_often_that_is_sent_at_once() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    let signed_in = kit.open(&account).await;
    let (session, password) = (&signed_in.session, Password::new(PASSWORD));
    let change = || kit.identity.change_address(session, HERE, &password, "countess@example.org");
    let (one, other) = tokio::join!(change(), change());
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    let elsewhere = kit.identity.change_address(session, HERE, &password, "lovelace@example.org");
    let (one, other) = tokio::join!(change(), elsewhere);
    assert!(one.is_ok() || other.is_ok(), "{one:?} {other:?}");
    let refused = [one, other].into_iter().find_map(Result::err);
    assert!(matches!(refused, None | Some(Error::WrongCredentials)), "the session goes on: {refused:?}");
}
