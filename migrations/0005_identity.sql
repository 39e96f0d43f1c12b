-- Who may sign in, who is signed in, who is invited, and how often somebody tried.
-- Plain tables and no events: what a person replaces here (a password, a session) has to be gone, and nobody replays it.
-- That somebody joined is an event.
-- Addresses, passwords, tokens and codes rest here only as hashes.

create schema identity;

create table identity.accounts (
    user_id uuid primary key,
    -- the personal workspace, made together with the user
    workspace_id uuid not null,
    -- a keyed hash of the normalised address; the unique index also serves sign-in, which finds the account by it
    email_hash bytea not null unique check (octet_length(email_hash) = 32),
    -- a PHC string: algorithm, parameters, salt and hash
    password text not null,
    -- counts changes of the password and the address, so that a sign-in overtaken by one opens no session, and the newer of
    -- two copies is known
    password_version integer not null default 1,
    -- time zone and language, for sign-in to finish an interrupted registration with; gone once the account is active
    wishes jsonb,
    created_at timestamptz not null,
    -- null while only reserved: the user's events may or may not be in the log yet
    activated_at timestamptz,
    check ((activated_at is null) = (wishes is not null))
);

-- Erasures that were begun: the account is gone, and the log, the vault, or both are still to learn of it. The row goes last.
create table identity.erasures (
    user_id uuid primary key,
    workspace_id uuid not null,
    begun_at timestamptz not null
);

-- A session is one row, from sign-in until it ends; refreshing its tokens overwrites their hashes in place.
create table identity.sessions (
    session_id uuid primary key,
    user_id uuid not null references identity.accounts on delete cascade,
    device text not null,
    created_at timestamptz not null,
    -- when the current pair of tokens was issued: both lifetimes count from here
    refreshed_at timestamptz not null,
    refresh_hash bytea not null check (octet_length(refresh_hash) = 32),
    access_hash bytea not null check (octet_length(access_hash) = 32),
    -- the access token before the last refresh, which stays good until its own end; null before the first refresh
    former_access_hash bytea check (octet_length(former_access_hash) = 32),
    former_issued_at timestamptz,
    check ((former_access_hash is null) = (former_issued_at is null))
);

-- serves a person's list of sessions, and ending all of them but one
create index sessions_user_id on identity.sessions (user_id);
-- serves the purge of sessions whose refresh token has expired
create index sessions_refreshed_at on identity.sessions (refreshed_at);

-- Invitations into a workspace: each has a code, by which one person joins, once.
create table identity.invitations (
    invitation_id uuid primary key,
    workspace_id uuid not null,
    role text not null,
    -- the owner who made it
    made_by uuid not null references identity.accounts on delete cascade,
    code_hash bytea not null unique check (octet_length(code_hash) = 32),
    made_at timestamptz not null,
    expires_at timestamptz not null,
    -- who came with the code: it is theirs before they join, so that nobody else does meanwhile
    taken_by uuid references identity.accounts on delete cascade,
    -- when they had joined: until then it can be revoked
    joined_at timestamptz,
    -- how often the log refused who had taken it: each time, another may
    refusals integer not null default 0,
    check (joined_at is null or taken_by is not null)
);

-- serves a workspace's list, and its bound
create index invitations_workspace_id on identity.invitations (workspace_id);
-- each serves the end of an account
create index invitations_made_by on identity.invitations (made_by);
create index invitations_taken_by on identity.invitations (taken_by);
-- serves the purge
create index invitations_expires_at on identity.invitations (expires_at);

-- Attempts, as GCRA keeps them: one instant a key. Unlogged, since losing it in a crash only forgives some attempts.
-- The purge reads it whole: an index on a column that every attempt changes would cost more than that.
create unlogged table identity.throttle (
    -- a keyed hash of what is limited (an account or a client address, and for what)
    key bytea primary key,
    -- when the key's allowance is whole again; a row whose instant has passed says nothing
    whole_at timestamptz not null
);
