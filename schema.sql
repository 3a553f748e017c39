-- plangate's store: one SQLite file, `plangate.db`, in the data folder (mode 0700).
-- This file is the schema, whole; `src/store/migrate.rs` leads older stores here, counted by `PRAGMA user_version`.
--
-- Connection pragmas (set at every open): journal_mode = WAL, synchronous = FULL, foreign_keys = ON.
-- Times are UTC, RFC 3339 with milliseconds. Paths are the operating system's bytes. Digests are SHA-256, 32 bytes.

-- A folder in which agents work. Sessions that name no other belong to the nearest one above their folder.
CREATE TABLE workspace (
    id   INTEGER PRIMARY KEY,
    root BLOB NOT NULL UNIQUE,
    mode TEXT NOT NULL DEFAULT 'build'          -- the mode in which new sessions of it start
         CHECK (mode IN ('build', 'plan', 'review', 'debug'))
) STRICT;

-- One conversation with an agent. Its mode is looked up here, live, at every call.
CREATE TABLE session (
    id           TEXT PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspace (id),
    mode         TEXT NOT NULL CHECK (mode IN ('build', 'plan', 'review', 'debug')),
    mode_before  TEXT CHECK (mode_before IN ('build', 'plan', 'review', 'debug')),
    asked        INTEGER NOT NULL DEFAULT 0 CHECK (asked IN (0, 1)),  -- 1 while the person is asked about each write in build
    rejections   INTEGER NOT NULL DEFAULT 0,    -- how often a person has rejected since they last approved
    permission   TEXT,                          -- the agent's own permission mode, in its words, as last reported
    permission_before TEXT,                     -- the same when plan mode was entered
    told         TEXT NOT NULL DEFAULT 'build'  -- the mode that the agent was last told; before any word it takes build for granted
                 CHECK (told IN ('build', 'plan', 'review', 'debug')),
    turns        INTEGER NOT NULL DEFAULT 0,    -- the person's turns since the mode began
    unattended   INTEGER NOT NULL DEFAULT 0 CHECK (unattended IN (0, 1)),  -- 1 if no person can answer in it
    task         TEXT NOT NULL DEFAULT '',      -- the person's words for the next plan
    spoken       INTEGER NOT NULL DEFAULT 0     -- 0 before the person's first words, 1 if they said them to the agent, 2 if they gave them for the plan
                 CHECK (spoken IN (0, 1, 2)),
    timers       INTEGER NOT NULL DEFAULT 0,    -- 1 once the agent made a timer that could speak as the person
    teams        INTEGER NOT NULL DEFAULT 0 CHECK (teams IN (0, 1)),  -- 1 once an agent of it is a teammate
    agent_pid    INTEGER,                       -- the agent's process, when its door knows it
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL
) STRICT;
CREATE INDEX session_by_workspace ON session (workspace_id, updated_at);

-- Every change of a session's mode, append-only: who, when, how, from where to where.
CREATE TABLE mode_transition (
    id         INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES session (id),
    at         TEXT NOT NULL,
    by         TEXT NOT NULL,                   -- the channel through which a person spoke: `terminal`, `prompt`, ...
    how        TEXT NOT NULL CHECK (how IN ('user', 'task_default', 'agent_proposed', 'host_routed', 'succeeded')),
    from_mode  TEXT NOT NULL,
    to_mode    TEXT NOT NULL,
    note       TEXT NOT NULL DEFAULT ''         -- what else the person was told of it
) STRICT;
CREATE INDEX mode_transition_by_session ON mode_transition (session_id, id);
CREATE TRIGGER mode_transition_stays BEFORE UPDATE ON mode_transition
BEGIN SELECT raise(ABORT, 'the list of transitions is append-only'); END;
CREATE TRIGGER mode_transition_is_kept BEFORE DELETE ON mode_transition
BEGIN SELECT raise(ABORT, 'the list of transitions is append-only'); END;

-- Modes that agents asked for. At most one a session waits for the person; a new one takes its place.
CREATE TABLE mode_proposal (
    id         INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES session (id),
    n          INTEGER NOT NULL CHECK (n >= 1), -- its name in the session: `m1`, `m2`, ...
    at         TEXT NOT NULL,
    agent      TEXT NOT NULL,
    tool       TEXT NOT NULL,
    wants      TEXT CHECK (wants IN ('build', 'plan', 'review', 'debug')),  -- null: to leave plan mode
    words      TEXT NOT NULL,                   -- the plan or the reason that came with it
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'granted', 'declined', 'superseded')),
    shown      INTEGER NOT NULL DEFAULT 0 CHECK (shown IN (0, 1)),  -- 1 once the person has had its words before them
    decided_at TEXT,
    by         TEXT,
    UNIQUE (session_id, n)
) STRICT;
CREATE UNIQUE INDEX mode_proposal_waiting ON mode_proposal (session_id) WHERE state = 'waiting';

