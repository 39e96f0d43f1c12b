//! The least that an HTTP service can do: one axum handler, one statement, no layers.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use domain::{Clock, Ids};
use runtime::{RandomIds, SystemClock};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::{
    io::{copy, sink, stdin},
    net::TcpListener,
};
use uuid::Uuid;

use super::INSERT;

/// As many connections as serve it best on two processors.
const CONNECTIONS_MAX: u32 = 32;

/// The row that is read by its primary key.
#[derive(Serialize, sqlx::FromRow)]
struct Row {
    id: Uuid,
    minutes: i64,
    logs: i32,
    version: i32,
}

/// What is told of an insert.
#[derive(Serialize, Deserialize)]
struct Told {
    id: Uuid,
}

/// Serves until it is killed, or its standard input ends: whoever started it is gone then, however that came about.
pub async fn serve(listen: SocketAddr, database: &str) -> anyhow::Result<()> {
    // As the product's: sqlx would ask each connection first whether it is there, which is another round trip.
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS_MAX).test_before_acquire(false);
    let pool = pool.connect(database).await?;
    let router = Router::new()
        .route("/events", post(insert))
        .route("/rows/{workspace}/{goal}", get(select))
        .with_state(Arc::new(pool));
    let gone = async { drop(copy(&mut stdin(), &mut sink()).await) };
    Ok(axum::serve(TcpListener::bind(listen).await?, router).with_graceful_shutdown(gone).await?)
}

async fn insert(
    State(pool): State<Arc<PgPool>>,
    body: Json<Box<RawValue>>,
) -> Result<(StatusCode, Json<Told>), StatusCode> {
    let (ids, now) = (RandomIds, SystemClock.now());
    let id = ids.uuid();
    sqlx::query(INSERT)
        .bind(id)
        .bind(1)
        .bind(ids.uuid())
        .bind("DailyLogCreated")
        .bind(1_i16)
        .bind(id)
        .bind(id)
        .bind(ids.uuid())
        .bind(now)
        .bind(now.date_naive())
        .bind(body.get())
        .execute(&*pool)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok((StatusCode::CREATED, Json(Told { id })))
}

async fn select(
    State(pool): State<Arc<PgPool>>,
    Path((workspace, goal)): Path<(Uuid, Uuid)>,
) -> Result<Json<Row>, StatusCode> {
    let row = "select goal_id as id, minutes, logs, version from read.goals where workspace = $1 and goal_id = $2";
    sqlx::query_as(row)
        .bind(workspace)
        .bind(goal)
        .fetch_optional(&*pool)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?
        .map(Json)
        .ok_or(StatusCode::NOT_FOUND)
}
