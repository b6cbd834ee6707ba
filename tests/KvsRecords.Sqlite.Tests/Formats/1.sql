-- The tables of format 1, as they were made by it.
create table stores (
    number integer primary key autoincrement, -- never used again for another store
    id text not null unique,                  -- the id in the URL
    owner text not null,                      -- the id of a user
    owner_name text not null,
    name text,                                -- null: it has none
    folded_name text,                         -- the name in upper case, for comparing
    title text,
    general_access text not null,
    signing_key text,
    schema text,                              -- JSON
    created integer not null,                 -- milliseconds since 1970, UTC
    modified integer not null,
    revision integer not null,                -- one more with each change of a record
    records integer not null,                 -- how many there are at this revision
    packed_bytes integer not null,            -- the sum of their packed lengths
    key_bytes integer not null,               -- the sum of their keys' lengths in UTF-8
    deleted integer not null default 0        -- 1: gone; its records are being removed
) strict;
create unique index stores_by_name on stores (owner, folded_name) where folded_name is not null and deleted = 0;
create index deleted_stores on stores (deleted) where deleted = 1;

create table records (
    store integer not null,                   -- stores.number
    key text not null,
    born integer not null,                    -- the store's revision with which this version came
    died integer,                             -- the one with which it was overwritten or deleted; null: it holds
    length integer not null,                  -- of the value, in bytes
    packed_length integer not null,
    crc32 integer not null,                   -- of the value
    method integer not null,                  -- 0 stored, 8 deflated
    modified integer not null,                -- milliseconds since 1970, UTC
    content_type text,
    file integer,                             -- the name of the file in 'bodies' that holds the packed bytes, or null
    body blob,                                -- the packed bytes, or null
    primary key (store, key, born)
) strict, without rowid;
create index dead_records on records (store, died) where died is not null;
create unique index record_files on records (file) where file is not null;
pragma user_version=1;
