-- The discipline of the record: trail, waits, chronology, outbox, and the
-- answers already given to a form or a message.

-- One head per authority: writers of different authorities never queue.
CREATE TABLE trail_head (
	authority_id text NOT NULL PRIMARY KEY,
	seq bigint NOT NULL,
	hash text NOT NULL
);

CREATE TABLE trail (
	seq bigint NOT NULL,
	authority_id text NOT NULL,
	at timestamptz NOT NULL,
	actor text NOT NULL,               -- user id, key id or a word for the service
	role text NOT NULL,
	action text NOT NULL,              -- access.Action, or several joined by a space
	kind text NOT NULL,                -- what it was about
	subject text NOT NULL,             -- its reference or id; never a name
	purpose text NOT NULL,
	summary text NOT NULL,             -- no personal details
	previous text NOT NULL,
	hash text NOT NULL,
	PRIMARY KEY (seq, authority_id)
)/*P*/;

CREATE INDEX trail_subject ON trail (subject, authority_id, seq);

-- Who looked at which child: one row for each child a look showed, so that the
-- child's worker can ask. Written beside the trail entry it belongs to.
CREATE TABLE looked (
	seq bigint NOT NULL,
	subject text NOT NULL,             -- child or contact reference
	authority_id text NOT NULL,
	actor text NOT NULL,
	at timestamptz NOT NULL,
	PRIMARY KEY (seq, subject, authority_id)
)/*P*/;

CREATE INDEX looked_subject ON looked (subject, authority_id, seq);

-- A wait is ended, never changed and never deleted: any past moment can be asked.
CREATE TABLE wait (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,            -- contact_child
	agency text NOT NULL,              -- who is waited for, by kind
	owner_id text NOT NULL,
	owner_name text NOT NULL,          -- always named
	timescale text NOT NULL,           -- the clock that governs
	rule_version text NOT NULL,
	due_at timestamptz NOT NULL,       -- the earlier of the two clocks
	warn_at timestamptz NOT NULL,
	main_due_at timestamptz NOT NULL,  -- due by the governing clock
	also_timescale text NOT NULL DEFAULT '',
	also_rule_version text NOT NULL DEFAULT '',
	also_due_at timestamptz,
	what text NOT NULL,
	about_id text NOT NULL DEFAULT '',
	conceal text NOT NULL DEFAULT '',  -- '', restricted, sealed: hides from people, never from the clock
	since timestamptz NOT NULL,        -- when the clock started
	begun_at timestamptz NOT NULL,     -- when the record knew
	ended_at timestamptz,              -- when the record knew it had ended
	ended_happened_at timestamptz,     -- when it happened
	ended_how text NOT NULL DEFAULT '',
	ended_reason text NOT NULL DEFAULT '',
	ended_by text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX wait_open ON wait (authority_id, due_at, id) WHERE ended_at IS NULL;

-- Covers the counts by agency and step, so that they never touch the rows.
CREATE INDEX wait_open_agency ON wait (authority_id, agency, timescale, due_at, since, conceal, owner_id, child_id) WHERE ended_at IS NULL;

CREATE INDEX wait_open_owner ON wait (authority_id, owner_id, owner_name) WHERE ended_at IS NULL;

CREATE INDEX wait_contact ON wait (contact_id, authority_id);

CREATE INDEX wait_child ON wait (child_id, authority_id);

CREATE INDEX wait_begun ON wait (authority_id, begun_at, ended_at);

-- The child's story. Lines are added, never changed. A line belongs to a child
-- as described in a contact, and reaches the person through the link, so that
-- undoing a link takes its lines along.
CREATE TABLE chronology (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,
	kind text NOT NULL,
	happened_at timestamptz NOT NULL,
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	source text NOT NULL,
	story text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX chronology_contact ON chronology (contact_id, authority_id, happened_at);

CREATE INDEX chronology_child ON chronology (child_id, authority_id, happened_at);

-- Messages to send. Written in the transaction that makes them true.
CREATE TABLE outbox (
	id text NOT NULL,                  -- also the message id: repeats are recognised
	authority_id text NOT NULL,
	kind text NOT NULL,
	address text NOT NULL,             -- '' cannot be told this way: shown as undelivered
	reference text NOT NULL,
	link text NOT NULL DEFAULT '',
	safe_text text NOT NULL DEFAULT '',
	contact_id text NOT NULL DEFAULT '',
	dedupe_key text NOT NULL,
	created_at timestamptz NOT NULL,
	not_before timestamptz NOT NULL,
	claimed_until timestamptz,
	attempts bigint NOT NULL DEFAULT 0,
	sent_at timestamptz,
	failed_at timestamptz,             -- given up, or nobody to send to
	last_error text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX outbox_once ON outbox (dedupe_key, authority_id);

CREATE INDEX outbox_unsent ON outbox (not_before, id) WHERE sent_at IS NULL AND failed_at IS NULL;

CREATE INDEX outbox_contact ON outbox (contact_id, authority_id);

CREATE INDEX outbox_failed ON outbox (authority_id, created_at) WHERE failed_at IS NOT NULL;

-- Forms and messages already answered, so that a repeat has no second effect.
CREATE TABLE answered (
	form_key text NOT NULL,
	authority_id text NOT NULL,
	actor text NOT NULL,
	body_hash text NOT NULL,
	answered_at timestamptz NOT NULL,
	location text NOT NULL DEFAULT '',
	PRIMARY KEY (form_key, authority_id)
)/*P*/;
