//! The vault: people's data keys, and sealing and opening text with them.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use domain::{Clock, EventId, HasPersonal, Ids, Personal, UserId};
use moka::future::Cache;
use sqlx::PgPool;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    Keyring, StoreError,
    error::Corruption,
    keyring::{DataKey, NONCE_BYTES},
    seal::{SealParts, seal},
};

/// How many opened keys are kept at most.
const OPENED_KEYS_MAX: u64 = 100_000;
/// How long an opened key is kept at most: within this time an erasure reaches every process.
const OPENED_KEY_AGE_MAX: Duration = Duration::from_secs(60);

/// Seals and opens personal text.
pub struct Vault {
    pool: PgPool,
    keyring: Keyring,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    opened: Cache<Uuid, DataKey>,
}

impl Vault {
    /// A vault whose keys lie in this database, wrapped by this keyring.
    pub fn new(pool: PgPool, keyring: Keyring, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        let opened = Cache::builder().max_capacity(OPENED_KEYS_MAX).time_to_live(OPENED_KEY_AGE_MAX).build();
        Self { pool, keyring, clock, ids, opened }
    }

    /// Opens every sealed text in `content`. Text whose key is gone is erased.
    pub async fn open<T: HasPersonal + Send>(&self, content: &mut T) -> Result<(), StoreError> {
        let mut owners = BTreeSet::new();
        content.each_personal(&mut |_, text| {
            if let Some(parts) = sealed_parts(text) {
                owners.insert(parts.owner);
            }
        });
        if owners.is_empty() {
            return Ok(());
        }
        let keys = self.keys(owners).await?;
        let mut outcome = Ok(());
        content.each_personal(&mut |_, text| match opened(text, &keys) {
            Ok(Some(clear)) => *text = clear,
            Ok(None) => {}
            Err(corruption) => outcome = Err(corruption),
        });
        outcome.map_err(StoreError::Corrupt)
    }

    /// Seals every clear text in `content`, which is part of `event` and belongs to `owner`.
    pub(crate) async fn seal<T: HasPersonal + Send>(
        &self,
        owner: UserId,
        event: EventId,
        content: &mut T,
    ) -> Result<(), StoreError> {
        let mut any_clear = false;
        content.each_personal(&mut |_, text| any_clear |= text.text().is_some());
        if !any_clear {
            return Ok(());
        }
        let key = self.sealing_key(owner).await?;
        content.each_personal(&mut |field, text| {
            let Personal::Clear(clear) = &*text else { return };
            let mut nonce = [0; NONCE_BYTES];
            self.ids.fill(&mut nonce);
            // Sealing fails only for texts of many gigabytes; what stays clear then cannot be serialised.
            if let Some(sealed) = seal(&key, owner.uuid(), (event, field), nonce, clear) {
                *text = Personal::Sealed(sealed);
            }
        });
        Ok(())
    }

    /// The key that seals the text of `owner`, made if there is none yet.
    async fn sealing_key(&self, owner: UserId) -> Result<DataKey, StoreError> {
        let owner = owner.uuid();
        if let Some(key) = self.keys(BTreeSet::from([owner])).await?.remove(&owner) {
            return Ok(key);
        }
        self.make_key(owner).await?;
        // Made a moment ago and gone: only an erasure does that.
        let key = self.keys(BTreeSet::from([owner])).await?.remove(&owner);
        key.ok_or(StoreError::Refused(domain::Refusal::unknown::<domain::User>()))
    }

    async fn make_key(&self, owner: Uuid) -> Result<(), StoreError> {
        let mut key = Zeroizing::new([0; 32]);
        self.ids.fill(key.as_mut());
        let mut nonce = [0; NONCE_BYTES];
        self.ids.fill(&mut nonce);
        let master = self.keyring.current();
        let wrapped =
            self.keyring.wrap(owner, &key, nonce).ok_or(Corruption::DataKey { owner, master })?;
        sqlx::query!(
            "insert into vault.keys (owner, master, wrapped, created_at) values ($1, $2, $3, $4)
             on conflict (owner) do nothing",
            owner,
            master,
            wrapped,
            self.clock.now(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The keys of these owners; an owner without one is left out.
    async fn keys(&self, owners: BTreeSet<Uuid>) -> Result<HashMap<Uuid, DataKey>, StoreError> {
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
        let rows =
            sqlx::query!("select owner, master, wrapped from vault.keys where owner = any($1)", &missing)
                .fetch_all(&self.pool)
                .await?;
        for row in rows {
            let key = self
                .keyring
                .unwrap(row.owner, row.master, &row.wrapped)
                .ok_or(Corruption::DataKey { owner: row.owner, master: row.master })?;
            self.opened.insert(row.owner, key.clone()).await;
            keys.insert(row.owner, key);
        }
        Ok(keys)
    }
}

fn sealed_parts(text: &Personal) -> Option<SealParts> {
    if let Personal::Sealed(sealed) = text { SealParts::of(sealed) } else { None }
}

fn opened(text: &Personal, keys: &HashMap<Uuid, DataKey>) -> Result<Option<Personal>, Corruption> {
    let Personal::Sealed(sealed) = text else { return Ok(None) };
    let parts = SealParts::of(sealed).ok_or(Corruption::Seal(Uuid::nil()))?;
    let Some(key) = keys.get(&parts.owner) else { return Ok(Some(Personal::Erased)) };
    parts.open(key).map(|text| Some(Personal::Clear(text))).ok_or(Corruption::Seal(parts.owner))
}
