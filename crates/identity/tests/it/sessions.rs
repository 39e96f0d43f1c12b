//! Sessions and their tokens, from sign-in to their end.

use chrono::TimeDelta;
use identity::{ACCESS_LIFE, Error, REFRESH_LIFE};
use tokio::join;

use crate::support::{Kit, PASSWORD};

const SECOND: TimeDelta = TimeDelta::seconds(1);

#[tokio::test]
async fn an_access_token_is_good_for_fifteen_minutes() {
    let kit = Kit::new().await;
    let opened = kit.open(&kit.ada().await).await;
    let authenticate = || kit.identity.authenticate(&opened.tokens.access_token);
    assert_eq!(authenticate().await.expect("good"), opened.session);
    kit.pass(ACCESS_LIFE - SECOND);
    assert_eq!(authenticate().await.expect("good"), opened.session);
    kit.pass(SECOND);
    assert!(matches!(authenticate().await, Err(Error::ExpiredToken)));
    assert!(kit.identity.is_open(opened.session.id).await.expect("query"), "the session goes on");
}

#[tokio::test]
async fn what_is_not_a_token_of_the_right_kind_is_unknown() {
    let kit = Kit::new().await;
    let tokens = kit.open(&kit.ada().await).await.tokens;
    for wrong in ["", "mom_at_", "mom_at_AAAA", PASSWORD, &tokens.refresh_token] {
        assert!(matches!(kit.identity.authenticate(wrong).await, Err(Error::UnknownToken)));
    }
    assert!(matches!(kit.identity.refresh(&tokens.access_token).await, Err(Error::UnknownToken)));
}

#[tokio::test]
async fn refreshing_gives_a_new_pair_and_leaves_the_old_access_token_its_time() {
    let kit = Kit::new().await;
    let first = kit.open(&kit.ada().await).await;
    kit.pass(TimeDelta::minutes(10));
    let second = kit.identity.refresh(&first.tokens.refresh_token).await.expect("refresh");
    assert_eq!(second.session, first.session);
    assert_ne!(second.tokens.refresh_token, first.tokens.refresh_token);
    assert_ne!(second.tokens.access_token, first.tokens.access_token);
    for tokens in [&first.tokens, &second.tokens] {
        assert_eq!(kit.identity.authenticate(&tokens.access_token).await.expect("good"), first.session);
    }
    kit.pass(TimeDelta::minutes(5));
    assert!(matches!(kit.identity.authenticate(&first.tokens.access_token).await, Err(Error::ExpiredToken)));
    kit.identity.authenticate(&second.tokens.access_token).await.expect("good");
}

#[tokio::test]
async fn a_refresh_token_used_again_within_ten_seconds_gives_the_same_pair() {
    let kit = Kit::new().await;
    let first = kit.open(&kit.ada().await).await.tokens;
    let second = kit.identity.refresh(&first.refresh_token).await.expect("refresh").tokens;
    kit.pass(TimeDelta::milliseconds(9_999));
    for token in [&first.refresh_token, &second.refresh_token] {
        let again = kit.identity.refresh(token).await.expect("repeated").tokens;
        assert_eq!((&again.refresh_token, &again.access_token), (&second.refresh_token, &second.access_token));
        assert_eq!(again.refresh_expires_at, second.refresh_expires_at);
    }
    kit.pass(SECOND);
    let third = kit.identity.refresh(&second.refresh_token).await.expect("refresh").tokens;
    assert_ne!(third.refresh_token, second.refresh_token);
}

#[tokio::test]
async fn a_refresh_token_used_again_later_ends_the_session() {
    let kit = Kit::new().await;
    let first = kit.open(&kit.ada().await).await.tokens;
    let second = kit.identity.refresh(&first.refresh_token).await.expect("refresh").tokens;
    kit.identity.authenticate(&second.access_token).await.expect("good");
    kit.pass(TimeDelta::seconds(10));
    assert!(matches!(kit.identity.refresh(&first.refresh_token).await, Err(Error::TokenReused)));
    assert!(matches!(kit.identity.authenticate(&second.access_token).await, Err(Error::SessionEnded)));
    assert!(matches!(kit.identity.refresh(&second.refresh_token).await, Err(Error::SessionEnded)));
}

#[tokio::test]
async fn a_refresh_token_from_long_ago_ends_the_session_too() {
    let kit = Kit::new().await;
    let first = kit.open(&kit.ada().await).await.tokens;
    let mut newest = first.clone();
    for _ in 0..3 {
        kit.pass(TimeDelta::minutes(15));
        newest = kit.identity.refresh(&newest.refresh_token).await.expect("refresh").tokens;
    }
    assert!(matches!(kit.identity.refresh(&first.refresh_token).await, Err(Error::TokenReused)));
    assert!(matches!(kit.identity.refresh(&newest.refresh_token).await, Err(Error::SessionEnded)));
}

#[tokio::test]
async fn tabs_that_refresh_at_once_get_the_same_pair() {
    let kit = Kit::new().await;
    let first = kit.open(&kit.ada().await).await.tokens;
    let elsewhere = kit.another_process();
    let (one, two, three) = join!(
        kit.identity.refresh(&first.refresh_token),
        elsewhere.refresh(&first.refresh_token),
        kit.identity.refresh(&first.refresh_token),
    );
    let one = one.expect("refresh").tokens;
    for other in [two, three] {
        let other = other.expect("refresh").tokens;
        assert_eq!((&other.refresh_token, &other.access_token), (&one.refresh_token, &one.access_token));
    }
}

