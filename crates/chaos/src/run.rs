//! One run: everything is started, loaded, hurt round by round, left to get well, and checked.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use embedded::Tools;
use futures::{StreamExt, stream::FuturesUnordered};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::Mutex,
    time::{Instant, sleep},
};

use crate::{
    checks::{self, Finding},
    clients::{self, Load, World},
    cluster::{Cluster, Observer, Reached, Servers, Setting},
    faults::{Outcome, Scene, Volume, unmount_below},
    held::Held,
    history::Recorder,
    plan::{Fault, Kind, Plan, Round},
    recovery::Prober,
    search,
    verdict::Verdict,
};

/// So long may everything take to be up, on however busy a machine.
const START_MAX: Duration = Duration::from_secs(120);
const START_PAUSE: Duration = Duration::from_millis(200);
/// What was not well in time is looked at for so much longer: whether it ever is.
const GRACE: Duration = Duration::from_secs(60);
/// Once nobody asks for anything any more, bus and read models are level within this.
const LEVEL_WITHIN: Duration = Duration::from_secs(30);
/// Messages that come when everybody has forgotten them are so late at most, and in shorter runs by a share of their time.
const AGED_AFTER_MAX: Duration = Duration::from_mins(5);
const AGED_AFTER_SHARE: u32 = 20;
/// Between two rounds, unless it is said otherwise.
pub const CALM: Duration = Duration::from_millis(500);
/// Where it can be known for what it is.
const PLACE_PREFIX: &str = "momentum-chaos-";
/// The library of libfaketime that programs with threads need, where `scripts/setup clock` has put it.
const CLOCK_LIBRARY: &str = "libfaketimeMT.so.1";

/// What to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the plan is drawn from.
    pub seed: u64,
    /// For how long faults come.
    pub time: Duration,
    /// Only these kinds; all, if there are none.
    pub only: Vec<Kind>,
    /// How long each fault lasts that is not over at once; what is drawn, if nothing is said.
    pub lasts: Option<Duration>,
    /// So long is it left alone between two rounds, so that there is something to hurt.
    pub calm: Duration,
    /// How much is asked.
    pub load: Load,
    /// So many times the bound may it take to be well again: more than one on a machine that has other things to do.
    pub patience: u32,
    /// The program under test.
    pub momentum: PathBuf,
    /// The same in its next version, if there is one.
    pub next: Option<PathBuf>,
    /// Which of its planted bugs the program makes, if it has any.
    pub bug: Option<String>,
}

/// Somebody ended the run.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Runs it, and tells what was found. Where that is anything, everything of the run is kept where the verdict says.
pub async fn run(options: &Options) -> anyhow::Result<Verdict> {
    let place = tempfile::Builder::new().prefix(PLACE_PREFIX).permissions(Permissions::from_mode(0o755)).tempdir()?;
    let ran = unless_ended(run_in(place.path(), options)).await?;
    // Volumes are files below the same folder, so what is on them is kept with it.
    let unmounted = unmount_below(place.path()).await.context("volumes stay mounted");
    let ran = ran.ok_or(Interrupted)?.and_then(|verdict| unmounted.map(|()| verdict));
    if ran.as_ref().is_ok_and(Verdict::is_clean) {
        return ran;
    }
    let kept = place.keep();
    let mut verdict = ran.with_context(|| format!("see {}", kept.display()))?;
    verdict.kept = Some(kept);
    Ok(verdict)
}

/// What comes of some work; nothing, where somebody ends the program meanwhile. What the work has started ends with it.
pub async fn unless_ended<T>(work: impl Future<Output = T>) -> std::io::Result<Option<T>> {
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(tokio::select! {
        outcome = work => Some(outcome),
        _ = tokio::signal::ctrl_c() => None,
        _ = terminated.recv() => None,
    })
}

