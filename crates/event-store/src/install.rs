//! What must be so before anything is appended.

use domain::Ids;
use sqlx::{PgConnection, PgExecutor, PgPool};

use crate::{IndexKey, Keyring, StoreError};

/// Why a database is no place for the log, or not with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum UnfitDatabase {
    /// A setting that makes acknowledged commands survive is off.
    #[error("Postgres has {0} = off, so an acknowledged command could be lost in a crash; turn it on")]
    NotDurable(&'static str),
    /// Nobody has installed the log.
    #[error("there is no log in this database yet; `momentum migrate` makes it")]
    NotInstalled,
    /// The log was installed with another number of shards.
    #[error("the log has {installed} shards, fixed when it was installed; the configuration says {configured}")]
    OtherShards {
        /// As installed.
        installed: i16,
        /// As configured.
        configured: i16,
    },
    /// The log was made with another index key.
    #[error(
        "this log was made with another index key than vault.index_key: with this one no retry would be told from a new \
         command, and nobody could sign in. Put back the key it was made with (in an embedded installation, the file \
         keys/index.key of its data folder), or use the database that belongs to this key"
    )]
    OtherIndexKey,
    /// The vault was made with other master keys.
    #[error(
        "no data key in this database opens with vault.master_key: it was wrapped with another master key. Put back that \
         key (in an embedded installation, the file keys/master.key of its data folder); without it all personal text is \
         lost"
    )]
    OtherMasterKey,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Makes the log's rows if there are none: its history id, and its shards, whose number is fixed from then on.
pub async fn install(pool: &PgPool, ids: &dyn Ids, shards: i16) -> Result<(), UnfitDatabase> {
    #[expect(clippy::disallowed_methods, reason = "nobody gives up an installation and goes on with its connections")]
    let mut transaction = pool.begin().await?;
    sqlx::query!(
        "insert into es.log (history, shards) values ($1, $2) on conflict (one) do nothing",
        ids.uuid(),
        shards,
    )
    .execute(&mut *transaction)
    .await?;
    let installed = sqlx::query_scalar!("select shards from es.log").fetch_one(&mut *transaction).await?;
    if installed != shards {
        return Err(UnfitDatabase::OtherShards { installed, configured: shards });
    }
    sqlx::query!(
        "insert into es.shard (shard) select generate_series(0, $1::integer - 1)::smallint on conflict do nothing",
        i32::from(shards),
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}

/// Refuses a database that would lose what was acknowledged.
pub async fn check_durable(pool: &PgPool) -> Result<(), UnfitDatabase> {
    let settings = sqlx::query!(
        r#"select current_setting('fsync') as "fsync!", current_setting('full_page_writes') as "full_page_writes!",
                  current_setting('synchronous_commit') as "synchronous_commit!""#
    )
    .fetch_one(pool)
    .await?;
    let off = [
        ("fsync", settings.fsync),
        ("full_page_writes", settings.full_page_writes),
        ("synchronous_commit", settings.synchronous_commit),
    ];
    match off.into_iter().find(|(_, value)| value == "off") {
        Some((name, _)) => Err(UnfitDatabase::NotDurable(name)),
        None => Ok(()),
    }
}

/// Refuses any index key but the one that this log was made with, which is that of whoever opened it first.
pub(crate) async fn check_index_key(pool: &PgPool, key: &IndexKey) -> Result<(), UnfitDatabase> {
    let check = key.check();
    // Apart from the question below, which must see what another process has set meanwhile.
    sqlx::query!("update es.log set key_check = $1 where key_check is null", &check[..]).execute(pool).await?;
    let made_with = sqlx::query_scalar!("select key_check from es.log").fetch_one(pool).await?;
    if made_with.as_deref() == Some(&check[..]) { Ok(()) } else { Err(UnfitDatabase::OtherIndexKey) }
}

/// Refuses a keyring that opens none of a few data keys: it is that of another vault. A single one that does not open is
/// told when it is needed.
pub(crate) async fn check_master_keys(executor: impl PgExecutor<'_>, keyring: &Keyring) -> Result<(), UnfitDatabase> {
    let some = sqlx::query!(
        r#"select owner, master as "master!", wrapped as "wrapped!" from vault.keys
           where wrapped is not null limit 8"#
    )
    .fetch_all(executor)
    .await?;
    let opens = some.iter().any(|row| keyring.unwrap(row.owner, row.master, &row.wrapped).is_some());
    if opens || some.is_empty() { Ok(()) } else { Err(UnfitDatabase::OtherMasterKey) }
}

/// Refuses keys other than those that a log and a vault which came from elsewhere were made with.
pub async fn check_keys(
    connection: &mut PgConnection,
    index_key: &IndexKey,
    keyring: &Keyring,
) -> Result<(), UnfitDatabase> {
    let made_with = sqlx::query_scalar!("select key_check from es.log").fetch_one(&mut *connection).await?;
    if made_with.is_some_and(|made_with| made_with != index_key.check()) {
        return Err(UnfitDatabase::OtherIndexKey);
    }
    check_master_keys(connection, keyring).await
}

impl From<UnfitDatabase> for StoreError {
    fn from(unfit: UnfitDatabase) -> Self {
        match unfit {
            UnfitDatabase::Database(error) => Self::Database(error),
            other @ (UnfitDatabase::NotDurable(_)
            | UnfitDatabase::NotInstalled
            | UnfitDatabase::OtherShards { .. }
            | UnfitDatabase::OtherIndexKey
            | UnfitDatabase::OtherMasterKey) => Self::Unfit(other),
        }
    }
}