-- Spawned agents that were told which mode holds; each is told once in each mode.
CREATE TABLE told_subagent (
    session_id TEXT NOT NULL REFERENCES session (id),
    agent      TEXT NOT NULL,
    mode       TEXT NOT NULL,
    PRIMARY KEY (session_id, agent)
) STRICT, WITHOUT ROWID;

-- Agents that plan for a lead, which is an agent too: its approval ends their planning and lets nothing be written.
CREATE TABLE teammate (
    session_id   TEXT NOT NULL REFERENCES session (id),
    agent        TEXT NOT NULL,
    name         TEXT NOT NULL,                 -- in the team
    team         TEXT,                          -- null until it is known
    lead_session TEXT NOT NULL REFERENCES session (id),
    lead_agent   TEXT NOT NULL,
    must_plan    INTEGER NOT NULL CHECK (must_plan IN (0, 1)),
    released     INTEGER NOT NULL DEFAULT 0 CHECK (released IN (0, 1)),  -- 1 once its lead has approved a plan of it
    untold       TEXT,                          -- the request whose answer it has still to be told
    PRIMARY KEY (session_id, agent)
) STRICT, WITHOUT ROWID;

-- Plans that teammates have sent to their leads.
CREATE TABLE plan_request (
    request_id     TEXT NOT NULL UNIQUE,
    session_id     TEXT NOT NULL,
    agent          TEXT NOT NULL,
    name           TEXT NOT NULL,
    at             TEXT NOT NULL,
    plan_file_path TEXT NOT NULL,
    plan_content   TEXT NOT NULL,
    state          TEXT NOT NULL DEFAULT 'waiting'
                   CHECK (state IN ('waiting', 'approved', 'rejected', 'held', 'superseded')),
    feedback       TEXT NOT NULL DEFAULT '',
    answered_at    TEXT,
    answered_by    TEXT NOT NULL DEFAULT '',
    FOREIGN KEY (session_id, agent) REFERENCES teammate (session_id, agent)
) STRICT;

-- Contents, each stored once: files before (what undo puts back) and after, link targets, what commands printed.
CREATE TABLE blob (
    id      INTEGER PRIMARY KEY,
    digest  BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    content BLOB NOT NULL
) STRICT;

CREATE TABLE plan (
    id                  TEXT PRIMARY KEY,
    session_id          TEXT NOT NULL REFERENCES session (id),
    slug                TEXT NOT NULL,
    task                TEXT NOT NULL,
    exploration_summary TEXT NOT NULL DEFAULT '',
    status              TEXT NOT NULL
                        CHECK (status IN ('pending', 'approved', 'rejected', 'partially_approved')),
    revision            INTEGER NOT NULL CHECK (revision >= 1),
    changes             INTEGER NOT NULL DEFAULT 0,  -- how many changes it has had; the next is this plus one
    open                INTEGER NOT NULL DEFAULT 0,  -- how many of them are open
    held                INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
    created_at          TEXT NOT NULL,
    updated_at          TEXT NOT NULL,
    expired_at          TEXT                    -- when its contents were removed; it is closed and stays so
) STRICT;
-- No index on `open`: each proposal counts it up and would write the index too. A session has few plans to look through.
CREATE INDEX plan_by_session ON plan (session_id, created_at);

-- One intercepted write. `n` is both its name (`cN`) and its place; neither is ever reused or renumbered.
CREATE TABLE change (
    plan_id      TEXT NOT NULL REFERENCES plan (id),
    n            INTEGER NOT NULL CHECK (n >= 1),
    tool         TEXT NOT NULL,
    proposed_at  TEXT NOT NULL,
    agent        TEXT NOT NULL,
    depends_on   TEXT NOT NULL CHECK (json_valid(depends_on)),
    phase        TEXT NOT NULL CHECK (phase IN ('change', 'validate')),
    state        TEXT NOT NULL                   -- word by word, as SQLite makes a list of words anew for every row
                 CHECK (state = 'pending' OR state = 'approved' OR state = 'applying' OR state = 'applied'
                        OR state = 'failed' OR state = 'conflict' OR state = 'interrupted' OR state = 'rejected'
                        OR state = 'superseded' OR state = 'undone'),
    digest       BLOB NOT NULL CHECK (length(digest) = 32),  -- what a decision binds to
    call_digest  BLOB NOT NULL CHECK (length(call_digest) = 32),  -- tool, arguments, folder: tells a repeated call
    error        TEXT NOT NULL DEFAULT '',
    shown        BLOB CHECK (length(shown) = 32),  -- the digest under which a person last saw it
    ran          TEXT CHECK (ran IS NULL OR json_valid(ran)),  -- what is known of its command's last run; null before it
    kept         TEXT CHECK (kept IS NULL OR json_valid(kept)),    -- owners, attributes and ACLs of what it takes away; set with the intent
    PRIMARY KEY (plan_id, n)
) STRICT;
CREATE INDEX change_by_call ON change (plan_id, call_digest, n);
CREATE INDEX change_in_flight ON change (state) WHERE state = 'applying';