async fn run_in(place: &Path, options: &Options) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::of(options);
    let wants = |kind: Kind| options.only.is_empty() || options.only.contains(&kind);
    let volume = match wants(Kind::PowerCut).then_some(Volume::make(place)) {
        Some(made) => made.await.map_err(|why| verdict.not_here(Kind::PowerCut, why)).ok().map(Arc::new),
        None => None,
    };
    let clock_library = wants(Kind::ClockJump).then(|| Tools::find(None, None).fetched(CLOCK_LIBRARY)).flatten();
    let Options { seed, momentum, next, bug, .. } = options.clone();
    let setting = Setting { momentum, next, bug, place: place.to_owned(), clock_library, seed };
    let cluster = Arc::new(Cluster::start(setting).await?);
    let observer = Arc::new(installed(&cluster.servers).await?);
    let recorder = Recorder::begin(&place.join("history.jsonl"))?;
    let world = World::of(&cluster, &observer, recorder.clone(), options.load.people).await?;
    let prober = Arc::new(Mutex::new(Prober::new(world.clone(), seed)?));
    prober.lock().await.wait(&cluster, &observer, Instant::now(), START_MAX).await.context("it never was well")?;

    let aged_after = (options.time / AGED_AFTER_SHARE).min(AGED_AFTER_MAX);
    let scene = Scene { cluster: cluster.clone(), observer: observer.clone(), prober, volume, aged_after };
    let (mut running, begun) = (clients::start(&world, options.load, seed)?, Instant::now());
    let hurt = hurt(&scene, options, &recorder, &mut verdict);
    tokio::select! {
        hurt = hurt => hurt?,
        Some(ended) = running.join_next() => {
            ended??;
            bail!("a client ended by itself");
        }
    }
    world.stop.cancel();
    let (asked_for, mut unseen) = (begun.elapsed(), vec![]);
    while let Some(ended) = running.join_next().await {
        unseen.extend(ended??);
    }
    if let Err(wrong) = level(&observer).await {
        verdict.find("bus and read models come level with the log", format!("{wrong:#}"));
    }
    match world.look_back(unseen, seed).await {
        Ok(unseen) => unseen.iter().for_each(|look| {
            verdict.find("who asks for their own writes is shown them", format!("nobody shows it even now: {look:?}"));
        }),
        Err(wrong) => verdict.find("everybody is back in time, without a person", format!("at the end: {wrong:#}")),
    }
    verdict.count(&world.counts, asked_for, cluster.mixed());
    drop((scene, world));
    check(cluster, observer, recorder, &mut verdict).await?;
    Ok(verdict)
}

/// The log, as soon as some process has installed it.
async fn installed(servers: &Servers) -> anyhow::Result<Observer> {
    let give_up = Instant::now() + START_MAX;
    loop {
        match Observer::of(servers).await {
            Ok(observer) => return Ok(observer),
            Err(error) if Instant::now() > give_up => return Err(error.context("the product does not install itself")),
            Err(_) => sleep(START_PAUSE).await,
        }
    }
}

/// Round after round, until time is over, or the product does not get well any more.
async fn hurt(scene: &Scene, options: &Options, recorder: &Recorder, verdict: &mut Verdict) -> anyhow::Result<()> {
    let until = Instant::now() + options.time;
    for round in &Plan::draw(options.seed, options.time, &options.only, options.lasts).rounds {
        sleep(options.calm).await;
        let rest = until.saturating_duration_since(Instant::now());
        if rest.is_zero() {
            break;
        }
        // No fault lasts longer than the run.
        let faults = round.faults.iter().map(|fault| Fault { lasts: fault.lasts.min(rest), ..*fault });
        let is_alone = round.faults.len() == 1;
        let told: Vec<_> = faults.clone().map(|fault| fault.to_string()).collect();
        recorder.note(told.join("; ")).await?;
        let done: FuturesUnordered<_> =
            faults.map(|fault| async move { (fault.kind, scene.inflict(fault, is_alone).await) }).collect();
        let mut over = None;
        for (kind, outcome) in done.collect::<Vec<_>>().await {
            match outcome {
                Ok(Outcome::Done(then)) => {
                    over = over.max(Some(then));
                    verdict.done(kind);
                }
                Ok(Outcome::Timed(then, times)) => {
                    over = over.max(Some(then));
                    verdict.done(kind);
                    verdict.time(times, is_alone);
                }
                Ok(Outcome::NotHere(why)) => verdict.not_here(kind, why),
                Ok(Outcome::Wrong(why)) => verdict.find("a fault passes", format!("{}: {why}", kind.name())),
                Err(error) => return Err(error.context(format!("{} cannot be done, or undone", kind.name()))),
            }
        }
        let Some(over) = over else { continue };
        if !get_well(scene, round, (over, options.patience), recorder, verdict).await? {
            break;
        }
    }
    Ok(())
}