#[tokio::test]
async fn a_session_goes_on_while_it_is_refreshed_within_seven_days() {
    let kit = Kit::new().await;
    let mut tokens = kit.open(&kit.ada().await).await.tokens;
    for _ in 0..3 {
        kit.pass(REFRESH_LIFE - SECOND);
        tokens = kit.identity.refresh(&tokens.refresh_token).await.expect("refresh").tokens;
    }
    kit.pass(REFRESH_LIFE);
    assert!(matches!(kit.identity.refresh(&tokens.refresh_token).await, Err(Error::SessionEnded)));
}

#[tokio::test]
async fn an_end_in_another_process_is_seen_within_a_second() {
    let kit = Kit::new().await;
    let opened = kit.open(&kit.ada().await).await;
    let elsewhere = kit.another_process();
    let authenticate = || elsewhere.authenticate(&opened.tokens.access_token);
    authenticate().await.expect("good");
    kit.identity.end_session(opened.session.user, opened.session.id).await.expect("ended");
    assert!(matches!(kit.identity.authenticate(&opened.tokens.access_token).await, Err(Error::SessionEnded)));
    kit.pass(SECOND);
    assert!(matches!(authenticate().await, Err(Error::SessionEnded)));
    assert!(!elsewhere.is_open(opened.session.id).await.expect("query"));
}

#[tokio::test]
async fn a_refresh_in_another_process_is_seen_at_once() {
    let kit = Kit::new().await;
    let first = kit.open(&kit.ada().await).await;
    let elsewhere = kit.another_process();
    elsewhere.authenticate(&first.tokens.access_token).await.expect("good");
    let second = kit.identity.refresh(&first.tokens.refresh_token).await.expect("refresh");
    elsewhere.authenticate(&second.tokens.access_token).await.expect("the cache does not stand in the way");
}

#[tokio::test]
async fn either_token_signs_out_and_nonsense_does_nothing() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    let (one, two) = (kit.open(&account).await.tokens, kit.open(&account).await.tokens);
    kit.identity.sign_out("mom_at_nonsense").await.expect("nothing");
    kit.identity.sign_out(&one.access_token).await.expect("signed out");
    assert!(matches!(kit.identity.authenticate(&one.access_token).await, Err(Error::SessionEnded)));
    kit.identity.authenticate(&two.access_token).await.expect("another session");
    kit.identity.sign_out(&two.refresh_token).await.expect("signed out");
    kit.identity.sign_out(&two.refresh_token).await.expect("and again");
    assert!(matches!(kit.identity.authenticate(&two.access_token).await, Err(Error::SessionEnded)));
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sessions_only() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    let here = kit.identity.open_session(&account, Some(firefox)).await.expect("session").session;
    kit.pass(SECOND);
    let there = kit.identity.open_session(&account, Some("curl/8.14.1")).await.expect("session").session;
    let eve = kit.reserve("eve@example.org").await;
    kit.identity.activate(eve.user).await.expect("activation");
    let foreign = kit.open(&eve).await.session;

    let list = kit.identity.list_sessions(&here).await.expect("list");
    let told: Vec<_> = list.iter().map(|session| (session.id, session.device.as_str(), session.current)).collect();
    assert_eq!(told, [(there.id, "curl/8.14.1", false), (here.id, "Firefox, Linux", true)]);

    assert!(matches!(kit.identity.end_session(here.user, foreign.id).await, Err(Error::NoSuchSession)));
    assert_eq!(kit.identity.end_other_sessions(&here).await.expect("ended"), 1);
    assert!(matches!(kit.identity.end_session(here.user, there.id).await, Err(Error::NoSuchSession)));
    assert!(kit.identity.is_open(here.id).await.expect("query"));
    assert!(kit.identity.is_open(foreign.id).await.expect("query"));
}

#[tokio::test]
async fn a_fifty_first_session_ends_the_one_used_least_recently() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    let first = kit.open(&account).await.session;
    for _ in 0..49 {
        kit.pass(SECOND);
        kit.open(&account).await;
    }
    assert!(kit.identity.is_open(first.id).await.expect("query"));
    kit.pass(SECOND);
    let last = kit.open(&account).await.session;
    assert_eq!(kit.identity.list_sessions(&last).await.expect("list").len(), 50);
    assert!(!kit.identity.is_open(first.id).await.expect("query"));
}

#[tokio::test]
async fn the_purge_removes_what_has_run_out_and_nothing_else() {
    let kit = Kit::new().await;
    let account = kit.ada().await;
    kit.open(&account).await;
    kit.pass(REFRESH_LIFE - SECOND);
    let young = kit.open(&account).await.session;
    // The attempts to register are forgiven by now.
    assert_eq!(kit.identity.purge().await.expect("purge"), 2);
    kit.pass(SECOND);
    assert_eq!(kit.identity.purge().await.expect("purge"), 1);
    let many = "insert into identity.throttle select int4send(nth), '-infinity' from generate_series(1, 2500) as nth";
    sqlx::query(many).execute(&kit.db).await.expect("attempts");
    assert_eq!(kit.identity.purge().await.expect("purge"), 2_500, "however many there are");
    assert_eq!(kit.identity.list_sessions(&young).await.expect("list").len(), 1);
}
