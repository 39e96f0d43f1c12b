-- The log: the one truth that everything else is made from. Append-only; nothing here is ever updated or deleted,
-- but the ids of commands that are past their time.
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

-- One row a shard. Its lock is the sequencer: who holds it gives out positions, dense and in commit order. The row itself
-- is never changed: while any transaction of the whole cluster stays open, no version of it would go away, and each append
-- would have to pass all of them.
create table es.shard (
    shard smallint primary key,
    -- Nothing: Postgres lets only those lock a row who may change something in it.
    turn boolean not null default true
);

-- Columns stand in the order in which Postgres need not fill them up to even places.
create table es.events (
    position bigint not null,
    recorded_at timestamptz not null,
    version integer not null check (version > 0),
    local_day date not null,
    shard smallint not null,
    schema smallint not null,
    stream_id uuid not null,
    id uuid not null,
    workspace uuid not null,
    actor uuid not null,
    command_id uuid not null,
    -- The event that this one takes back.
    undoes uuid,
    -- Both null where the command is no part of a chain: then they are the command's id.
    correlation uuid,
    causation uuid,
    trace_parent text,
    type text not null,
    -- `json`, not `jsonb`: it is written and read whole, never looked into.
    data json not null,
    -- Replay and subscriptions read ranges of positions.
    primary key (shard, position),
    -- Loading reads a stream; appending reads its last version, and this is what no two writers can both pass. Ids come
    -- first: new ones are the greatest, and where an index grows at its end only, its pages are left full.
    unique (stream_id, shard, version)
);

-- Where each shard ends: the position of its last event, and when that was recorded, which never goes back.
create view es.heads as
    select shard.shard, coalesce(last.position, 0) as head, coalesce(last.recorded_at, 'epoch') as last_recorded_at
    from es.shard left join lateral (
        select position, recorded_at from es.events where events.shard = shard.shard order by position desc limit 1
    ) as last on true;

-- History and feeds read one workspace in order. A workspace has one shard, so the index does without.
create index events_of_workspace on es.events (workspace, position);

-- The answers to commands, kept 90 days, so that a retry gets the answer and not a second effect.
create table es.commands (
    -- Where the log stood when the command was done: its last event, or the head if it changed nothing.
    position bigint not null,
    shard smallint not null,
    -- A UUIDv7, so that what is past its time is a range at the start of the primary key.
    id uuid not null,
    actor uuid not null,
    -- A keyed hash of the body: a plain one would leave erased text guessable.
    fingerprint bytea not null,
    -- The stream the command was about, and its version then; both null where the event at `position` tells them.
    stream_id uuid,
    version integer,
    -- Why it was refused, if it was.
    refusal json,
    check ((stream_id is null) = (version is null)),
    -- Ids come nearly in order. Where pages were full, each that comes late would split one.
    primary key (id, actor) with (fillfactor = 80)
);
