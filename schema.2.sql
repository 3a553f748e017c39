-- What version 2 of the store adds to version 1.

-- This fails in a database that another program made.
SELECT n, digest FROM change LIMIT 0;

-- Forwarded calls that may pass, each once: applying has come to them, and their agent has not made them yet.
CREATE TABLE granted (
    plan_id    TEXT NOT NULL,
    n          INTEGER NOT NULL,
    digest     BLOB NOT NULL CHECK (length(digest) = 32),  -- what the approval was bound to; a later one needs a grant of its own
    message_id INTEGER NOT NULL REFERENCES message (id),   -- what the agent is told of it
    PRIMARY KEY (plan_id, n),
    FOREIGN KEY (plan_id, n) REFERENCES change (plan_id, n)
) STRICT, WITHOUT ROWID;
