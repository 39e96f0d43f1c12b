//! How often somebody may try: GCRA, in one upsert, shared by all processes.
//!
//! GCRA keeps one instant a key: when its allowance will be whole again. An attempt moves it on by one interval, and is
//! refused where that would put it further ahead than the burst allows; a refused attempt moves nothing. When Postgres
//! is away the attempt fails, too: better nobody signs in than somebody guesses without limit.

use chrono::TimeDelta;
use domain::UserId;
use runtime::http::ClientAddress;

use crate::{Error, Identity, keys::EmailHash};

/// So many at once, and one more each interval.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// How many may come at once, after a quiet time; at least 1.
    pub burst: i32,
    /// How long it takes until there is one more.
    pub interval: TimeDelta,
}

/// What is limited, by account, by client address, and by the two together.
///
/// A stranger who knows an address soon uses up what their own network may try there, and nothing of what its owner may:
/// only who comes from many networks at once can hold up a sign-in. Sessions that are open stay so.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Sign-ins to one account from one client address.
    pub sign_in: Rate,
    /// Sign-ins to one account, wherever they come from.
    pub sign_in_account: Rate,
    /// Sign-ins and changes of passwords from one client address, which may be a whole office.
    pub sign_in_client: Rate,
    /// Registrations of one e-mail address.
    pub register_account: Rate,
    /// Registrations from one client address; they tell whether an address is taken, so they are few.
    pub register_client: Rate,
    /// What one account's password is asked for once more, by somebody who holds a session of it.
    pub change_password: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        let rate = |burst, seconds| Rate { burst, interval: TimeDelta::seconds(seconds) };
        Self {
            sign_in: rate(10, 30),
            sign_in_account: rate(100, 10),
            sign_in_client: rate(50, 2),
            register_account: rate(5, 60),
            register_client: rate(20, 30),
            change_password: rate(5, 60),
        }
    }
}

const SIGN_IN: &str = "sign in";
const REGISTER: &str = "register";
const CHANGE_PASSWORD: &str = "change password";

impl Identity {
    pub(crate) async fn throttle_sign_in(&self, client: ClientAddress, email: EmailHash) -> Result<(), Error> {
        // The client first: whoever is refused for what they did uses up nothing of the account's.
        self.attempt(self.keys.throttle_client(SIGN_IN, client), self.limits.sign_in_client).await?;
        self.attempt(self.keys.throttle_client_at(SIGN_IN, client, email), self.limits.sign_in).await?;
        self.attempt(self.keys.throttle_email(SIGN_IN, email), self.limits.sign_in_account).await
    }

    pub(crate) async fn throttle_registration(&self, client: ClientAddress, email: EmailHash) -> Result<(), Error> {
        self.attempt(self.keys.throttle_client(REGISTER, client), self.limits.register_client).await?;
        self.attempt(self.keys.throttle_email(REGISTER, email), self.limits.register_account).await
    }

    pub(crate) async fn throttle_own_password(&self, client: ClientAddress, user: UserId) -> Result<(), Error> {
        self.attempt(self.keys.throttle_client(SIGN_IN, client), self.limits.sign_in_client).await?;
        self.attempt(self.keys.throttle_user(CHANGE_PASSWORD, user), self.limits.change_password).await
    }

    /// Counts an attempt, or refuses it and says when the next is allowed.
    async fn attempt(&self, key: [u8; 32], rate: Rate) -> Result<(), Error> {
        let now = self.clock.now();
        // A key is refused while, even before this attempt, it is further ahead than this.
        let latest = now + rate.interval * (rate.burst - 1);
        let allowed = sqlx::query!(
            "insert into identity.throttle as kept (key, whole_at) values ($1, $2)
             on conflict (key) do update set whole_at = greatest(kept.whole_at, $3) + (excluded.whole_at - $3)
             where kept.whole_at <= $4",
            &key[..],
            now + rate.interval,
            now,
            latest,
        )
        .execute(&self.db)
        .await?;
        if allowed.rows_affected() == 1 {
            return Ok(());
        }
        let whole_at = sqlx::query_scalar!("select whole_at from identity.throttle where key = $1", &key[..])
            .fetch_optional(&self.db)
            .await?;
        // Gone only where it was purged in this moment; then the next attempt passes.
        let retry_after = whole_at.map_or(TimeDelta::zero(), |whole_at| whole_at - latest);
        Err(Error::TooManyAttempts { retry_after: retry_after.to_std().unwrap_or_default() })
    }
}
