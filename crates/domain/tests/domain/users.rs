//! What users decide.

use domain::{
    Personal, Refusal, User,
    user::{ChangePreferences, ChangeProfile, Language, RegisterUser, Theme, UserEvent},
};

use crate::given::{given, id};

fn registered() -> UserEvent {
    UserEvent::UserRegistered {
        email: Personal::clear("ada@example.org"),
        name: Some(Personal::clear("Ada")),
        workspace_id: id(1),
        language: Language::En,
    }
}

fn register() -> RegisterUser {
    RegisterUser {
        email: Personal::clear("ada@example.org"),
        name: Some(Personal::clear("Ada")),
        workspace_id: id(1),
        language: Language::En,
    }
}

#[test]
fn a_person_signs_up_once() {
    given::<User>([]).when(|user| user.register(&register())).then([registered()]);
    let taken = Refusal::IdTaken { what: "user".into() };
    given::<User>([registered()]).when(|user| user.register(&register())).then_refused(taken);
}

#[test]
fn nobody_is_changed_who_did_not_sign_up() {
    let nobody = given::<User>([]);
    let unknown = || Refusal::NotFound { what: "user".into() };
    nobody.when(|user| user.change_profile(&ChangeProfile { name: None })).then_refused(unknown());
    nobody.when(|user| user.change_preferences(&ChangePreferences::default())).then_refused(unknown());
}

#[test]
fn who_is_erased_is_erased_once_and_does_nothing_any_more() {
    let unknown = || Refusal::NotFound { what: "user".into() };
    given::<User>([]).when(User::erase).then_refused(unknown());
    given::<User>([registered()]).when(User::erase).then([UserEvent::UserErased {}]);
    let gone = given::<User>([registered(), UserEvent::UserErased {}]);
    gone.when(User::erase).then_nothing();
    gone.when(|user| user.change_profile(&ChangeProfile { name: None })).then_refused(unknown());
    gone.when(|user| user.register(&register())).then_refused(Refusal::IdTaken { what: "user".into() });
}

#[test]
fn a_name_is_changed_or_cleared_and_states_nothing_when_it_stays() {
    let ada = given::<User>([registered()]);
    let called = |name: &str| ChangeProfile { name: Some(Personal::clear(name)) };
    let countess = UserEvent::UserProfileChanged { name: Some(Personal::clear("Countess")) };
    ada.when(|user| user.change_profile(&called("Countess"))).then([countess.clone()]);
    ada.when(|user| user.change_profile(&called("Ada"))).then_nothing();

    let cleared = UserEvent::UserProfileChanged { name: None };
    ada.when(|user| user.change_profile(&ChangeProfile { name: None })).then([cleared.clone()]);
    given::<User>([registered(), countess, cleared])
        .when(|user| user.change_profile(&ChangeProfile { name: None }))
        .then_nothing();
}

#[test]
fn an_address_is_changed_unless_it_stays() {
    let ada = given::<User>([registered()]);
    let other = Personal::clear("countess@example.org");
    let changed = UserEvent::UserAddressChanged { email: other.clone() };
    ada.when(|user| user.change_address(&other)).then([changed.clone()]);
    given::<User>([registered(), changed]).when(|user| user.change_address(&other)).then_nothing();
    given::<User>([registered(), UserEvent::UserErased {}])
        .when(|user| user.change_address(&other))
        .then_refused(Refusal::NotFound { what: "user".into() });
}

#[test]
fn preferences_state_only_what_differs() {
    let ada = given::<User>([registered()]);
    let both = ChangePreferences { language: Some(Language::En), theme: Some(Theme::Dark) };
    let darker = UserEvent::UserPreferencesChanged { language: None, theme: Some(Theme::Dark) };
    ada.when(|user| user.change_preferences(&both)).then([darker.clone()]);
    ada.when(|user| user.change_preferences(&ChangePreferences::default())).then_nothing();
    given::<User>([registered(), darker]).when(|user| user.change_preferences(&both)).then_nothing();
}
