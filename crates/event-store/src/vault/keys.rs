//! People's data keys: found, made, and gone for ever with an erasure.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::PoisonError,
};

use domain::UserId;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Vault;
use crate::{
    Keyring, StoreError, UnfitDatabase,
    error::Corruption,
    install::check_master_keys,
    keyring::{DataKey, NONCE_BYTES},
};

/// A key is made at the second attempt, if a rotation came between the first and its end.
const ATTEMPTS_MAX: u32 = 3;

impl Vault {
    /// Deletes the key of `owner`, and with it the text, wherever it was copied. Nobody makes them another. Does nothing
    /// where that was done.
    pub async fn erase(&self, owner: UserId) -> Result<(), StoreError> {
        sqlx::query!(
            "insert into vault.keys (owner, created_at, erased_at) values ($1, now(), now())
             on conflict (owner) do update set master = null, wrapped = null, erased_at = now()
             where keys.erased_at is null",
            owner.uuid(),
        )
        .execute(&self.pool)
        .await?;
        self.opened.invalidate(&owner.uuid()).await;
        Ok(())
    }

    /// Drops the opened keys of those who were erased lately, by whichever process, and master keys that were destroyed.
    /// Tells whether anybody was erased since the last time. To be called every second.
    pub async fn forget_erased(&self) -> Result<bool, StoreError> {
        // By the database's clock, which wrote it; twice as long as anything is kept that was opened.
        let erased = sqlx::query_scalar!("select owner from vault.keys where erased_at > now() - interval '2 minutes'")
            .fetch_all(&self.pool)
            .await?;
        for owner in &erased {
            self.opened.invalidate(owner).await;
        }
        let erased: HashSet<Uuid> = erased.into_iter().collect();
        let any_new = {
            let mut known = self.erased.lock().unwrap_or_else(PoisonError::into_inner);
            let any_new = !erased.is_subset(&known);
            *known = erased;
            any_new
        };
        self.forget_masters().await?;
        Ok(any_new)
    }

    /// Refuses a keyring that cannot wrap new data keys, as well; see [`check_master_keys`].
    pub(crate) async fn check_master_keys(&self) -> Result<(), UnfitDatabase> {
        if self.keyring.is_none() {
            return Ok(());
        }
        // Apart from the question below, which must see what another process has said meanwhile.
        sqlx::query!(
            "insert into vault.masters (version, known_since) select $1, $2
             where not exists (select from vault.masters) on conflict do nothing",
            self.keyring().newest(),
            self.clock.now(),
        )
        .execute(&self.pool)
        .await?;
        let current = sqlx::query_scalar!(r#"select max(version) as "version!" from vault.masters"#);
        let current = current.fetch_one(&self.pool).await?;
        let keyring = self.keyring_with(current);
        if !keyring.has(current) {
            return Err(UnfitDatabase::OtherMasterKey);
        }
        check_master_keys(&self.pool, &keyring).await
    }

    /// The key that seals the text of `owner`, made if there is none yet.
    pub(super) async fn sealing_key(&self, owner: UserId) -> Result<DataKey, StoreError> {
        let owner = owner.uuid();
        if let Some(key) = self.keys(BTreeSet::from([owner])).await?.remove(&owner) {
            return Ok(key);
        }
        self.make_key(owner).await?;
        // Not there after all: the owner was erased, and gets no other.
        let key = self.keys(BTreeSet::from([owner])).await?.remove(&owner);
        key.ok_or(StoreError::Refused(domain::Refusal::not_found::<domain::User>()))
    }

    async fn make_key(&self, owner: Uuid) -> Result<(), StoreError> {
        let mut key = Zeroizing::new([0; 32]);
        self.ids.fill(key.as_mut());
        for _ in 0..ATTEMPTS_MAX {
            let master = sqlx::query_scalar!(r#"select max(version) as "version!" from vault.masters"#);
            let master = master.fetch_one(&self.pool).await?;
            let mut nonce = [0; NONCE_BYTES];
            self.ids.fill(&mut nonce);
            let keyring = self.keyring_with(master);
            let wrapped = keyring.wrap(owner, master, &key, nonce).ok_or(Corruption::NoMasterKey { master })?;
            let made = sqlx::query!(
                "insert into vault.keys (owner, master, wrapped, created_at) values ($1, $2, $3, $4)
                 on conflict (owner) do nothing",
                owner,
                master,
                wrapped,
                self.clock.now(),
            )
            .execute(&self.pool)
            .await;
            match made {
                Ok(_) => return Ok(()),
                // A rotation has taken that master key out in this very moment.
                Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Contended(ATTEMPTS_MAX))
    }

    /// The keys of these owners; an owner without one is left out.
    pub(super) async fn keys(&self, owners: BTreeSet<Uuid>) -> Result<HashMap<Uuid, DataKey>, StoreError> {
        let mut keys = HashMap::with_capacity(owners.len());
        let mut missing = vec![];
        for owner in owners {
            match self.opened.get(&owner).await {
                Some(key) => drop(keys.insert(owner, key)),
                None => missing.push(owner),
            }
        }
        if missing.is_empty() {
            return Ok(keys);
        }
        let mut rows = self.wrapped(&missing).await?;
        // Wrapped under a master key that was destroyed since it was read: by now it is wrapped under another.
        if rows.iter().any(|row| !self.keyring_with(row.master).has(row.master)) {
            rows = self.wrapped(&missing).await?;
        }
        for Wrapped { owner, master, wrapped } in rows {
            let key = self.keyring_with(master).unwrap(owner, master, &wrapped);
            let key = key.ok_or(Corruption::DataKey { owner, master })?;
            self.opened.insert(owner, key.clone()).await;
            keys.insert(owner, key);
        }
        Ok(keys)
    }

    async fn wrapped(&self, owners: &[Uuid]) -> Result<Vec<Wrapped>, sqlx::Error> {
        sqlx::query_as!(
            Wrapped,
            r#"select owner, master as "master!", wrapped as "wrapped!" from vault.keys
               where owner = any($1) and wrapped is not null"#,
            owners,
        )
        .fetch_all(&self.pool)
        .await
    }

    /// The master keys by now; none, if it stays shut.
    pub(super) fn keyring(&self) -> Keyring {
        let Some(keyring) = &self.keyring else { return Keyring::none() };
        keyring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change_keyring(&self, change: impl FnOnce(&mut Keyring)) {
        if let Some(keyring) = &self.keyring {
            change(&mut keyring.write().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// The keyring, read anew if it lacks this version.
    fn keyring_with(&self, master: i16) -> Keyring {
        let known = self.keyring();
        let Some(source) = self.source.as_ref().filter(|_| !known.has(master)) else { return known };
        let Some(read) = source() else { return known };
        tracing::info!(versions = ?read, "master keys read anew");
        // Those known before stay until the database says that nothing is wrapped under them any more.
        let all = known.and(read);
        self.change_keyring(|keyring| keyring.clone_from(&all));
        all
    }

    /// Drops master keys older than any that may wrap data keys.
    async fn forget_masters(&self) -> Result<(), StoreError> {
        let oldest = sqlx::query_scalar!("select min(version) from vault.masters").fetch_one(&self.pool).await?;
        if let Some(oldest) = oldest {
            self.change_keyring(|keyring| keyring.forget_before(oldest));
        }
        Ok(())
    }
}

/// A data key as it is stored.
pub(super) struct Wrapped {
    pub owner: Uuid,
    pub master: i16,
    pub wrapped: Vec<u8>,
}
