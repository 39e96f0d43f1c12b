//! Invitations: who comes by one, what they are told, and when it is good no more.

use chrono::TimeDelta;
use identity::INVITATIONS_MAX;
use serde_json::json;
use testkit::app::{App, Caller, PASSWORD, Reply};

use crate::Shared;

/// What an invitation says it is to.
async fn offered(caller: &Caller<'_>, code: &str) -> Reply {
    caller.post("/v1/invitations/look", json!({ "code": code })).await
}

#[tokio::test]
async fn who_is_invited_sees_to_what_before_they_join_and_joins_once() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    assert_eq!(shared.ada.put("/v1/workspace/name", json!({ "name": "Ours" })).await.status, 200);
    let invited = shared.ada.post("/v1/workspace/invitations", json!({ "role": "editor" })).await;
    let code = invited.text("/code");
    let listed = shared.ada.get("/v1/workspace/invitations").await;
    assert_eq!(listed.items()[0]["id"], invited.body["id"]);
    assert!(!listed.raw.contains(code), "the code is told once");

    let offer = offered(&shared.grace, code).await;
    let fields = ["workspace_id", "workspace_name", "invited_by", "role", "is_member"].map(|it| offer.body[it].clone());
    assert_eq!(fields, [json!(shared.ada.workspace()), "Ours".into(), "Ada".into(), "editor".into(), false.into()]);
    assert_eq!(shared.grace_gets("/v1/goals").await.status, 404, "to look is not to join");

    let joined = shared.grace.accept(code).await;
    assert_eq!(joined.done(), shared.ada.workspace());
    assert_eq!(shared.grace.accept(code).await.body, joined.body, "it is done once");
    assert_eq!(offered(&shared.grace, code).await.at("/is_member"), true);
    let lin = app.register("lin@example.org").await;
    for refused in [offered(&lin, code).await, lin.accept(code).await] {
        assert_eq!((refused.problem(), refused.text("/what")), ((404, "not-found", ""), "invitation"));
    }
    assert!(shared.ada.get("/v1/workspace/invitations").await.items().is_empty());
    app.settle().await;
    let told = shared.ada.get("/v1/history?type=MemberAdded&limit=1").await;
    assert_eq!(told.text("/items/0/actor"), shared.grace.user());
    assert_eq!(told.text("/items/0/invited_by"), shared.ada.user());
    let event = shared.ada.get("/v1/events?limit=500").await;
    let event = event.items().iter().find(|it| it["event"]["type"] == "MemberAdded").expect("told").clone();
    assert_eq!(event["event"]["data"]["invited_by"], shared.ada.user());
}

#[tokio::test]
async fn who_was_removed_does_not_come_back_by_the_same_invitation() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    let code = shared.ada.invite("viewer").await;
    assert_eq!(shared.grace.accept(&code).await.status, 200);
    let removed = shared.ada.ask("DELETE", &shared.member_path()).key(app.new_id()).json(&json!({})).send().await;
    assert_eq!(removed.status, 200, "{}", removed.raw);
    assert_eq!(shared.grace.accept(&code).await.problem(), (404, "not-found", ""));
    assert_eq!(offered(&shared.grace, &code).await.problem(), (404, "not-found", ""), "nor is it told to what");
    // As where the process died between the event of her joining and the note that she had.
    let noted = sqlx::query("update identity.invitations set joined_at = null");
    noted.execute(app.database().pool()).await.expect("forgotten");
    assert_eq!(shared.grace.accept(&code).await.problem(), (404, "not-found", ""), "nothing came of it");
    assert_eq!(offered(&shared.grace, &code).await.problem(), (404, "not-found", ""), "and it is used up");
    app.pass(TimeDelta::seconds(2));
    assert_eq!(shared.grace_gets("/v1/goals").await.status, 404);
    shared.grace_joins_as("viewer").await;
}