-- What was proposed, in full; apart from the changes, whose rows are written anew at every step of their lives.
CREATE TABLE proposed (
    plan_id      TEXT NOT NULL,
    n            INTEGER NOT NULL,
    action       TEXT NOT NULL CHECK (json_valid(action)),
    reason       TEXT NOT NULL,
    tool_call_id TEXT,
    cwd          BLOB NOT NULL,
    marks        TEXT NOT NULL CHECK (json_valid(marks)),
    evidence     TEXT NOT NULL,
    args         TEXT NOT NULL CHECK (json_valid(args)),  -- what the tool was called with; last, as it may be long
    PRIMARY KEY (plan_id, n),
    FOREIGN KEY (plan_id, n) REFERENCES change (plan_id, n)
) STRICT;

-- The files a change touches, in the order in which it touches them; the pending view reads the last open one.
CREATE TABLE touch (
    plan_id TEXT NOT NULL,
    path    BLOB NOT NULL,
    n       INTEGER NOT NULL,
    after   TEXT NOT NULL CHECK (json_valid(after)),   -- the file's image once the change is applied
    PRIMARY KEY (plan_id, path, n),
    FOREIGN KEY (plan_id, n) REFERENCES change (plan_id, n)
) STRICT, WITHOUT ROWID;

-- Folders that are not on disk when a change is proposed and that it will make; later changes in them need the first
-- open one that does.
CREATE TABLE new_folder (
    plan_id TEXT NOT NULL,
    path    BLOB NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (plan_id, path, n),
    FOREIGN KEY (plan_id, n) REFERENCES change (plan_id, n)
) STRICT, WITHOUT ROWID;

-- Blobs that a change needs, so that pruning knows what is still of use.
CREATE TABLE blob_use (
    plan_id TEXT NOT NULL,
    n       INTEGER NOT NULL,
    digest  BLOB NOT NULL REFERENCES blob (digest),
    PRIMARY KEY (plan_id, n, digest),
    FOREIGN KEY (plan_id, n) REFERENCES change (plan_id, n)
) STRICT, WITHOUT ROWID;

