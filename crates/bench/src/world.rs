//! The store without HTTP around it: people, and commands that are really executed.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use domain::{
    CalendarSettings, DailyLogId, GoalId, Personal, UserId, WorkspaceId, calendar::Weekday, daily_log::LogDay,
    goal::CreateGoal,
};
use event_store::{Command, Decision, Log, New, Receipt, Store, Vault};
use runtime::{RandomIds, SystemClock, config::VaultConfig, vault_keys};
use sqlx::postgres::PgPoolOptions;

use crate::{
    load::Work,
    people::Person,
    product::{INDEX_KEY, MASTER_KEY},
};

/// As many connections as a role has by default.
const CONNECTIONS_MAX: u32 = 10;
/// So many log at once while an account's past is made.
const DIARIES_AT_ONCE: usize = 256;

/// The store of a database that is migrated.
pub async fn store(database: &str) -> anyhow::Result<Store> {
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS_MAX).connect(database).await?;
    let secrets = VaultConfig { master_key: Some(MASTER_KEY.into()), index_key: Some(INDEX_KEY.into()) };
    let keys = vault_keys(&secrets, None, &RandomIds)?;
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds));
    let vault = Arc::new(Vault::new(pool.clone(), keys.keyring, clock.clone(), ids.clone()));
    Ok(Store::open(pool, vault, keys.index_key, clock, ids).await?)
}

/// Somebody who logs day after day, straight into the store.
#[derive(Clone)]
pub struct Logging {
    store: Store,
    actor: UserId,
    workspace: WorkspaceId,
    goal: GoalId,
    /// The day of the next log, and how many more there are to be; none for today, without end.
    past: Option<(NaiveDate, u64)>,
}

impl Logging {
    /// A new person, with a workspace and a goal.
    pub async fn new(store: &Store) -> anyhow::Result<Self> {
        let ids = store.ids();
        let new = Self { store: store.clone(), actor: ids.next(), workspace: ids.next(), goal: ids.next(), past: None };
        let settings =
            CalendarSettings { zone: "Europe/Berlin".into(), week_start: Weekday::Monday, day_start_minute: 0 };
        let create = |moment: &event_store::Moment, (): &()| {
            let created = moment.workspace.create(new.actor, settings.clone(), moment.now)?;
            Ok(Decision::on(new.workspace, created))
        };
        store.execute(&new.command(b"a workspace"), (), create).await?;
        new.name_goal().await?;
        Ok(new)
    }

    /// Another goal of somebody who registered over HTTP, with a log on each of so many days up to yesterday.
    pub async fn diary_of(store: &Store, person: &Person, days: u64) -> anyhow::Result<Self> {
        let (actor, workspace) = (person.user, person.workspace);
        let first = Person::today() - Days::new(days);
        let past = Some((first, days));
        let new = Self { store: store.clone(), actor, workspace, goal: store.ids().next(), past };
        new.name_goal().await?;
        Ok(new)
    }

    async fn name_goal(&self) -> anyhow::Result<()> {
        let title = Personal::clear("Run a marathon");
        let create =
            CreateGoal { id: Some(self.goal), title, description: None, target_date: None, total_minutes: None };
        let decide = |_: &event_store::Moment, goal: &event_store::Loaded<domain::Goal>| {
            Ok(Decision::on(self.goal, goal.create(&create)?))
        };
        self.store.execute(&self.command(b"a goal"), self.goal, decide).await?;
        Ok(())
    }

    /// Logs some minutes, just as `POST /v1/daily-logs` does.
    async fn log(&self, day: Option<NaiveDate>) -> anyhow::Result<Receipt> {
        let id: DailyLogId = self.store.ids().next();
        let text = Personal::clear("Along the river, and back over the bridge.");
        let log_day = LogDay { id: Some(id), goal_id: self.goal, day, minutes: 45, text: Some(text) };
        let command = self.command(id.uuid().as_bytes());
        let logged = self.store.execute(&command, (self.goal, New::stream(id)), |moment, (goal, log)| {
            Ok(Decision::on(id, log.create(&log_day, goal, moment.today()?, moment.zone())?))
        });
        Ok(logged.await?)
    }

    fn command(&self, body: &[u8]) -> Command {
        Command {
            id: self.store.ids().next(),
            actor: self.actor,
            workspace: self.workspace,
            fingerprint: self.store.index_key().fingerprint("bench", &[body]),
            if_match: None,
            correlation: None,
            causation: None,
            trace_parent: None,
        }
    }
}

impl Work for Logging {
    async fn once(&mut self) -> anyhow::Result<()> {
        let day = self.past.map(|(day, _)| day);
        self.log(day).await?;
        if let Some((day, left)) = &mut self.past {
            (*day, *left) = (*day + Days::new(1), left.saturating_sub(1));
        }
        Ok(())
    }
}

/// How many events the log has.
pub async fn written(log: &Log) -> anyhow::Result<i64> {
    let mut events = 0;
    for shard in log.shards() {
        events += log.head(shard).await?.number;
    }
    Ok(events)
}

/// Gives somebody a past: a log on each of `goals` goals on each of `days` days. Tells the first goal.
pub async fn past(database: &str, person: &Person, goals: u32, days: u64) -> anyhow::Result<GoalId> {
    let store = store(database).await?;
    let mut first = None;
    // A goal's days are shared out, so that many log at once.
    let shares = (DIARIES_AT_ONCE / goals as usize).max(1) as u64;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..goals {
        let diary = Logging::diary_of(&store, person, days).await?;
        first = first.or(Some(diary.goal));
        for share in 0..shares {
            let (from, to) = (days * share / shares, days * (share + 1) / shares);
            let mut diary = diary.clone();
            diary.past = diary.past.map(|(day, _)| (day + Days::new(from), to - from));
            running.spawn(async move {
                while diary.past.is_some_and(|(_, left)| left > 0) {
                    diary.once().await?;
                }
                anyhow::Ok(())
            });
        }
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    Ok(first.unwrap_or(person.goal))
}
