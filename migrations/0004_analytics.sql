-- The read model of the analytics worker. All of it can be thrown away and made again from the log.
create schema analytics;

-- As in schema `read`: how far it has come, and what it could not apply.
create table analytics.checkpoint (like read.checkpoint including all) with (fillfactor = 20);
create table analytics.parked (like read.parked including all);

-- What each day comes to that has a log, of each goal and of each workspace: a row a month, so that a year is a dozen rows
-- to read, and a rebuild writes few. A workspace's own days have the workspace as their subject.
create table analytics.daily_totals (
    workspace uuid not null,
    subject uuid not null,
    -- Its first day.
    month date not null,
    -- By the number of the day: minutes, logs, and met: of a goal, 1 if it met the day; of a workspace, how many of its
    -- goals did. Written and read whole.
    days json not null,
    -- One range of the primary key serves a heatmap, a goal's or the workspace's.
    primary key (workspace, subject, month)
) with (fillfactor = 80);

-- The streaks of goals, and of whole workspaces: what is stored of each besides its runs and changes. A workspace's own
-- streak has the workspace as its subject.
create table analytics.streaks (
    workspace uuid not null,
    subject uuid not null,
    -- How many changes it has had.
    changes integer not null,
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

-- The changes of a streak, and what caused each: sixteen a row, in order, so that what is written with nearly every log
-- takes little room, and a rebuild writes few rows.
create table analytics.streak_changes (
    workspace uuid not null,
    subject uuid not null,
    -- Its place among the rows of the streak.
    nth integer not null,
    -- As `crates/analytics/src/streaks/kept.rs` packs them. More are added without reading those that are there.
    changes bytea not null,
    -- Lists a streak's changes, newest first.
    primary key (workspace, subject, nth)
) with (fillfactor = 90);

-- The weeks that are closed, each once. What a week comes to now and what it came to when it closed follow from the
-- tables below.
create table analytics.weekly_snapshots (
    workspace uuid not null,
    first date not null,
    last date not null,
    ends_at timestamptz not null,
    primary key (workspace, first)
);

-- One row a workspace: its calendar, by which days and weeks are judged, the last week that was closed, and the day of its
-- last event.
create table analytics.week_clock (
    workspace uuid primary key,
    state json not null,
    -- The last day of the next week to close, and the settings that decide when it is over; null where the workspace is
    -- idle. Dates only: no row depends on a time zone table.
    due_zone text,
    due_start smallint,
    due_day date
) with (fillfactor = 80);

-- Finds the weeks that are over, zone by zone. It changes when a week is closed, not with every event.
create index week_clock_due on analytics.week_clock (due_zone, due_start, due_day, workspace) where due_day is not null;

-- What a goal's weeks are told by: its weekly targets and its title, sealed.
create table analytics.week_goals (
    workspace uuid not null,
    goal_id uuid not null,
    facts json not null,
    primary key (workspace, goal_id)
) with (fillfactor = 80);

-- What was changed about a day after its week was over, and by how much: taken from the figures now, it gives those of
-- then.
create table analytics.week_corrections (
    workspace uuid not null,
    day date not null,
    position bigint not null,
    goal_id uuid not null,
    log_id uuid,
    recorded_at timestamptz not null,
    local_day date not null,
    type text not null,
    actor uuid not null,
    minutes integer not null,
    logs integer not null,
    met integer not null,
    -- The corrections of some weeks are one range.
    primary key (workspace, day, position)
);
