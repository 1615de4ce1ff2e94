-- One text for SQLite and PostgreSQL. {{id}} is the only word that differs: see src/store/dialect.rs.
-- Times are microseconds since 1970-01-01T00:00:00Z. Booleans are 0 and 1.
-- BYTEA means nothing to SQLite, which therefore keeps the bytes as they are.

-- What came in, oldest first.
CREATE TABLE inbox (
    id {{id}},
    key TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    installation_target TEXT,
    installation BIGINT,
    -- the name of the stream; begins with `?` until it is routed
    stream TEXT NOT NULL,
    -- queued | handled | ignored | unreadable | parked
    state TEXT NOT NULL,
    ready_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    reason TEXT,
    finished_at BIGINT
);
CREATE INDEX inbox_queued ON inbox (stream, id) WHERE state = 'queued';
CREATE INDEX inbox_undone ON inbox (id, state) WHERE state IN ('parked', 'unreadable');

-- The bytes, written once. Apart from `inbox`, so that a change of state does not write them again.
CREATE TABLE inbox_bodies (
    id {{id}},
    body BYTEA NOT NULL,
    FOREIGN KEY (id) REFERENCES inbox (id)
);

CREATE TABLE rollouts (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    installation BIGINT NOT NULL,
    repository BIGINT NOT NULL,
    issue BIGINT,
    request_key TEXT NOT NULL UNIQUE,
    open BIGINT NOT NULL,
    state TEXT NOT NULL,
    UNIQUE (repository, issue)
);
CREATE INDEX rollouts_open ON rollouts (id) WHERE open = 1;
CREATE INDEX rollouts_open_installation ON rollouts (installation, id) WHERE open = 1;
CREATE INDEX rollouts_open_repository ON rollouts (repository, id) WHERE open = 1;

-- Append-only: no statement in the program changes or removes a row.
CREATE TABLE ledger (
    rollout TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    entry TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (rollout, seq),
    FOREIGN KEY (rollout) REFERENCES rollouts (id)
);

-- What goes out, each addressed by its natural key.
CREATE TABLE outbox (
    id {{id}},
    key TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    stream TEXT NOT NULL,
    rollout TEXT NOT NULL,
    -- queued | done | dead
    state TEXT NOT NULL,
    due BIGINT NOT NULL,
    -- microseconds of quiet between two performances
    quiet BIGINT NOT NULL,
    -- grows with each newer payload
    generation BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    performed_at BIGINT,
    remote TEXT,
    reason TEXT,
    payload TEXT NOT NULL
);
CREATE INDEX outbox_queued ON outbox (channel, stream, due, id) WHERE state = 'queued';
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';

-- A row for every stream in which something waits. `queue` is `inbox` or a channel of the outbox.
-- `due` is when to look at it next: the head's time, or the end of the lease while `worker` holds it.
CREATE TABLE streams (
    queue TEXT NOT NULL,
    name TEXT NOT NULL,
    due BIGINT NOT NULL,
    worker TEXT,
    PRIMARY KEY (queue, name)
);
CREATE INDEX streams_due ON streams (queue, due);

CREATE TABLE marks (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
