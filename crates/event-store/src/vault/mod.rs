//! The vault: sealing and opening text with people's data keys.

mod keys;
mod rotation;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, RwLock},
    time::Duration,
};

use domain::{Clock, EventId, HasPersonal, Ids, Personal, Recorded, UserId};
use moka::future::Cache;
use sqlx::PgPool;
use uuid::Uuid;

pub use self::rotation::Rotated;
use crate::{
    Keyring, StoreError,
    error::Corruption,
    keyring::{DataKey, NONCE_BYTES},
    seal::{Seal, seal},
};

/// How many opened keys are kept at most.
const OPENED_KEYS_MAX: u64 = 100_000;
/// How long an opened key is kept at most. An erasure must reach every process within 60 seconds, and what was opened with
/// the key at the last moment is kept as long again, in the cache of aggregates.
const OPENED_KEY_AGE_MAX: Duration = Duration::from_secs(30);

/// Where the master keys are read from anew, when one turns up that this process does not know.
pub type KeySource = Box<dyn Fn() -> Option<Keyring> + Send + Sync>;

/// Seals and opens personal text.
pub struct Vault {
    pool: PgPool,
    /// None where nobody's text is to be read.
    keyring: Option<RwLock<Keyring>>,
    source: Option<KeySource>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    opened: Cache<Uuid, DataKey>,
    /// Who was erased lately, as far as this process has noticed.
    erased: Mutex<HashSet<Uuid>>,
}

impl Vault {
    /// A vault whose keys lie in this database, wrapped by this keyring.
    pub fn new(pool: PgPool, keyring: Keyring, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { keyring: Some(RwLock::new(keyring)), ..Self::shut(pool, clock, ids) }
    }

    /// A vault that stays shut: sealed text is left as it is, and clear text cannot be written. For whoever appends what
    /// is nobody's text, and has no business reading any.
    pub fn shut(pool: PgPool, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        let opened = Cache::builder().max_capacity(OPENED_KEYS_MAX).time_to_live(OPENED_KEY_AGE_MAX).build();
        Self { pool, keyring: None, source: None, clock, ids, opened, erased: Mutex::default() }
    }

    /// The same, which learns of new master keys while it runs.
    #[must_use]
    pub fn learning_from(self, source: KeySource) -> Self {
        Self { source: Some(source), ..self }
    }

    /// Opens every sealed text in `content`, each of which must have been sealed for the field it stands in. Text whose
    /// key is gone is erased.
    pub async fn open<T: HasPersonal + Send>(&self, content: &mut T) -> Result<(), StoreError> {
        if self.keyring.is_none() {
            return Ok(());
        }
        let mut seals = vec![];
        find_seals(content, &mut seals, |_| true)?;
        let keys = self.keys_of(&seals).await?;
        Ok(open_seals(content, &mut seals.into_iter(), &keys)?)
    }

    /// The same for events of the log, each text of which must have been sealed for that very event, by its actor: only
    /// what takes another back gives others' texts back too.
    pub async fn open_events<E>(&self, events: &mut [Recorded<E>]) -> Result<(), StoreError>
    where
        Recorded<E>: HasPersonal,
    {
        if self.keyring.is_none() {
            return Ok(());
        }
        let mut seals = vec![];
        for recorded in &mut *events {
            let (event, actor, gives_back) = (recorded.id.uuid(), recorded.actor.uuid(), recorded.undoes.is_some());
            find_seals(recorded, &mut seals, |seal| seal.event == event && (seal.owner == actor || gives_back))?;
        }
        let keys = self.keys_of(&seals).await?;
        let mut seals = seals.into_iter();
        Ok(events.iter_mut().try_for_each(|recorded| open_seals(recorded, &mut seals, &keys))?)
    }

    async fn keys_of(&self, seals: &[Seal]) -> Result<HashMap<Uuid, DataKey>, StoreError> {
        self.keys(seals.iter().map(|seal| seal.owner).collect()).await
    }

    /// Seals every clear text in `content`, which is part of `event`, for whoever is the owner of its field.
    pub(crate) async fn seal<T: HasPersonal + Send>(
        &self,
        owner: &(impl Fn(&'static str) -> UserId + Sync),
        event: EventId,
        content: &mut T,
    ) -> Result<(), StoreError> {
        let (mut owners, mut any_sealed) = (BTreeSet::new(), false);
        content.each_personal(&mut |field, text| match text {
            Personal::Clear(_) => drop(owners.insert(owner(field))),
            Personal::Sealed(_) => any_sealed = true,
            Personal::Erased => {}
        });
        if any_sealed {
            // Sealed for another place, or by somebody who brought it along: it would not open here.
            return Err(Corruption::Unwritable(serde::ser::Error::custom("its text is sealed already")).into());
        }
        if owners.is_empty() {
            return Ok(());
        }
        if self.keyring.is_none() {
            return Err(
                Corruption::Unwritable(serde::ser::Error::custom("there is no key to seal its text with")).into()
            );
        }
        let mut keys = HashMap::with_capacity(owners.len());
        for owner in owners {
            keys.insert(owner, self.sealing_key(owner).await?);
        }
        content.each_personal(&mut |field, text| {
            let (Personal::Clear(clear), owner) = (&*text, owner(field)) else { return };
            let Some(key) = keys.get(&owner) else { return };
            let mut nonce = [0; NONCE_BYTES];
            self.ids.fill(&mut nonce);
            // Sealing fails only for texts of many gigabytes; what stays clear then cannot be serialised.
            if let Some(sealed) = seal(key, owner.uuid(), (event, field), nonce, clear) {
                *text = Personal::Sealed(sealed);
            }
        });
        Ok(())
    }
}

/// The owners of the sealed texts in `content`, by field.
pub(crate) fn owners<T: HasPersonal>(content: &mut T) -> Vec<(&'static str, UserId)> {
    let mut owners = vec![];
    content.each_personal(&mut |field, text| {
        if let Personal::Sealed(sealed) = text {
            owners.extend(Seal::of(sealed).map(|seal| (field, UserId::new(seal.owner))));
        }
    });
    owners
}

/// Finds what the sealed texts in `content` say about themselves, all of which must be of their field and pass `is_here`.
fn find_seals<T: HasPersonal>(
    content: &mut T,
    seals: &mut Vec<Seal>,
    is_here: impl Fn(&Seal) -> bool,
) -> Result<(), Corruption> {
    let mut outcome = Ok(());
    content.each_personal(&mut |field, text| {
        let Personal::Sealed(sealed) = text else { return };
        match Seal::of(sealed) {
            Some(seal) if seal.field() == field.as_bytes() && is_here(&seal) => seals.push(seal),
            other => outcome = Err(Corruption::Seal { field, owner: other.map_or(Uuid::nil(), |seal| seal.owner) }),
        }
    });
    outcome
}

/// Opens the sealed texts in `content`, given what they say about themselves, in the same order.
fn open_seals<T: HasPersonal>(
    content: &mut T,
    seals: &mut impl Iterator<Item = Seal>,
    keys: &HashMap<Uuid, DataKey>,
) -> Result<(), Corruption> {
    let mut outcome = Ok(());
    content.each_personal(&mut |field, text| {
        let Personal::Sealed(_) = text else { return };
        let Some(seal) = seals.next() else { return };
        match keys.get(&seal.owner).map(|key| seal.open(key)) {
            Some(Some(clear)) => *text = Personal::Clear(clear),
            Some(None) => outcome = Err(Corruption::Seal { field, owner: seal.owner }),
            None => *text = Personal::Erased,
        }
    });
    outcome
}
