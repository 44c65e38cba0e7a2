-- Partner agencies: what they disagree with, what is written both ways, the second way
-- to reach an organisation, and what a guarded question needs before it opens.

-- "I am still worried": an agency's disagreement with what was decided for one child.
CREATE TABLE worry (
	id text NOT NULL,
	authority_id text NOT NULL,
	ref text NOT NULL,                 -- PW-26-7K3QM9
	contact_id text NOT NULL,
	child_id text NOT NULL,            -- contact_child
	organisation_id text NOT NULL DEFAULT '',
	organisation_name text NOT NULL DEFAULT '',
	raised_by text NOT NULL,
	raised_by_name text NOT NULL,
	raised_at timestamptz NOT NULL,
	outcome text NOT NULL,             -- what had been decided
	decision_id text NOT NULL,
	why text NOT NULL,
	wants text NOT NULL,
	due_at timestamptz NOT NULL,
	result text NOT NULL DEFAULT '',   -- stands, again, more
	answer text NOT NULL DEFAULT '',
	answered_at timestamptz,
	answered_by text NOT NULL DEFAULT '',
	answered_by_name text NOT NULL DEFAULT '',
	read_at timestamptz,               -- the partner opened the answer
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX worry_ref ON worry (ref, authority_id);

CREATE INDEX worry_contact ON worry (contact_id, authority_id);

CREATE INDEX worry_open ON worry (authority_id, due_at) WHERE answered_at IS NULL;

CREATE INDEX worry_raised ON worry (authority_id, raised_at);

-- What the front door and one agency write to each other about one child.
CREATE TABLE thread (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,
	organisation_id text NOT NULL,
	begun_at timestamptz NOT NULL,
	begun_by text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX thread_once ON thread (child_id, organisation_id, authority_id);

CREATE INDEX thread_organisation ON thread (organisation_id, authority_id);

CREATE TABLE thread_message (
	id text NOT NULL,
	authority_id text NOT NULL,
	thread_id text NOT NULL,
	way text NOT NULL,                 -- to_agency, from_agency
	body text NOT NULL,
	sent_at timestamptz NOT NULL,
	by_id text NOT NULL,
	by_name text NOT NULL,
	read_at timestamptz,               -- first opened by the other side
	read_by_name text NOT NULL DEFAULT '',
	answered_at timestamptz,           -- first message of the other side after it
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX thread_message_thread ON thread_message (thread_id, authority_id, sent_at);

CREATE INDEX thread_message_unread ON thread_message (authority_id, way, thread_id) WHERE read_at IS NULL;

CREATE INDEX thread_message_sent ON thread_message (authority_id, sent_at);

-- The named contact of an organisation, reached another way than the organisation: where
-- the code for a guarded question goes.
CREATE TABLE organisation_contact (
	id text NOT NULL,
	authority_id text NOT NULL,
	organisation_id text NOT NULL,
	name text NOT NULL,
	job text NOT NULL DEFAULT '',
	address text NOT NULL,             -- e-mail, never the organisation's own
	begun_at timestamptz NOT NULL,
	begun_by text NOT NULL,
	ended_at timestamptz,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX organisation_contact_organisation ON organisation_contact (organisation_id, authority_id, begun_at);

-- What stands before a question asked by a one-time link when the record is sensitive.
-- The code itself is nowhere: it is worked out from code_id with the installation's key.
CREATE TABLE link_guard (
	request_id text NOT NULL,
	authority_id text NOT NULL,
	why text NOT NULL,                 -- record, asker
	name text NOT NULL,                -- whose address it is
	address text NOT NULL,
	code_id text NOT NULL DEFAULT '',
	code_ends_at timestamptz,
	codes bigint NOT NULL DEFAULT 0,
	tries bigint NOT NULL DEFAULT 0,
	locked_at timestamptz,
	pass_hash text NOT NULL DEFAULT '', -- of the address that a right code leads to
	pass_ends_at timestamptz,
	PRIMARY KEY (request_id, authority_id)
)/*P*/;

CREATE INDEX link_guard_pass ON link_guard (pass_hash) WHERE pass_hash <> '';
