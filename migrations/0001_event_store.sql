-- The log: the one truth that everything else is made from. Append-only; nothing here is ever updated or deleted,
-- but the heads of the shards and the ids of commands that are past their time.
create schema es;

-- One row: what this installation is.
create table es.log (
    one boolean primary key default true check (one),
    -- Made anew by each restore, so that a cursor into a history that no longer is can be told.
    history uuid not null,
    -- The number of shards, fixed for ever at install: a workspace's shard follows from it.
    shards smallint not null check (shards between 1 and 1024),
    -- Derived from the index key of whoever opened the log first, so that another key is noticed: with it, no keyed hash
    -- in this database would ever match again.
    key_check bytea
);

-- One row a shard. Its lock is the sequencer: who holds it gives out positions, dense and in commit order.
create table es.shard (
    shard smallint primary key,
    -- The position of the last event.
    head bigint not null default 0,
    -- When that event was recorded: instants never go back along a shard.
    last_recorded_at timestamptz not null default 'epoch'
) with (fillfactor = 10);

create table es.events (
    shard smallint not null,
    position bigint not null,
    stream_id uuid not null,
    version integer not null check (version > 0),
    id uuid not null,
    type text not null,
    schema smallint not null,
    workspace uuid not null,
    actor uuid not null,
    command_id uuid not null,
    -- The event that this one takes back.
    undoes uuid,
    -- Both null where the command is no part of a chain: then they are the command's id.
    correlation uuid,
    causation uuid,
    trace_parent text,
    recorded_at timestamptz not null,
    local_day date not null,
    -- `json`, not `jsonb`: it is written and read whole, never looked into.
    data json not null,
    -- Replay and subscriptions read ranges of positions.
    primary key (shard, position),
    -- Loading reads a stream; appending reads its last version, and this is what no two writers can both pass.
    unique (shard, stream_id, version)
);

-- History and feeds read one workspace in order.
create index events_of_workspace on es.events (shard, workspace, position);

-- The answers to commands, kept 90 days, so that a retry gets the answer and not a second effect.
create table es.commands (
    -- A UUIDv7, so that what is past its time is a range at the start of the primary key.
    id uuid not null,
    actor uuid not null,
    -- A keyed hash of the body: a plain one would leave erased text guessable.
    fingerprint bytea not null,
    -- Where the log stood when the command was done: its last event, or the head if it changed nothing.
    shard smallint not null,
    position bigint not null,
    -- The stream the command was about, and its version then.
    stream_id uuid not null,
    version integer not null,
    -- Why it was refused, if it was.
    refusal json,
    primary key (id, actor)
);
