-- The keys that personal text is sealed with. To take a key out of here erases its owner's text everywhere at once,
-- which is why this schema is apart from the log, and dumped apart from it.
create schema vault;

-- The versions of the master key that may wrap data keys; the highest wraps new ones. A rotation adds one, and takes the
-- ones before out once no data key refers to them: then no process can wrap under a key that was destroyed.
create table vault.masters (
    version smallint primary key check (version > 0),
    known_since timestamptz not null
);

create table vault.keys (
    -- The person whose text it seals, and the key's name inside every sealed value.
    owner uuid primary key,
    -- Which version of the master key wraps it.
    master smallint references vault.masters,
    -- Nonce and ciphertext of the data key; null once its owner was erased, who never gets another.
    wrapped bytea,
    created_at timestamptz not null,
    erased_at timestamptz,
    check ((wrapped is null) = (erased_at is not null) and (master is null) = (wrapped is null))
);

-- Finds what a rotation still has to wrap anew.
create index keys_of_master on vault.keys (master);

-- Every process asks, each second, who was erased lately.
create index keys_erased on vault.keys (erased_at) where erased_at is not null;
