//! The bugs that are planted: each a mistake somebody might make, as the lines that would be wrong.

use crate::plan::Kind;

/// A mistake.
#[derive(Debug)]
pub struct Bug {
    /// Its name on the command line.
    pub name: &'static str,
    /// What is wrong with it.
    pub mistake: &'static str,
    /// What it changes: all of these together.
    pub edits: &'static [Edit],
    /// The faults under which it shows.
    pub faults: &'static [Kind],
    /// The checks that are there for it: one of them must find it.
    pub found_by: &'static [&'static str],
}

/// An expression, and what stands there instead while the bug is chosen.
#[derive(Debug)]
pub struct Edit {
    /// The file, from the workspace's root.
    pub file: &'static str,
    /// The expression as it is: exactly once in that file.
    pub right: &'static str,
    /// The same as the mistake has it, of the same type.
    pub wrong: &'static str,
}

/// An item that a bug needs, put in front of a line; without the bug, nothing uses it.
#[derive(Debug)]
pub struct Item {
    /// The file.
    pub file: &'static str,
    /// The line, exactly once in that file.
    pub before: &'static str,
    /// The item.
    pub text: &'static str,
}

const BATCH: &str = "crates/event-store/src/batch.rs";
const PLAN: &str = "crates/event-store/src/plan.rs";
const WRITE: &str = "crates/event-store/src/write.rs";
const WRITER: &str = "crates/event-store/src/writer.rs";
const EXECUTE: &str = "crates/event-store/src/execute.rs";
const ARRIVALS: &str = "crates/event-bus/src/arrivals.rs";
const LEADER: &str = "crates/event-bus/src/relay/leader.rs";
const STREAM: &str = "crates/event-bus/src/relay/stream.rs";
const TAKE_IN: &str = "crates/worker/src/batch.rs";
const CHECKPOINT: &str = "crates/worker/src/checkpoint.rs";
const REBUILD: &str = "crates/worker/src/rebuild/mod.rs";
const SEEN: &str = "crates/query-api/src/seen.rs";

const LOST: &str = "no acknowledged command is lost";
const TWICE: &str = "no command is applied twice";
const REFUSED: &str = "no refused command is applied";
const ONE_ANSWER: &str = "a command has one answer";
const DENSE: &str = "positions and versions are dense";
const CONDITION: &str = "a condition is held";
const REASON: &str = "what is refused has a reason";
const OWN_WRITES: &str = "who asks for their own writes is shown them";
const LEVEL: &str = "bus and read models come level with the log";
const EQUAL: &str = "bus and read models equal the log";
const SEALED: &str = "no personal text is outside its seal";
const BACK: &str = "everybody is back in time, without a person";

/// Has every batch read the log first, so that a bug in that way meets all of them.
const READ_FIRST: Edit = Edit { file: BATCH, right: "memory.believed(&shards, proposals)", wrong: "None::<State>" };

/// The items.
pub const ITEMS: &[Item] = &[Item {
    file: BATCH,
    before: "/// Appends what still holds.",
    text: "pub(crate) static TOO_EARLY: std::sync::OnceLock<tokio::sync::broadcast::Sender<crate::Committed>> = \
           std::sync::OnceLock::new();",
}];

