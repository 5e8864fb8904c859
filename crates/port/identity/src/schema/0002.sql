-- Somebody who is being removed: keys and logins are good no more, name and hash are still there.
-- One who stays after all is as before; one who goes is erased.
CREATE TABLE departures (
    user     INTEGER PRIMARY KEY REFERENCES users (id),
    -- Whoever asked for it.
    actor    INTEGER NOT NULL REFERENCES users (id),
    -- Whether nobody asked: a guest was idle for too long.
    is_idle  INTEGER NOT NULL CHECK (is_idle IN (0, 1)),
    began_at INTEGER NOT NULL
) STRICT;
