-- Help that reached a child, so that nobody has to take a form for it (findings 13 and
-- 31); the kinds of concern, and the places, vehicles and peers that link children
-- (finding 34); reviews of a child protection plan.

-- A visit, a session, direct work or a meeting with a child: one that took place, or one
-- that was tried and did not reach the child. Only the first is help.
CREATE TABLE help (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,            -- contact_child
	kind text NOT NULL,                -- visit, session, direct_work, meeting
	happened_at timestamptz NOT NULL,
	by_whom text NOT NULL,
	met text NOT NULL,                 -- yes, no
	alone text NOT NULL DEFAULT '',
	words text NOT NULL,               -- what the child said or showed; or what was tried
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX help_child ON help (child_id, authority_id, happened_at);

CREATE INDEX help_happened ON help (authority_id, happened_at);

-- What kind of harm is feared for a child. Ended, never deleted.
CREATE TABLE concern (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,            -- contact_child
	kind text NOT NULL,
	why text NOT NULL,
	begun_at timestamptz NOT NULL,
	begun_by text NOT NULL,
	begun_by_name text NOT NULL,
	ended_at timestamptz,
	ended_by text NOT NULL DEFAULT '',
	ended_why text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX concern_once ON concern (child_id, kind, authority_id) WHERE ended_at IS NULL;

-- A place, a vehicle, or somebody known only by what they are called, that children have
-- in common. The key is what two people write alike.
CREATE TABLE subject (
	id text NOT NULL,
	authority_id text NOT NULL,
	kind text NOT NULL,                -- place, vehicle, peer
	key text NOT NULL,
	name text NOT NULL,                -- as it was first written
	postcode text NOT NULL DEFAULT '', -- of a place, without its space
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX subject_once ON subject (authority_id, kind, key);

CREATE INDEX subject_postcode ON subject (authority_id, postcode) WHERE postcode <> '';

-- Which child it has to do with, and how we know. Ended, never deleted.
CREATE TABLE subject_child (
	id text NOT NULL,
	authority_id text NOT NULL,
	subject_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,            -- contact_child
	how text NOT NULL,
	source text NOT NULL,              -- contact, meeting, enquiry: where it was said
	begun_at timestamptz NOT NULL,
	begun_by text NOT NULL,
	begun_by_name text NOT NULL,
	ended_at timestamptz,
	ended_by text NOT NULL DEFAULT '',
	ended_why text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX subject_child_once ON subject_child (subject_id, child_id, authority_id) WHERE ended_at IS NULL;

CREATE INDEX subject_child_contact ON subject_child (contact_id, authority_id);

-- A conference is an initial one or a review.
ALTER TABLE conference ADD COLUMN kind text NOT NULL DEFAULT 'initial';

-- What has changed for the child since the last conference.
ALTER TABLE conference_child ADD COLUMN changed text NOT NULL DEFAULT '';
