-- The keys that personal text is sealed with. Deleting a row here erases its owner's text everywhere at once,
-- which is why this schema is apart from the log, and dumped apart from it.
create schema vault;

create table vault.keys (
    -- The person whose text it seals, and the key's name inside every sealed value.
    owner uuid primary key,
    -- Which version of the master key wraps it.
    master smallint not null,
    -- Nonce and ciphertext of the data key.
    wrapped bytea not null,
    created_at timestamptz not null
);
