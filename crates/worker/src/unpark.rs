//! Taking parked streams up again, once what was wrong is mended: the workspace's rows are made anew from its events.

use std::{collections::HashSet, time::Duration};

use domain::WorkspaceId;
use event_store::{Log, PAGE_EVENTS_MAX, StoreError};
use runtime::pool::begin;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};

use crate::{AnyReadModel, Parked, batch::take_in_apart};

/// So long is waited for the worker to end its batch.
const WORKER_WAIT_MAX: Duration = Duration::from_secs(30);

/// Makes the rows of a workspace anew, and tells the streams that are parked still. The read model is found by unqualified
/// names, and each of its tables has a column `workspace`.
///
/// All of it is one transaction, so readers see the rows as they were or as they become. Whoever follows the shard waits
/// at the checkpoint meanwhile, finds that its epoch is gone, and begins again, knowing what is parked by then.
pub async fn unpark(
    pool: &PgPool,
    log: &Log,
    model: &dyn AnyReadModel,
    workspace: WorkspaceId,
) -> Result<Vec<Parked>, StoreError> {
    let shard = log.shard_of(workspace);
    let mut transaction = begin(pool).await?;
    let wait = format!("set local lock_timeout = {}", WORKER_WAIT_MAX.as_millis());
    sqlx::query(AssertSqlSafe(wait)).execute(&mut *transaction).await?;
    let position = sqlx::query_scalar!(
        "update checkpoint set epoch = epoch + 1 where model = $1 and shard = $2 returning position",
        model.name(),
        shard.0,
    );
    let Some(position) = position.fetch_optional(&mut *transaction).await? else { return Ok(vec![]) };
    forget(&mut transaction, model, workspace).await?;
    let (mut left_aside, mut parked, mut after) = (HashSet::new(), vec![], 0);
    loop {
        let mut page = log.read_workspace_as_written(workspace, None, after, PAGE_EVENTS_MAX).await?;
        page.retain(|event| event.position.number <= position);
        let Some(last) = page.last() else { break };
        after = last.position.number;
        parked.extend(take_in_apart(model, &mut left_aside, &mut transaction, page).await?);
    }
    transaction.commit().await?;
    Ok(parked)
}

/// As if the workspace had had no event yet.
async fn forget(
    connection: &mut PgConnection,
    model: &dyn AnyReadModel,
    workspace: WorkspaceId,
) -> Result<(), sqlx::Error> {
    for table in model.tables() {
        // Names of tables are the program's own.
        let delete = format!("delete from {table} where workspace = $1");
        sqlx::query(AssertSqlSafe(delete)).bind(workspace.uuid()).execute(&mut *connection).await?;
    }
    sqlx::query!("delete from parked where model = $1 and workspace = $2", model.name(), workspace.uuid())
        .execute(connection)
        .await?;
    Ok(())
}
