-- The read models of the projector. All of it can be thrown away and made again from the log.
create schema read;

-- How far each read model has come in each shard; it moves in the transaction that moves the rows.
create table read.checkpoint (
    model text not null,
    shard smallint not null,
    position bigint not null,
    -- Counts the holders of the shard's lease: one that has lost it cannot move the checkpoint any more.
    epoch bigint not null,
    primary key (model, shard)
) with (fillfactor = 20);

-- Streams with an event that a read model could not apply: none of their later events is applied either.
create table read.parked (
    model text not null,
    shard smallint not null,
    stream_id uuid not null,
    workspace uuid not null,
    -- The event that could not be applied.
    position bigint not null,
    reason text not null,
    -- Of the program that could not: another tries again.
    version text not null,
    primary key (model, shard, stream_id)
);

-- A workspace's goals, one row each. Titles and descriptions are sealed.
create table read.goals (
    workspace uuid not null,
    goal_id uuid not null,
    title text not null,
    -- Empty where there is none.
    description text not null,
    target_date date,
    total_minutes integer,
    completed_on date,
    archived_on date,
    -- What it expects, each fact from its date on.
    schedules json not null,
    weekly_targets json not null,
    pauses json not null,
    -- What was logged on it, in all.
    minutes bigint not null,
    logs integer not null,
    version integer not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (workspace, goal_id)
) with (fillfactor = 80);

-- Daily logs, withdrawn ones too: those can be restored.
create table read.daily_logs (
    workspace uuid not null,
    log_id uuid not null,
    goal_id uuid not null,
    day date not null,
    minutes smallint not null,
    zone text not null,
    -- Empty where there is none.
    text text not null,
    withdrawn boolean not null,
    version integer not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (workspace, log_id)
);

-- Lists a workspace's logs, newest day first.
create index daily_logs_of_workspace on read.daily_logs (workspace, day, log_id);

-- Lists a goal's logs, newest day first.
create index daily_logs_of_goal on read.daily_logs (goal_id, day, log_id);

-- Who belongs to a workspace, one row each, so that people find the workspaces they share. The workspace's sealed name
-- stands with each member.
create table read.members (
    workspace uuid not null,
    user_id uuid not null,
    -- Empty where there is none.
    name text not null,
    role text not null,
    primary key (workspace, user_id)
) with (fillfactor = 80);

-- Lists a person's workspaces.
create index members_of_user on read.members (user_id, workspace);
