-- The read models of the analytics worker. All of it can be thrown away and made again from the log.
create schema analytics;

-- As in schema `read`: how far each read model has come, and what it could not apply.
create table analytics.checkpoint (like read.checkpoint including all) with (fillfactor = 20);
create table analytics.parked (like read.parked including all);

-- Minutes and logs of each goal on each day that has any.
create table analytics.daily_totals (
    workspace uuid not null,
    goal_id uuid not null,
    day date not null,
    minutes integer not null,
    logs integer not null,
    -- One range of the primary key serves a goal's heatmap.
    primary key (workspace, goal_id, day)
) with (fillfactor = 80);

-- The streaks of goals, and of whole workspaces: what is stored of each besides its runs. A workspace's own streak has
-- the workspace as its subject.
create table analytics.streaks (
    workspace uuid not null,
    subject uuid not null,
    state json not null,
    primary key (workspace, subject)
) with (fillfactor = 80);

-- Every run there ever was: met days, or met weeks, with none missed between.
create table analytics.streak_runs (
    workspace uuid not null,
    subject uuid not null,
    first date not null,
    last date not null,
    unit text not null,
    length integer not null,
    -- The runs around a day are neighbours here.
    primary key (workspace, subject, first)
) with (fillfactor = 80);

-- What counts for a day: a goal's minutes, or how many of a workspace's goals were met.
create table analytics.streak_days (
    workspace uuid not null,
    subject uuid not null,
    day date not null,
    counted integer not null,
    primary key (workspace, subject, day)
) with (fillfactor = 80);

-- Each change of a streak, and what caused it.
create table analytics.streak_changes (
    workspace uuid not null,
    subject uuid not null,
    -- The event at which it came to light, and its place among the changes of that event.
    position bigint not null,
    nth smallint not null,
    recorded_at timestamptz not null,
    change json not null,
    -- Lists a streak's changes, newest first.
    primary key (workspace, subject, position, nth)
);

-- The dated calendar facts of each workspace, by which its days are judged.
create table analytics.streak_calendars (
    workspace uuid primary key,
    calendar json not null
);
