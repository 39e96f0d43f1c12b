//! One client: wishes for something, asks until it is told, and looks whether it is shown.

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, bail, ensure};
use domain::Ids;
use reqwest::StatusCode;
use runtime::RandomIds;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use uuid::Uuid;

use super::{
    Counts, Person, SHARED_GOALS, World,
    http::{self, Answer, Request, is_error, may_pass, send},
    wishes::{OwnLog, content, correct, create_goal, log_day, revise_goal, withdraw},
};
use crate::{
    chance::Chance,
    history::{Line, Place, Seen, Told},
};

/// So far behind what it should have wished for by now may a client be, and make up for it.
const BEHIND_MAX: Duration = Duration::from_secs(5);
/// The pause before a command of unknown outcome is sent again.
const RETRY_PAUSE: Duration = Duration::from_millis(150);
/// So long after everything is over does a client insist on being told.
const INSIST: Duration = Duration::from_secs(60);
/// So many of its logs, and of its commands that were told, does a client remember.
const REMEMBERED_MAX: usize = 50;
/// One command of so many is let go of before the answer can come, and then sent again.
const GIVEN_UP_ONE_IN: usize = 25;
/// Within this it is let go of, in ms.
const GIVEN_UP_WITHIN_MS: u64 = 30;
/// One command of so many is sent several times at once.
const SEVERAL_ONE_IN: usize = 40;
const SEVERAL_MAX: usize = 20;
/// So often is a query told to come back before that is given up.
const QUERIES_MAX: u32 = 40;
/// Where all is well, nothing takes longer.
const PROBE_MAX: Duration = Duration::from_secs(2);
/// What stands for an answer that says of itself that it is incomplete.
const INCOMPLETE: &str = "incomplete";

/// A write of one's own, which a query must show.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// The place of whose it is in the list of people.
    owner: usize,
    path: String,
    stream: Uuid,
    place: Place,
    expected: Seen,
    /// Whether it may have been changed since.
    shared: bool,
}

pub(crate) struct Client {
    nth: u32,
    http: reqwest::Client,
    world: World,
    /// The places of those that it acts for.
    own: Vec<usize>,
    chance: Chance,
    logs: Vec<OwnLog>,
    told: Vec<(usize, Request)>,
    /// What could not be shown.
    unseen: Vec<Look>,
    /// The newest version of a shared goal that it was told.
    versions: HashMap<Uuid, u32>,
    /// When nobody will tell any more.
    give_up: Option<Instant>,
}

impl Client {
    pub fn new(nth: u32, world: World, own: Vec<usize>, chance: Chance) -> anyhow::Result<Self> {
        let (http, logs, told, unseen) = (http::client()?, vec![], vec![], vec![]);
        Ok(Self { nth, http, world, own, chance, logs, told, unseen, versions: HashMap::new(), give_up: None })
    }

    /// Names a goal for each of its people, unless another client did, and then wishes for something each `every`; what took
    /// longer is made up for. Tells what could not be shown.
    pub async fn run(mut self, every: Duration, shared: u32) -> anyhow::Result<Vec<Look>> {
        for owner in self.own.clone() {
            let goal = self.person(owner)?.goal;
            self.ask(owner, create_goal(goal)).await?;
        }
        let mut due = Instant::now();
        while !self.world.stop.is_cancelled() {
            self.wish(shared).await?;
            due = (due + every).max(Instant::now() - BEHIND_MAX);
            sleep_until(due).await;
        }
        Ok(self.unseen)
    }

    /// Asks again for what could not be shown. Tells what cannot be shown now either.
    pub async fn look_again(mut self, unseen: Vec<Look>) -> anyhow::Result<Vec<Look>> {
        for look in unseen {
            if !self.is_shown(&look).await? {
                self.unseen.push(look);
            }
        }
        Ok(self.unseen)
    }

    /// Wishes for something that all wish for so many times of a hundred, or else for something that is its own.
    async fn wish(&mut self, shared: u32) -> anyhow::Result<()> {
        if self.chance.below(100) < shared as usize {
            return self.revise_shared().await;
        }
        match self.chance.below(100) {
            0..57 => self.log_day().await,
            57..80 => self.correct().await,
            80..91 => self.withdraw().await,
            91..94 => self.do_what_is_refused().await,
            _ => self.ask_again().await,
        }
    }

