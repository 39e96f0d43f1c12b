//! How many commands one person may give: what one does by hand or brings along is never near it, what runs wild is.

use std::num::NonZeroU32;

use domain::UserId;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use runtime::ApiError;

/// People of whom this process knows more than this: then it looks whom it can forget, as their allowance is whole again.
const PEOPLE_KEPT: usize = 10_000;

/// Counts the commands that this process is asked for, by who asks.
pub struct Pace(DefaultKeyedRateLimiter<UserId>);

impl Pace {
    /// So many at once, and then as many a minute.
    pub fn of(commands_a_minute: NonZeroU32) -> Self {
        Self(RateLimiter::keyed(Quota::per_minute(commands_a_minute)))
    }

    /// Counts one more of this person's, or tells when there may be one.
    pub fn check(&self, user: UserId) -> Result<(), ApiError> {
        if self.0.len() > PEOPLE_KEPT {
            self.0.retain_recent();
        }
        self.0.check_key(&user).map_err(|early| ApiError::too_many(early.wait_time_from(self.0.clock().now())))
    }
}

#[cfg(test)]
mod tests {
    use runtime::http::IDEMPOTENCY_KEY;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::{RegistrationOpen, testing::App};

    #[test]
    fn each_person_has_an_allowance_of_their_own() {
        let pace = Pace::of(NonZeroU32::new(3).expect("not 0"));
        let [ada, grace] = [1, 2].map(|number| UserId::new(Uuid::from_u128(number)));
        for _ in 0..3 {
            assert!(pace.check(ada).is_ok());
        }
        assert!(pace.check(ada).is_err());
        assert!(pace.check(grace).is_ok());
    }

    #[tokio::test]
    async fn who_gives_too_many_is_told_when_to_come_back_and_nothing_is_done() {
        let app = App::of(RegistrationOpen(true), NonZeroU32::new(2).expect("not 0")).await;
        let ada = app.ada().await;
        let name = async |name: &str| {
            let key = (IDEMPOTENCY_KEY, app.new_id().to_string());
            app.send("PUT", "/v1/me/profile", &[ada.bearer(), key], Some(json!({ "name": name }))).await
        };
        assert_eq!((name("Countess").await.status.as_u16(), name("Ada").await.status.as_u16()), (200, 200));
        let events = app.events(ada.text("/workspace_id").parse().expect("id")).await.len();
        let early = name("Countess").await;
        assert_eq!(early.problem(), (429, "too-many-requests", ""));
        assert!(early.headers.contains_key("retry-after"));
        assert_eq!(app.events(ada.text("/workspace_id").parse().expect("id")).await.len(), events);
    }
}