/// Whether everything is well again, be it late, after it was hurt until `over`.
async fn get_well(
    scene: &Scene,
    round: &Round,
    (over, patience): (Instant, u32),
    recorder: &Recorder,
    verdict: &mut Verdict,
) -> anyhow::Result<bool> {
    let mut prober = scene.prober.lock().await;
    let well = match prober.wait(&scene.cluster, &scene.observer, over, round.bound() * patience).await {
        Ok(()) => true,
        Err(late) => {
            verdict.find("everybody is back in time, without a person", format!("after {}: {late:#}", round.name()));
            prober.wait(&scene.cluster, &scene.observer, Instant::now(), GRACE).await.is_ok()
        }
    };
    let word = if well { "well" } else { "not well" };
    let took = over.elapsed();
    let line = format!("{:40} {word} after {:.2} s", round.name(), took.as_secs_f64());
    println!("  {line}");
    recorder.note(line).await?;
    verdict.recovered(round, took);
    Ok(well)
}

/// Holds everything against the history, and then looks into every file.
async fn check(
    cluster: Arc<Cluster>,
    observer: Arc<Observer>,
    recorder: Arc<Recorder>,
    verdict: &mut Verdict,
) -> anyhow::Result<()> {
    let held = Held::read(&observer.pool).await?;
    verdict.events = held.events.len();
    observer.pool.close().await;
    let history = recorder.end()?;
    for Finding { check, what, about } in checks::run(&history, &held) {
        verdict.find_in(&history, check, what, &about);
    }
    let verified = cluster.administration(&["verify"]).command().stdout(Stdio::piped()).stderr(Stdio::piped()).output();
    let verified = verified.await?;
    if !verified.status.success() {
        let told = [verified.stdout, verified.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).join("");
        verdict.find("bus and read models equal the log", told);
    }
    let (data, logs) = (cluster.data().to_owned(), cluster.logs()?);
    Arc::into_inner(cluster).context("somebody still uses the cluster")?.stop().await;
    for path in search::files_with_personal_text(&data, &logs)? {
        verdict.find("no personal text is outside its seal", path);
    }
    for line in search::panics(&logs)? {
        verdict.find("nothing panics", line);
    }
    Ok(())
}

/// Waits until nothing is behind.
async fn level(observer: &Observer) -> anyhow::Result<()> {
    let give_up = Instant::now() + LEVEL_WITHIN;
    loop {
        let behind = |it: &Reached| it.head - it.slowest;
        let wrong = match observer.reached().await.map(|all| all.iter().map(behind).max().unwrap_or_default()) {
            Ok(0) => match observer.wrong_with_bus(0).await {
                None => return Ok(()),
                Some(wrong) => format!("the bus: {wrong}"),
            },
            Ok(behind) => format!("a read model is {behind} events behind"),
            Err(error) => format!("{error:#}"),
        };
        ensure!(Instant::now() < give_up, "after {} s of quiet, {wrong}", LEVEL_WITHIN.as_secs());
        sleep(START_PAUSE).await;
    }
}
