-- The ranks of a police force, and what an agency owes. What is owed is read from the
-- waits and escalations and never written down; only who in the agency was asked to take
-- something is kept here.

-- A named officer of a force who was asked by a senior officer to take something it owes.
CREATE TABLE owed_asked (
	id text NOT NULL,
	authority_id text NOT NULL,
	organisation_id text NOT NULL,
	item text NOT NULL,                -- wait id, or 'STEP LEVEL' of what is escalated
	officer_id text NOT NULL,
	officer_name text NOT NULL,
	asked_at timestamptz NOT NULL,
	asked_by text NOT NULL,
	asked_by_name text NOT NULL,
	ended_at timestamptz,              -- somebody else was asked, or their account ended
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX owed_asked_item ON owed_asked (organisation_id, item, authority_id) WHERE ended_at IS NULL;

CREATE INDEX owed_asked_officer ON owed_asked (officer_id, authority_id) WHERE ended_at IS NULL;

-- The account of the person behind a rung of the ladder, when they have one: they read
-- and answer in the service.
ALTER TABLE escalation_addressee ADD COLUMN user_id text NOT NULL DEFAULT '';

-- When somebody of the partner who answers for it first opened the question of a level.
CREATE TABLE escalation_read (
	owner_id text NOT NULL,
	timescale text NOT NULL,
	level bigint NOT NULL,
	asked_at timestamptz NOT NULL,
	user_id text NOT NULL,
	authority_id text NOT NULL,
	user_name text NOT NULL,
	read_at timestamptz NOT NULL,
	PRIMARY KEY (owner_id, timescale, level, asked_at, user_id, authority_id)
)/*P*/;
