//! Rotating the master key: every data key is wrapped anew, while the product runs.

use uuid::Uuid;

use super::{Vault, keys::Wrapped};
use crate::{Keyring, StoreError, error::Corruption, keyring::NONCE_BYTES};

/// So many data keys are wrapped anew in one transaction, whose locks commands for their owners wait for.
const BATCH_KEYS: i64 = 500;

/// What a rotation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The version that wraps every data key now.
    pub master: i16,
    /// How many data keys were wrapped anew.
    pub keys: u64,
}

impl Vault {
    /// Wraps every data key under the newest master key of the keyring. When this returns, the database takes no data key
    /// under another, so the others can be destroyed. Goes on where an interrupted rotation ended.
    pub async fn rotate(&self, told: impl Fn(u64) + Send + Sync) -> Result<Rotated, StoreError> {
        let keyring = self.keyring();
        let master = keyring.newest();
        sqlx::query!(
            "insert into vault.masters (version, known_since) values ($1, $2) on conflict do nothing",
            master,
            self.clock.now(),
        )
        .execute(&self.pool)
        .await?;
        let current = sqlx::query_scalar!(r#"select max(version) as "version!" from vault.masters"#);
        let current = current.fetch_one(&self.pool).await?;
        if current > master {
            return Err(Corruption::NoMasterKey { master: current }.into());
        }
        let mut keys = 0;
        loop {
            let mut after = Uuid::nil();
            while let Some((wrapped, last)) = self.wrap_some_anew(&keyring, master, after).await? {
                (keys, after) = (keys + wrapped, last);
                told(keys);
            }
            let others = sqlx::query!("delete from vault.masters where version < $1", master);
            match others.execute(&self.pool).await {
                Ok(_) => return Ok(Rotated { master, keys }),
                // Another process has made a key under an old one in this moment.
                Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The next ones after an owner: how many, and the last one's; none, if there are no more.
    async fn wrap_some_anew(
        &self,
        keyring: &Keyring,
        master: i16,
        after: Uuid,
    ) -> Result<Option<(u64, Uuid)>, StoreError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "a rotation is a program of its own, and ends with its connections"
        )]
        let mut transaction = self.pool.begin().await?;
        let rows = sqlx::query_as!(
            Wrapped,
            r#"select owner, master as "master!", wrapped as "wrapped!" from vault.keys
               where master < $1 and owner > $2 order by owner limit $3 for update"#,
            master,
            after,
            BATCH_KEYS,
        )
        .fetch_all(&mut *transaction)
        .await?;
        let (mut owners, mut anew) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for Wrapped { owner, master: from, wrapped } in rows {
            let mut nonce = [0; NONCE_BYTES];
            self.ids.fill(&mut nonce);
            let again = keyring.wrap_anew(owner, (from, &wrapped), master, nonce);
            anew.push(again.ok_or(Corruption::DataKey { owner, master: from })?);
            owners.push(owner);
        }
        let wrapped = sqlx::query!(
            "update vault.keys set master = $1, wrapped = anew.wrapped
             from unnest($2::uuid[], $3::bytea[]) as anew (owner, wrapped) where keys.owner = anew.owner",
            master,
            &owners,
            &anew,
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(owners.last().map(|last| (wrapped.rows_affected(), *last)))
    }
}