/// The bugs.
pub const BUGS: &[Bug] = &[
    Bug {
        name: "position-without-lock",
        mistake: "Positions are given out without the lock, and what finds its position taken is let go",
        edits: &[
            READ_FIRST,
            Edit {
                file: BATCH,
                right: "AssertSqlSafe(lock)",
                wrong: r#"AssertSqlSafe(lock.replace(" for update", ""))"#,
            },
            Edit {
                file: BATCH,
                right: "plan.write(&mut transaction, &Beliefs::none()).await",
                wrong: "plan.write(&mut transaction, &Beliefs::none()).await.or_else(|error| {
                    if is_taken(&error) { Ok(true) } else { Err(error) }
                })",
            },
        ],
        faults: &[Kind::KillEach],
        found_by: &[DENSE, LOST],
    },
    Bug {
        name: "publish-before-commit",
        mistake: "A batch is handed to the relay, and published, before it is committed, and workers believe the bus",
        edits: &[
            READ_FIRST,
            Edit {
                file: WRITER,
                right: "tokio::spawn(task.run(waiting))",
                wrong: "drop(crate::batch::TOO_EARLY.set(committed.clone())); tokio::spawn(task.run(waiting))",
            },
            Edit {
                file: BATCH,
                right: "transaction.commit().await?",
                wrong: "if let Some(committed) = TOO_EARLY.get() {
                    drop(committed.send(plan.events.clone().into()));
                    // So long does a slow disk take to commit.
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
                transaction.commit().await?",
            },
            // Or else no worker goes on from what the log has not.
            Edit { file: CHECKPOINT, right: "it.last.map(EventId::uuid)", wrong: "None" },
        ],
        faults: &[Kind::KillEach],
        found_by: &[EQUAL, OWN_WRITES],
    },
    Bug {
        name: "acknowledged-before-durable",
        mistake: "A command is acknowledged before Postgres has written it to disk",
        edits: &[
            READ_FIRST,
            Edit {
                file: BATCH,
                right: "transaction.commit().await?",
                wrong: r#"sqlx::query("set local synchronous_commit = off").execute(&mut *transaction).await?;
            transaction.commit().await?"#,
            },
        ],
        faults: &[Kind::PostgresStop],
        found_by: &[LOST],
    },
    Bug {
        name: "cache-unchecked",
        mistake: "What a cached aggregate was decided on is not compared with the log's versions",
        edits: &[Edit { file: PLAN, right: "proposal.reads.iter().any(stale)", wrong: "false" }],
        faults: &[Kind::Kill],
        found_by: &[CONDITION],
    },
    Bug {
        name: "refusal-unchecked",
        mistake: "What a cached aggregate was refused on is not compared with the log's versions",
        edits: &[Edit {
            file: EXECUTE,
            right: "self.propose(command, &moment, reads, decision).await?",
            wrong: "if let Err(refusal) = decision { return Err(StoreError::Refused(refusal)); }
            self.propose(command, &moment, reads, decision).await?",
        }],
        faults: &[Kind::Kill],
        found_by: &[REASON],
    },
    Bug {
        name: "command-id-not-kept",
        mistake: "The answer to a command is not kept with its events",
        edits: &[Edit { file: WRITE, right: "&self.answers", wrong: "&*Box::leak(Box::default())" }],
        faults: &[Kind::KillEach],
        found_by: &[ONE_ANSWER, TWICE, REFUSED],
    },
    Bug {
        name: "dedupe-by-window",
        mistake: "Command ids are known for the last 32 positions instead of 90 days",
        edits: &[
            READ_FIRST,
            Edit {
                file: BATCH,
                right: "State::read(&mut transaction, shards, proposals).await?",
                wrong: r#"let old = "delete from es.commands using es.heads
                           where commands.shard = heads.shard and commands.position < heads.head - 32";
            sqlx::query(old).execute(&mut *transaction).await?;
            State::read(&mut transaction, shards, proposals).await?"#,
            },
        ],
        faults: &[Kind::KillEach],
        found_by: &[ONE_ANSWER, TWICE, REFUSED],
    },
    Bug {
        name: "text-in-the-clear",
        mistake: "The text of a corrected log is stored as it was written",
        edits: &[
            Edit {
                file: EXECUTE,
                right: "self.vault.seal(owner, id, &mut event).await?",
                wrong: r#"if event.name() != "DailyLogCorrected" { self.vault.seal(owner, id, &mut event).await? }"#,
            },
            Edit { file: EXECUTE, right: "event.to_raw()", wrong: "domain::answering(|| event.to_raw())" },
        ],
        faults: &[Kind::Kill],
        found_by: &[SEALED],
    },
    Bug {
        name: "text-in-a-log",
        mistake: "Somebody left a line in that logs what is about to be sealed",
        edits: &[Edit {
            file: EXECUTE,
            right: "self.vault.seal(owner, id, &mut event).await?",
            wrong: r#"domain::HasPersonal::each_personal(&mut event, &mut |field, text| {
                tracing::info!(field, text = text.text(), "to be sealed");
            });
            self.vault.seal(owner, id, &mut event).await?"#,
        }],
        faults: &[Kind::Kill],
        found_by: &[SEALED],
    },
    Bug {
        name: "gap-skipped",
        mistake: "A message that comes too early is taken, and those before it never",
        edits: &[
            Edit {
                file: ARRIVALS,
                right: "found.cmp(&self.number)",
                wrong: "self.number = self.number.max(found); found.cmp(&self.number)",
            },
            Edit { file: TAKE_IN, right: "it.position.number != before + 1", wrong: "false" },
        ],
        faults: &[Kind::Redeliver],
        found_by: &[EQUAL, OWN_WRITES],
    },
    Bug {
        name: "duplicate-taken",
        mistake: "A message that came before is taken again",
        edits: &[
            Edit {
                file: ARRIVALS,
                right: "found.cmp(&self.number)",
                wrong: "self.number = self.number.min(found); found.cmp(&self.number)",
            },
            Edit { file: TAKE_IN, right: "it.position.number != before + 1", wrong: "false" },
        ],
        faults: &[Kind::Redeliver],
        found_by: &[EQUAL],
    },
    Bug {
        name: "bus-not-compared",
        mistake: "The relay goes on after the stream's last message without comparing that with the log",
        edits: &[
            Edit {
                file: LEADER,
                right: "verify(self.stream, found.created, (from, last), Duration::ZERO).await?",
                wrong: "let _ = from;",
            },
            Edit { file: LEADER, right: "self.audit.begin(self.stream, found.created, (first, last))", wrong: "" },
            Edit {
                file: STREAM,
                right: "extent.damage(self.bus.topology.keep, head)",
                wrong: "extent.damage(self.bus.topology.keep, head.max(extent.last))",
            },
        ],
        faults: &[Kind::Intruder],
        found_by: &[LEVEL, EQUAL, BACK],
    },
    Bug {
        name: "stream-not-made-again",
        mistake: "The relay finds that the stream is damaged, says so, and leaves it",
        edits: &[Edit {
            file: LEADER,
            right: "self.stream.make_again().await?",
            wrong: "if self.known.is_some() { 0 } else { self.stream.make_again().await? }",
        }],
        faults: &[Kind::StreamDelete],
        found_by: &[LEVEL, BACK],
    },
    Bug {
        name: "checkpoint-before-apply",
        mistake: "The checkpoint is committed, and then the rows",
        edits: &[Edit {
            file: TAKE_IN,
            right: "advance(&mut transaction, moves.collect()).await?",
            wrong: "advance(&mut transaction, moves.collect()).await?;
    transaction.commit().await?;
    transaction = begin_with(pool, BEGIN).await?",
        }],
        faults: &[Kind::KillEach],
        found_by: &[EQUAL, OWN_WRITES],
    },
    Bug {
        name: "checkpoint-after-apply",
        mistake: "The rows are committed, and then the checkpoint",
        edits: &[
            Edit { file: TAKE_IN, right: "advance(&mut transaction, moves.collect()).await?", wrong: "drop(moves)" },
            Edit {
                file: TAKE_IN,
                right: "transaction.commit().await?",
                wrong: "transaction.commit().await?;
    let mut later = pool.begin().await?;
    let moves = taking.iter().flat_map(|(group, batch)| {
        let (shard, from, to, last) = (group.shard, group.position, batch.last, batch.last_event);
        group.intakes.iter().map(move |intake| Move { held: &intake.held, shard, from, to, last })
    });
    advance(&mut later, moves.collect()).await?;
    later.commit().await?",
            },
        ],
        faults: &[Kind::KillEach],
        found_by: &[EQUAL],
    },
    Bug {
        name: "missing-fence",
        mistake: "Whether the checkpoint was still held is not looked at",
        edits: &[Edit { file: CHECKPOINT, right: "moved.rows_affected() != moves.len() as u64", wrong: "false" }],
        faults: &[Kind::Rebuild],
        found_by: &[EQUAL],
    },
    Bug {
        name: "poison-unseen",
        mistake: "A stream with an event that cannot be applied is left aside, and nobody is told",
        edits: &[Edit { file: TAKE_IN, right: "Parked::write(connection, model.name(), &parked).await?", wrong: "" }],
        faults: &[Kind::Poison],
        found_by: &[EQUAL],
    },
    Bug {
        name: "rebuild-moved-in-early",
        mistake: "Rebuilt tables are moved in before they have caught up, and said to have",
        edits: &[
            Edit {
                file: REBUILD,
                right: "follow(groups, &self.log, &Targets::heads(&self.log, &self.models).await?).await?",
                wrong: "let _ = &groups;",
            },
            Edit {
                file: REBUILD,
                right: "follow(groups, &self.log, &targets).await?",
                wrong: r#"let caught_up = format!(
                    "update {next}.checkpoint as made set position = held.position from {living}.checkpoint as held
                     where held.model = made.model and held.shard = made.shard"
                );
                tables::run(&mut transaction, caught_up).await?"#,
            },
        ],
        faults: &[Kind::Rebuild],
        found_by: &[EQUAL, OWN_WRITES],
    },
    Bug {
        name: "own-writes-not-awaited",
        mistake: "A query is answered before the read model has come to the position it names",
        edits: &[Edit {
            file: SEEN,
            right: "checkpoints.reached(models, position)",
            wrong: "checkpoints.reached(&[], position)",
        }],
        faults: &[Kind::Kill],
        found_by: &[OWN_WRITES],
    },
];
