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