#[tokio::test]
async fn an_invitation_ends_when_it_is_revoked_in_a_week_and_with_its_makers_role() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    let lin = app.register("lin@example.org").await;
    let ended = async |code: &str| {
        for refused in [offered(&lin, code).await, lin.accept(code).await] {
            assert_eq!((refused.problem(), refused.text("/what")), ((404, "not-found", ""), "invitation"));
        }
    };
    ended("mom_in_nonsense").await;

    let invited = shared.ada.post("/v1/workspace/invitations", json!({ "role": "viewer" })).await;
    let path = format!("/v1/workspace/invitations/{}", invited.text("/id"));
    assert_eq!(shared.grace.delete(&path).await.status, 404, "it is not in her workspace");
    assert_eq!(shared.ada.delete(&path).await.status, 204);
    assert_eq!(shared.ada.delete(&path).await.status, 404);
    ended(invited.text("/code")).await;

    shared.grace_joins_as("owner").await;
    let by_grace = shared.grace_sends("POST", "/v1/workspace/invitations", json!({ "role": "owner" })).await;
    assert_eq!(shared.ada.patch(&shared.member_path(), json!({ "role": "editor" })).await.status, 200);
    ended(by_grace.text("/code")).await;

    let late = shared.ada.invite("viewer").await;
    app.pass(TimeDelta::days(7));
    let lin = app.sign_in("lin@example.org").await;
    assert_eq!(lin.accept(&late).await.problem(), (404, "not-found", ""));
    let ada = app.sign_in("ada@example.org").await;
    assert_eq!(ada.get("/v1/workspace/invitations").await.at("/items"), json!([]));
}

#[tokio::test]
async fn one_of_several_who_come_with_a_code_at_once_joins() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    let lin = app.register("lin@example.org").await;
    let code = shared.ada.invite("viewer").await;
    let (grace, lin) = tokio::join!(shared.grace.accept(&code), lin.accept(&code));
    let mut seen = [grace.status.as_u16(), lin.status.as_u16()];
    seen.sort_unstable();
    assert_eq!(seen, [200, 404], "{} {}", grace.raw, lin.raw);
    assert_eq!(shared.ada.get("/v1/workspace/members").await.items().len(), 2);
}

#[tokio::test]
async fn a_workspace_has_so_many_open_invitations_at_most() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let invite = || ada.post("/v1/workspace/invitations", json!({ "role": "viewer" }));
    let first = invite().await;
    for _ in 1..50 {
        assert_eq!(invite().await.status, 201);
    }
    assert_eq!(invite().await.problem(), (409, "too-many-invitations", ""));
    assert_eq!(ada.delete(&format!("/v1/workspace/invitations/{}", first.text("/id"))).await.status, 204);
    assert_eq!(invite().await.status, 201);
}

#[tokio::test]
async fn what_was_offered_ends_with_the_password_of_who_offered_it() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    let code = shared.ada.invite("owner").await;
    let passwords = json!({ "current_password": PASSWORD, "new_password": "another fine secret" });
    assert_eq!(shared.ada.put("/v1/me/password", passwords).await.status, 200);
    assert_eq!(shared.grace.accept(&code).await.problem(), (404, "not-found", ""));
}

#[tokio::test]
async fn what_is_open_no_longer_takes_no_place_of_what_could_be() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    shared.grace_joins_as("owner").await;
    for _ in 0..INVITATIONS_MAX {
        let invited = shared.grace_sends("POST", "/v1/workspace/invitations", json!({ "role": "viewer" })).await;
        assert_eq!(invited.status, 201, "{}", invited.raw);
    }
    let invite = || shared.ada.post("/v1/workspace/invitations", json!({ "role": "viewer" }));
    assert_eq!(invite().await.problem(), (409, "too-many-invitations", ""));
    assert_eq!(shared.ada.patch(&shared.member_path(), json!({ "role": "editor" })).await.status, 200);
    assert_eq!(invite().await.status, 201);
    assert_eq!(shared.ada.get("/v1/workspace/invitations").await.items().len(), 1);
}
