//! What is to be hurt, when and for how long: drawn from a seed, before anything runs.

use std::{fmt, time::Duration};

use clap::ValueEnum;
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

use crate::{chance::Chance, cluster::Member};

/// So many faults at once at most.
const AT_ONCE_MAX: usize = 3;
/// The last of a round begins within this.
const BEGIN_WITHIN_MS: u64 = 2_000;
/// A round takes no less than this, so a run has no more of them than fit.
const ROUND_MIN: Duration = Duration::from_secs(2);

/// A way to hurt the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// SIGKILL of a process.
    Kill,
    /// SIGKILL of any process each second, for a while.
    KillEach,
    /// SIGKILL of every process at once.
    KillAll,
    /// A process stands still for a while, and does not know it.
    Pause,
    /// Postgres stops at once, as it does before a machine goes down in a hurry.
    PostgresStop,
    /// The nats-server is killed.
    NatsKill,
    /// The nats-server is away for a while.
    NatsAway,
    /// The nats-server stands still for a while.
    NatsPause,
    /// The nats-server loses its store.
    NatsWipe,
    /// The nats-server's store is that of a while ago.
    NatsRollback,
    /// Bits flip in the nats-server's store.
    NatsFlip,
    /// The nats-server's disk is full for a while.
    NatsFull,
    /// Somebody deletes a stream.
    StreamDelete,
    /// Somebody publishes what is no event of ours, and ours once more.
    Intruder,
    /// A connection's bytes stay away, in one direction.
    CutOneWay,
    /// A connection's bytes stay away, in both directions.
    Cut,
    /// Bytes come late.
    Delay,
    /// Bytes come slowly.
    Throttle,
    /// Connections are gone at one end, and the other is not told.
    HalfOpen,
    /// Connections are reset.
    Reset,
    /// Messages are delivered twice, late and in another order.
    Redeliver,
    /// Transactions in Postgres that hold a snapshot or a lock.
    SlowTransaction,
    /// An event that no read model can apply.
    Poison,
    /// Read models are rebuilt, with the rebuild killed in between.
    Rebuild,
    /// The next version's workers run beside.
    NextVersion,
    /// The clock of a process jumps, and back.
    ClockJump,
    /// The volume of Postgres and nats-server loses power.
    PowerCut,
}

impl Kind {
    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// How long it lasts at least and at most, in ms; what is over at once takes none.
    const fn lasts_ms(self) -> (u64, u64) {
        match self {
            Self::Kill
            | Self::KillAll
            | Self::PostgresStop
            | Self::NatsKill
            | Self::NatsWipe
            | Self::NatsFlip
            | Self::StreamDelete
            | Self::Intruder
            | Self::HalfOpen
            | Self::Reset
            | Self::Rebuild
            | Self::PowerCut => (0, 0),
            Self::KillEach => (5_000, 10_000),
            Self::Pause | Self::NatsPause | Self::Cut | Self::CutOneWay => (500, 6_000),
            Self::NatsAway | Self::NatsFull | Self::NatsRollback | Self::NextVersion => (2_000, 8_000),
            Self::Poison => (1_000, 4_000),
            Self::Delay | Self::Throttle | Self::Redeliver | Self::SlowTransaction | Self::ClockJump => (2_000, 6_000),
        }
    }

    /// Whether it puts other files on the disk of the nats-server, or waits with that server down.
    const fn takes_store(self) -> bool {
        matches!(
            self,
            Self::NatsAway | Self::NatsWipe | Self::NatsRollback | Self::NatsFlip | Self::NatsFull | Self::PowerCut
        )
    }

    /// Whether both can be done, and undone, in one round. Power is not cut while somebody works on that very volume.
    fn goes_with(self, other: Self) -> bool {
        let is_cut = self == Self::PowerCut || other == Self::PowerCut;
        self != other && !(is_cut && self.takes_store() && other.takes_store())
    }

    /// How soon after it is over the product must be well again, without a person.
    #[must_use]
    pub const fn bound(self) -> Duration {
        Duration::from_secs(match self {
            Self::PowerCut | Self::KillAll => 15,
            // What the bus lost is filled in again within this; nobody waits for it meanwhile.
            Self::NatsKill
            | Self::NatsAway
            | Self::NatsPause
            | Self::NatsWipe
            | Self::NatsRollback
            | Self::NatsFlip
            | Self::NatsFull
            | Self::StreamDelete
            | Self::Intruder
            | Self::Redeliver => 30,
            Self::Cut | Self::CutOneWay | Self::Delay | Self::Throttle => 20,
            // So long may a worker take to give up on a connection that does not say that it is dead.
            Self::HalfOpen => 40,
            _ => 10,
        })
    }
}

/// One fault of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// How.
    pub kind: Kind,
    /// When, since the round began.
    pub after: Duration,
    /// For how long.
    pub lasts: Duration,
    /// Whom, among those of the kind that can be hurt that way.
    pub target: usize,
}

impl Fault {
    /// The process that is hurt, where it is one.
    #[must_use]
    pub fn member(&self) -> Member {
        let all = Member::all();
        all[self.target % all.len()]
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.kind.name(), self.target)?;
        match self.kind {
            Kind::Kill | Kind::Pause => write!(f, " ({})", self.member())?,
            _ => {}
        }
        write!(f, " after {} ms", self.after.as_millis())?;
        if self.lasts.is_zero() { Ok(()) } else { write!(f, " for {} ms", self.lasts.as_millis()) }
    }
}