    async fn log_day(&mut self) -> anyhow::Result<()> {
        let owner = *self.chance.pick(&self.own).context("nobody to act for")?;
        let (goal, id, minutes) = (self.person(owner)?.goal, RandomIds.uuid(), self.minutes());
        let request = log_day(&mut self.chance, id, goal, minutes);
        if let Told::Done { place, version, .. } = self.ask(owner, request).await? {
            let log = OwnLog { id, owner, version, place, minutes, withdrawn: false };
            self.look_at_log(&log).await?;
            remember(&mut self.logs, log, &mut self.chance);
        }
        Ok(())
    }

    async fn correct(&mut self) -> anyhow::Result<()> {
        let Some(log) = self.some_log(|log| !log.withdrawn) else { return self.log_day().await };
        // Another than it has, so that there is something to correct.
        let minutes = (log.minutes + 1 + self.minutes() % 700) % 1_441;
        self.change(log, correct, minutes).await
    }

    async fn change(&mut self, log: OwnLog, command: fn(Uuid, u64) -> Request, minutes: u64) -> anyhow::Result<()> {
        if let Told::Done { place, version, .. } = self.ask(log.owner, command(log.id, minutes)).await? {
            let log = OwnLog { place, version, minutes, ..log };
            self.look_at_log(&log).await?;
            self.logs.push(log);
        }
        Ok(())
    }

    async fn withdraw(&mut self) -> anyhow::Result<()> {
        let Some(log) = self.some_log(|_| true) else { return self.log_day().await };
        if let Told::Done { place, version, .. } = self.ask(log.owner, withdraw(log.id, log.withdrawn)).await? {
            let log = OwnLog { place, version, withdrawn: !log.withdrawn, ..log };
            self.look_at_log(&log).await?;
            self.logs.push(log);
        }
        Ok(())
    }

    /// Changes a goal that others change too, at times only if it is as this client last knew it.
    async fn revise_shared(&mut self) -> anyhow::Result<()> {
        let owner = self.chance.below(SHARED_GOALS.min(self.world.prober()));
        let goal = self.person(owner)?.goal;
        let if_match = self.versions.get(&goal).copied().filter(|_| self.chance.one_in(3));
        let title = format!("{} title {}", super::MARK, RandomIds.uuid().simple());
        if let Told::Done { place, version, .. } = self.ask(owner, revise_goal(goal, &title, if_match)).await? {
            self.versions.insert(goal, version);
            self.look_at_goal(owner, place, version, title).await?;
        }
        Ok(())
    }

    async fn do_what_is_refused(&mut self) -> anyhow::Result<()> {
        let Some(log) = self.some_log(|log| !log.withdrawn) else { return self.log_day().await };
        self.ask(log.owner, withdraw(log.id, true)).await?;
        self.logs.push(log);
        Ok(())
    }

    /// Repeats what was told already.
    async fn ask_again(&mut self) -> anyhow::Result<()> {
        let Some((owner, request)) = self.chance.pick(&self.told).cloned() else { return self.log_day().await };
        Counts::add(&self.world.counts.repeated);
        self.attempt(owner, &request).await.map(drop)
    }

    /// Sends a command until it is told what came of it, or for far too long.
    pub async fn ask(&mut self, owner: usize, request: Request) -> anyhow::Result<Told> {
        loop {
            let told = self.attempt(owner, &request).await?;
            match told {
                Told::Done { .. } => Counts::add(&self.world.counts.done),
                Told::Refused { .. } => Counts::add(&self.world.counts.refused),
                Told::Unknown { .. } if self.is_hopeless() => {
                    Counts::add(&self.world.counts.never_told);
                    return Ok(told);
                }
                Told::Unknown { .. } => {
                    Counts::add(&self.world.counts.unknown);
                    sleep(RETRY_PAUSE).await;
                    continue;
                }
            }
            // A refusal because of a condition is an answer too, and the same each time.
            remember(&mut self.told, (owner, request), &mut self.chance);
            return Ok(told);
        }
    }

    fn is_hopeless(&mut self) -> bool {
        if !self.world.stop.is_cancelled() {
            return false;
        }
        Instant::now() > *self.give_up.get_or_insert_with(|| Instant::now() + INSIST)
    }

