//! The roles, each alone in a process or all in one.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use axum::Router;
use event_bus::{Bus, BusConfig};
use metrics_exporter_prometheus::PrometheusHandle;
use query_api::FeedLimits;
use runtime::{
    Base, Health, Shutdown, health,
    http::{Edge, layers},
    serve,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use utoipa_axum::router::OpenApiRouter;

use crate::{docs, migrate, servers::Servers, service_manager, version};

/// A part of the system that can run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Commands, sign-in, and the relay.
    CommandApi,
    /// Reads, history, and the live feed.
    QueryApi,
    /// The read models.
    Projector,
    /// The figures.
    Analytics,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::CommandApi, Self::QueryApi, Self::Projector, Self::Analytics];

    /// As it is called where it signs in.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CommandApi => "command-api",
            Self::QueryApi => "query-api",
            Self::Projector => "projector",
            Self::Analytics => "analytics",
        }
    }
}

/// Runs these roles until the process is told to stop.
pub async fn run(roles: &[Role], servers: &Servers, metrics: PrometheusHandle) -> anyhow::Result<()> {
    let config = servers.config.clone();
    let shutdown = Shutdown::new(Duration::from_secs(config.server.linger_secs));
    shutdown.begin_on_signals()?;
    let health = Health::new(shutdown.clone());
    let base = Base::new(config.clone(), servers.data_folder.clone(), health.clone(), shutdown.clone());
    // Bound before anything else, so that a port that is taken is told at once.
    let admin = bind(config.server.admin_listen, "server.admin_listen").await?;
    let pages = health::pages(health.clone(), metrics, version::tell());
    shutdown.spawn("admin pages", serve(admin, pages, config.limits.connections_max, shutdown.clone()));
    migrate::run(servers).await?;
    let mut buses = vec![];
    for role in roles {
        buses.push((*role, connect_bus(&base, role.name()).await?));
    }
    if let Some((_, bus)) = buses.first() {
        watch_bus(&base, bus.clone());
    }
    if let Some(endpoints) = start(&buses, &base, FeedLimits::default()).await? {
        listen(&base, endpoints).await?;
    }
    health.started();
    service_manager::tell(&shutdown);
    shutdown.finish().await.map_err(Into::into)
}

/// Starts these roles, each with its own connection to NATS; they work until `base.shutdown`. Answers with the endpoints
/// of those that have any.
pub async fn start(roles: &[(Role, Arc<Bus>)], base: &Base, limits: FeedLimits) -> anyhow::Result<Option<Router>> {
    let mut endpoints: Option<OpenApiRouter> = None;
    for (role, bus) in roles {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| anyhow!(error);
        let own = match role {
            Role::CommandApi => Some(command_api::start(base, bus.clone()).await.map_err(failed)?),
            Role::QueryApi => Some(query_api::start(base, bus.clone(), limits).await.map_err(failed)?),
            Role::Projector => projector::start(base, bus.clone()).await.map(|()| None).map_err(failed)?,
            Role::Analytics => analytics::start(base, bus.clone()).await.map(|()| None).map_err(failed)?,
        };
        if let Some(own) = own {
            endpoints = Some(endpoints.unwrap_or_default().merge(own));
        }
    }
    Ok(endpoints.map(|endpoints| endpoints.split_for_parts().0))
}

/// These endpoints and the pages, as they are served at `address`.
pub fn site(endpoints: Router, address: &str, edge: &Edge) -> anyhow::Result<Router> {
    Ok(layers(endpoints.merge(docs::router(address)?), edge)?)
}

/// A connection to NATS that may do what `role` may, one of those that `nats.conf` names.
pub(crate) async fn connect_bus(base: &Base, role: &str) -> anyhow::Result<Arc<Bus>> {
    let settings = &base.config.nats;
    let url = settings.url.as_ref().context("nats.url is not set")?;
    let keep = i64::from(base.config.bus.keep);
    let nkey_seed = match (&settings.nkey_seed, &settings.keys) {
        (Some(seed), _) => Some(seed.clone()),
        (None, Some(folder)) => Some(seed(&embedded::seed_path(folder, role))?),
        (None, None) => None,
    };
    if let Some(path) = &settings.ca_file {
        // Otherwise it would be missed with each try to connect, for ever.
        std::fs::metadata(path).with_context(|| format!("no certificates in {} (nats.ca_file)", path.display()))?;
    }
    let ca_file = settings.ca_file.clone();
    let inbox = nkey_seed.is_some().then(|| format!("_INBOX_{role}"));
    let name = format!("momentum {role}");
    let config = BusConfig { keep, nkey_seed, ca_file, inbox, ..BusConfig::new(url.expose_secret(), name) };
    Ok(Arc::new(Bus::connect(&config, &base.index_key()?).await?))
}

fn seed(path: &Path) -> anyhow::Result<SecretString> {
    let read = std::fs::read_to_string(path).with_context(|| format!("no nkey in {} (nats.keys)", path.display()));
    Ok(read?.trim().into())
}

/// NATS away makes nothing unready: commands are taken and read models follow, more slowly.
fn watch_bus(base: &Base, bus: Arc<Bus>) {
    base.health.check("nats", move || {
        let connected = bus.is_connected();
        async move { Ok(if connected { "connected" } else { "away; the log is read instead" }.to_owned()) }
    });
}

async fn bind(address: std::net::SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} ({setting})"))
}

async fn listen(base: &Base, endpoints: Router) -> anyhow::Result<()> {
    let config = &base.config;
    let listener = bind(config.server.listen, "server.listen").await?;
    let bound = listener.local_addr()?;
    let edge = Edge::configured(config, bound, base.ids.clone());
    let address = config.server.public_url_at(bound);
    let router = site(endpoints, address.as_str(), &edge)?;
    let serving = serve(listener, router, config.limits.connections_max, base.shutdown.clone());
    base.shutdown.spawn("http", serving);
    tracing::info!(address = address.as_str(), "serving");
    eprintln!("\n  Momentum is up:  {0}\n  The API:         {0}/docs\n", address.as_str());
    Ok(())
}