-- What happened, append-only and chained: `hash` covers the entry and the hash before it, so that a later
-- change of any entry shows. Row 0 is the head: `n` and `hash` are those of the newest entry, so that a cut end shows too.
CREATE TABLE journal (
    seq     INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    plan_id TEXT REFERENCES plan (id),
    n       INTEGER,
    kind    TEXT NOT NULL,                      -- `proposed`, `approved`, `intent`, `outcome`, ...
    body    TEXT NOT NULL CHECK (json_valid(body)),
    hash    BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO journal (seq, at, n, kind, body, hash) VALUES (0, '', 0, 'head', '{}', zeroblob(32));

-- Folders that applying a change made, so that undoing it can remove them while they are empty.
CREATE TABLE made_folder (
    plan_id TEXT NOT NULL,
    n       INTEGER NOT NULL,
    path    BLOB NOT NULL,
    PRIMARY KEY (plan_id, n, path),
    FOREIGN KEY (plan_id, n) REFERENCES change (plan_id, n)
) STRICT, WITHOUT ROWID;

-- Applied changes that are being reversed this moment; after a crash recovery goes on from here.
CREATE TABLE undoing (
    plan_id TEXT NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (plan_id, n),
    FOREIGN KEY (plan_id, n) REFERENCES change (plan_id, n)
) STRICT, WITHOUT ROWID;

-- What the host has to tell an agent, delivered at the next opportunity, once.
CREATE TABLE message (
    id           INTEGER PRIMARY KEY,
    session_id   TEXT NOT NULL REFERENCES session (id),
    at           TEXT NOT NULL,
    text         TEXT NOT NULL,
    mode         TEXT CHECK (mode IN ('build', 'plan', 'review', 'debug')),  -- of a note about the mode: the mode it tells
    delivered_at TEXT,
    dropped_at   TEXT                           -- a later change of mode made it untrue before it was delivered
) STRICT;
CREATE INDEX message_waiting ON message (session_id) WHERE delivered_at IS NULL AND dropped_at IS NULL;

-- What the MCP servers of a workspace were last seen to offer, and whether a person trusts that very list.
CREATE TABLE mcp_server (
    workspace_id INTEGER NOT NULL REFERENCES workspace (id),
    name         TEXT NOT NULL,                 -- as its tools' names begin: `linear` of `mcp__linear__list_issues`
    tools        TEXT NOT NULL CHECK (json_valid(tools)),  -- names, schemas, annotations in canonical JSON
    digest       BLOB NOT NULL CHECK (length(digest) = 32),  -- of `tools`
    seen_at      TEXT NOT NULL,
    trusted_at   TEXT,                          -- set while the list is trusted; a changed list clears it
    trusted_by   TEXT,                          -- the channel through which the person spoke
    withdrawn_at TEXT,                          -- when a changed list ended the trust, until a person decides again
    PRIMARY KEY (workspace_id, name)
) STRICT, WITHOUT ROWID;

-- Approval tokens of a person, kept as digests only.
CREATE TABLE token (
    id         INTEGER PRIMARY KEY,
    digest     BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    label      TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;

-- A plan document: one of a session's task, and one of each subagent that makes its own. The texts here are the truth;
-- the file at `path` is a view of them, and where a person edits.
CREATE TABLE document (
    id             INTEGER PRIMARY KEY,
    session_id     TEXT NOT NULL REFERENCES session (id),
    agent          TEXT NOT NULL,               -- `main`, or the path of the subagent whose own it is
    name           TEXT NOT NULL UNIQUE,        -- two words, for a subagent's own `brave-fox-agent-coder`
    plan_id        TEXT REFERENCES plan (id),   -- the queue's plan that it goes with, once there is one
    path           BLOB NOT NULL UNIQUE,
    revision       INTEGER NOT NULL CHECK (revision >= 1),
    steps          INTEGER NOT NULL,            -- the highest numbers that names were given: none is given twice
    decisions      INTEGER NOT NULL,
    questions      INTEGER NOT NULL,
    written        INTEGER NOT NULL DEFAULT 0,  -- the revision that was last written to the file
    written_digest BLOB CHECK (length(written_digest) = 32),  -- the file as it was left then
    agent_writes   INTEGER NOT NULL DEFAULT 0,  -- 1 once the agent was allowed to write the file since
    created_at     TEXT NOT NULL
) STRICT;
CREATE INDEX document_by_session ON document (session_id, agent, id);

-- Every revision of a document, whole: nothing that was planned is ever overwritten.
CREATE TABLE document_revision (
    document_id INTEGER NOT NULL REFERENCES document (id),
    revision    INTEGER NOT NULL,
    at          TEXT NOT NULL,
    by          TEXT NOT NULL,                  -- through which channel the person spoke, or the agent's path
    kind        TEXT NOT NULL CHECK (kind IN ('draft', 'edit', 'undo', 'redo', 'revise', 'run')),
    what        TEXT NOT NULL,                  -- what was done, a line each
    text        TEXT NOT NULL,
    PRIMARY KEY (document_id, revision)
) STRICT;

-- What held before a step was run, so that it can be rolled back.
CREATE TABLE checkpoint (
    id             INTEGER PRIMARY KEY,
    document_id    INTEGER NOT NULL REFERENCES document (id),
    step           INTEGER NOT NULL,
    at             TEXT NOT NULL,
    mode           TEXT NOT NULL CHECK (mode IN ('build', 'plan', 'review', 'debug')),
    revision       INTEGER NOT NULL,            -- of the document
    plan_id        TEXT NOT NULL REFERENCES plan (id),
    plan_revision  INTEGER NOT NULL,
    changes        TEXT NOT NULL CHECK (json_valid(changes)),
    rolled_back_at TEXT
) STRICT;
CREATE INDEX checkpoint_of_step ON checkpoint (document_id, step, id);

-- The files that the step's changes touch, as they were at the checkpoint. Their contents are kept with the changes.
CREATE TABLE checkpoint_image (
    checkpoint_id INTEGER NOT NULL REFERENCES checkpoint (id),
    path          BLOB NOT NULL,
    image         TEXT NOT NULL CHECK (json_valid(image)),
    PRIMARY KEY (checkpoint_id, path)
) STRICT, WITHOUT ROWID;

-- What a person asked about a change, shown with it.
CREATE TABLE note (
    id      INTEGER PRIMARY KEY,
    plan_id TEXT NOT NULL,
    n       INTEGER NOT NULL,
    at      TEXT NOT NULL,
    by      TEXT NOT NULL,
    text    TEXT NOT NULL,
    message_id INTEGER NOT NULL REFERENCES message (id),  -- by which it reaches the agent
    answer  TEXT NOT NULL DEFAULT '',           -- what the agent said at the end of that turn
    FOREIGN KEY (plan_id, n) REFERENCES change (plan_id, n)
) STRICT;
CREATE INDEX note_of_change ON note (plan_id, n);