/// Faults that come together; then the product gets well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// The faults.
    pub faults: Vec<Fault>,
}

impl Round {
    /// How soon all of it must be well again.
    #[must_use]
    pub fn bound(&self) -> Duration {
        self.faults.iter().map(|fault| fault.kind.bound()).max().unwrap_or_default()
    }

    /// Its kinds, as one name.
    #[must_use]
    pub fn name(&self) -> String {
        let mut names: Vec<_> = self.faults.iter().map(|fault| fault.kind.name()).collect();
        names.sort_unstable();
        names.join(" + ")
    }
}

/// What a run does to the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where it comes from.
    pub seed: u64,
    /// The rounds, of which a run does as many as it has time for.
    pub rounds: Vec<Round>,
}

impl Plan {
    /// Draws as many rounds as can fit into so much time, with faults of these kinds; of all, if there are none. Faults that
    /// are not over at once last as long as is drawn, unless it is said how long.
    #[must_use]
    pub fn draw(seed: u64, time: Duration, only: &[Kind], lasts: Option<Duration>) -> Self {
        let mut chance = Chance::new(seed);
        let mut kinds: Vec<Kind> = Kind::iter().filter(|kind| only.is_empty() || only.contains(kind)).collect();
        let count = time.as_secs() / ROUND_MIN.as_secs();
        let mut deck = vec![];
        let rounds = (0..count).map(|_| {
            let many = match chance.below(20) {
                0..10 => 1,
                10..17 => 2,
                _ => AT_ONCE_MAX,
            };
            let mut faults: Vec<Fault> = vec![];
            for _ in 0..many.min(kinds.len()) {
                // Each kind has its turn before any has another.
                if deck.is_empty() {
                    chance.shuffle(&mut kinds);
                    deck.clone_from(&kinds);
                }
                let fits = |kind: &Kind| faults.iter().all(|fault| fault.kind.goes_with(*kind));
                let Some(place) = deck.iter().rposition(fits) else { break };
                faults.push(draw(&mut chance, deck.remove(place), lasts));
            }
            Round { faults }
        });
        Self { seed, rounds: rounds.collect() }
    }
}

fn draw(chance: &mut Chance, kind: Kind, lasts: Option<Duration>) -> Fault {
    let (least, most) = kind.lasts_ms();
    let after = chance.millis(0, BEGIN_WITHIN_MS);
    let drawn = chance.millis(least, most);
    let lasts = lasts.filter(|_| most > 0).unwrap_or(drawn);
    Fault { kind, after, lasts, target: chance.below(1 << 16) }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The plan of seed {}:", self.seed)?;
        for (nth, round) in (1..).zip(&self.rounds) {
            let faults: Vec<_> = round.faults.iter().map(ToString::to_string).collect();
            writeln!(f, "{nth:4}  {}", faults.join("; "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const TIME: Duration = Duration::from_secs(180);

    #[test]
    fn the_same_seed_is_the_same_plan_and_a_longer_one_begins_alike() {
        let plan = Plan::draw(7, TIME, &[], None);
        assert_eq!(plan, Plan::draw(7, TIME, &[], None));
        assert_ne!(plan.rounds, Plan::draw(8, TIME, &[], None).rounds);
        assert_eq!(plan.rounds[..], Plan::draw(7, TIME * 2, &[], None).rounds[..plan.rounds.len()]);
    }

    #[test]
    fn every_kind_has_its_turn() {
        let plan = Plan::draw(7, TIME, &[], None);
        let met: BTreeSet<Kind> = plan.rounds.iter().flat_map(|round| &round.faults).map(|fault| fault.kind).collect();
        assert_eq!(met, Kind::iter().collect());
    }

    #[test]
    fn power_is_not_cut_while_another_fault_has_the_same_disk() {
        let plans = (0..100).map(|seed| Plan::draw(seed, TIME, &[], None));
        let mut beside = 0;
        for round in plans.flat_map(|plan| plan.rounds) {
            let kinds: Vec<_> = round.faults.iter().map(|fault| fault.kind).collect();
            if kinds.contains(&Kind::PowerCut) {
                let others = kinds.iter().filter(|kind| **kind != Kind::PowerCut);
                assert_eq!(others.filter(|kind| kind.takes_store()).count(), 0, "{}", round.name());
                beside += kinds.len() - 1;
            }
        }
        assert!(beside > 0, "others come beside it");
    }

    #[test]
    fn kinds_can_be_chosen() {
        let plan = Plan::draw(7, TIME, &[Kind::Kill], None);
        assert!(plan.rounds.iter().all(|round| round.name() == "kill"));
    }

    #[test]
    fn how_long_it_lasts_can_be_said_of_what_lasts() {
        let plan = Plan::draw(7, TIME, &[Kind::Kill, Kind::NatsAway], Some(TIME));
        for fault in plan.rounds.iter().flat_map(|round| &round.faults) {
            let expected = if fault.kind == Kind::Kill { Duration::ZERO } else { TIME };
            assert_eq!(fault.lasts, expected, "{fault}");
        }
    }
}