    /// Sends a command once, or several times at once, and tells one of the answers.
    async fn attempt(&mut self, owner: usize, request: &Request) -> anyhow::Result<Told> {
        let several = if self.chance.one_in(SEVERAL_ONE_IN) { 2 + self.chance.below(SEVERAL_MAX - 1) } else { 1 };
        let to: Vec<_> = (0..several).filter_map(|_| self.chance.pick(&self.world.commands).copied()).collect();
        let given_up = self.chance.one_in(GIVEN_UP_ONE_IN);
        let within = if given_up { self.chance.millis(0, GIVEN_UP_WITHIN_MS) } else { http::ANSWER_WAIT_MAX * 2 };
        self.send_to(owner, request, &to, within).await
    }

    /// Sends a command to each of these at once, and lets go of what is not answered in time. Tells one of the answers.
    async fn send_to(
        &self,
        owner: usize,
        request: &Request,
        to: &[SocketAddr],
        within: Duration,
    ) -> anyhow::Result<Told> {
        let person = self.person(owner)?;
        let (command, actor, stream, if_match) = (request.command, person.user, request.stream, request.if_match);
        let what = format!("{} {} {}", request.method, request.path, request.body);
        let recorder = &self.world.recorder;
        let (at_us, client) = (recorder.now(), self.nth);
        recorder.write(Line::Asked { at_us, client, command, actor, stream, what, if_match }).await?;
        let token = person.token().await;
        let sent = to.iter().map(|to| timeout(within, send(&self.http, *to, &token, request)));
        let answers = futures::future::join_all(sent).await;
        let mut outcome = Told::Unknown { why: "nobody was asked".to_owned() };
        for answer in answers {
            let told = match answer {
                Ok(Answer::Told(told)) => told,
                Ok(Answer::SignedOut) => {
                    person.sign_in(self.world.door(&self.http), &token).await?;
                    Told::Unknown { why: "signed out".to_owned() }
                }
                Ok(Answer::Erred(why)) => {
                    recorder.erred(format!("{command}, {} {}: {why}", request.method, request.path)).await?;
                    Told::Unknown { why }
                }
                Err(_) => Told::Unknown { why: "given up".to_owned() },
            };
            let (at_us, client) = (recorder.now(), self.nth);
            recorder.write(Line::Told { at_us, client, command, told: told.clone() }).await?;
            if matches!(outcome, Told::Unknown { .. }) {
                outcome = told;
            }
        }
        Ok(outcome)
    }

    async fn look_at_log(&mut self, log: &OwnLog) -> anyhow::Result<()> {
        if !self.chance.one_in(4) {
            return Ok(());
        }
        let expected = Seen { version: log.version, content: log.content() };
        let path = format!("/v1/daily-logs/{}", log.id);
        self.look(Look { owner: log.owner, path, stream: log.id, place: log.place, expected, shared: false }).await
    }

    async fn look_at_goal(&mut self, owner: usize, place: Place, version: u32, title: String) -> anyhow::Result<()> {
        let goal = self.person(owner)?.goal;
        let (path, expected) = (format!("/v1/goals/{goal}"), Seen { version, content: title });
        self.look(Look { owner, path, stream: goal, place, expected, shared: true }).await
    }

    /// Looks for something, and keeps in mind what could not be shown: by when it is looked for again, it may have changed.
    async fn look(&mut self, look: Look) -> anyhow::Result<()> {
        if !self.is_shown(&look).await? {
            Counts::add(&self.world.counts.not_seen);
            self.unseen.push(Look { shared: true, ..look });
        }
        Ok(())
    }

    /// Whether anything was shown, which is written down.
    async fn is_shown(&mut self, look: &Look) -> anyhow::Result<bool> {
        let Some(shown) = self.query(look.owner, &look.path, look.place).await? else { return Ok(false) };
        Counts::add(&self.world.counts.seen);
        let Look { stream, place, expected, shared, .. } = look.clone();
        let seen = Seen { version: version(&shown), content: content(&shown) };
        let (recorder, client) = (&self.world.recorder, self.nth);
        recorder.write(Line::Saw { at_us: recorder.now(), client, stream, place, expected, seen, shared }).await?;
        Ok(true)
    }

    /// Asks for what is to show a position. None, where nobody could tell, or not all of it: that is no lie.
    async fn query(&mut self, owner: usize, path: &str, place: Place) -> anyhow::Result<Option<Value>> {
        for _ in 0..QUERIES_MAX {
            let from = *self.chance.pick(&self.world.queries).context("nobody to ask")?;
            if let Some(shown) = self.show(owner, from, path, place).await? {
                return Ok(Some(shown).filter(|shown| *shown != json!(INCOMPLETE)));
            }
            if self.is_hopeless() {
                break;
            }
            sleep(RETRY_PAUSE).await;
        }
        Ok(None)
    }

