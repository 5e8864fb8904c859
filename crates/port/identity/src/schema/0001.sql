-- Times are nanoseconds since 1970, fingerprints SHA-256, scopes and grants bits.

-- A person. Ids are never used twice: the journal knows them for ever.
CREATE TABLE users (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Erased together with display name and hash when the person is removed.
    name          TEXT UNIQUE COLLATE NOCASE,
    display_name  TEXT,
    -- argon2id with its cost and salt; nobody logs in without one.
    password_hash TEXT,
    is_guest      INTEGER NOT NULL DEFAULT 0 CHECK (is_guest IN (0, 1)),
    grants        INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    seen_at       INTEGER NOT NULL,
    removed_at    INTEGER,
    CHECK (removed_at IS NULL OR (name IS NULL AND display_name IS NULL AND password_hash IS NULL))
) STRICT;

-- Ended logins are deleted; the audit trail keeps that they were.
CREATE TABLE logins (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
    user        INTEGER NOT NULL REFERENCES users (id),
    created_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX logins_by_user ON logins (user);

CREATE TABLE keys (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
    owner       INTEGER NOT NULL REFERENCES users (id),
    scopes      INTEGER NOT NULL CHECK (scopes > 0),
    label       TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    used_at     INTEGER,
    revoked_at  INTEGER
) STRICT;
CREATE INDEX keys_by_owner ON keys (owner);

-- Accounts that the venue is to open for new people: asked again at each start until it has.
CREATE TABLE openings (
    owner      INTEGER PRIMARY KEY REFERENCES users (id),
    currency   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    account    INTEGER
) STRICT;

CREATE TABLE resets (
    fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
    user        INTEGER NOT NULL REFERENCES users (id),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;

-- Who did what to whom. No personal data: only numbers and words of ours.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    actor   INTEGER REFERENCES users (id),
    action  TEXT NOT NULL,
    subject INTEGER REFERENCES users (id),
    detail  TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