    /// Asks once. None, if there is nothing to be told for now; null, if what is asked for is not there.
    async fn show(&self, owner: usize, from: SocketAddr, path: &str, place: Place) -> anyhow::Result<Option<Value>> {
        let person = self.person(owner)?;
        let (token, at) = (person.token().await, format!("{}-{}-{}", self.world.history, place.shard, place.number));
        let asking = self.http.get(format!("http://{from}{path}")).bearer_auth(&token);
        match asking.header("momentum-position", &at).send().await {
            Ok(answer) if answer.status() == StatusCode::UNAUTHORIZED => {
                person.sign_in(self.world.door(&self.http), &token).await?;
                Ok(None)
            }
            // One that says that it lacks something does not claim to show everything.
            Ok(answer) if answer.headers().contains_key("momentum-incomplete") => Ok(Some(json!(INCOMPLETE))),
            Ok(answer) if answer.status().is_success() => Ok(answer.json().await.ok()),
            Ok(answer) if answer.status() == StatusCode::NOT_FOUND => Ok(Some(Value::Null)),
            Ok(answer) if is_error(answer.status().as_u16()) => {
                let (status, body) = (answer.status(), answer.text().await.unwrap_or_default());
                self.world.recorder.erred(format!("GET {path} at {at}: {status} {body}")).await?;
                Ok(None)
            }
            // Told to come back, or cut off. Anything else is no answer to who may ask, and shows as another version than is due.
            Ok(answer) if may_pass(answer.status().as_u16()) => Ok(None),
            Ok(answer) => Ok(Some(json!({ "refused": answer.status().as_u16() }))),
            Err(_) => Ok(None),
        }
    }

    /// Has something done by each process that takes commands, and shown by each that answers queries.
    pub async fn probe(&self, owner: usize) -> anyhow::Result<()> {
        for to in self.world.commands.iter().copied() {
            let goal = RandomIds.uuid();
            let told = self.send_to(owner, &create_goal(goal), &[to], PROBE_MAX).await?;
            let Told::Done { place, .. } = told else { bail!("{to} does not take commands: {told:?}") };
            for from in self.world.queries.iter().copied() {
                for path in [format!("/v1/goals/{goal}"), format!("/v1/goals/{goal}/streak")] {
                    let shown = timeout(PROBE_MAX, self.show(owner, from, &path, place)).await;
                    let shown = shown.unwrap_or(Ok(None))?.with_context(|| format!("{from} does not show {path}"))?;
                    ensure!(!shown.is_null(), "{from} does not know of {path}");
                    ensure!(shown != json!(INCOMPLETE), "{from} says that {path} lacks something");
                    ensure!(shown.get("refused").is_none(), "{from} refuses {path}: {shown}");
                }
            }
        }
        Ok(())
    }

    /// Whether each process that answers queries says of this that it is incomplete.
    pub async fn is_incomplete(&self, owner: usize, path: &str, place: Place) -> anyhow::Result<bool> {
        for from in self.world.queries.iter().copied() {
            if self.show(owner, from, path, place).await? != Some(json!(INCOMPLETE)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn person(&self, owner: usize) -> anyhow::Result<Arc<Person>> {
        self.world.people.get(owner).cloned().context("nobody has this place")
    }

    fn minutes(&mut self) -> u64 {
        self.chance.next() % 1_440
    }

    /// Takes one of its logs out of its memory, to be put back as it is then.
    fn some_log(&mut self, which: fn(&OwnLog) -> bool) -> Option<OwnLog> {
        let fit: Vec<usize> = (0..self.logs.len()).filter(|place| which(&self.logs[*place])).collect();
        self.chance.pick(&fit).map(|place| self.logs.swap_remove(*place))
    }
}

fn version(shown: &Value) -> u32 {
    shown["version"].as_u64().and_then(|version| u32::try_from(version).ok()).unwrap_or_default()
}

/// Keeps something in mind, in the place of something else where there is no more room.
fn remember<T>(memory: &mut Vec<T>, item: T, chance: &mut Chance) {
    if memory.len() >= REMEMBERED_MAX {
        memory.swap_remove(chance.below(memory.len()));
    }
    memory.push(item);
}
