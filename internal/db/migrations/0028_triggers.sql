-- Facts that demand a yes or no to a strategy discussion (finding 19), what a manager
-- said to it, and why an agency investigates alone (finding 26).

-- Something recorded about one child of a contact. Taken back, it stays on record.
CREATE TABLE child_fact (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,            -- contact_child
	fact text NOT NULL,                -- key in pathway/triggers.toml
	said_by text NOT NULL,             -- who says so and how they know, in words
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	recorded_by_name text NOT NULL,
	taken_back_at timestamptz,
	taken_back_by text NOT NULL DEFAULT '',
	taken_back_why text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX child_fact_contact ON child_fact (contact_id, authority_id);

-- A trigger that was met, with the facts it stood on and the version of the rules. One
-- that nobody has considered, and that has not gone, asks a manager.
CREATE TABLE trigger_met (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,
	rule text NOT NULL,
	name text NOT NULL,
	version text NOT NULL,             -- first twelve hex digits of the hash of the rules
	facts text NOT NULL,               -- JSON: ids of facts, in order
	met_at timestamptz NOT NULL,
	gone_at timestamptz,
	consideration_id text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX trigger_met_contact ON trigger_met (contact_id, authority_id);

CREATE INDEX trigger_met_standing ON trigger_met (authority_id, met_at) WHERE consideration_id = '' AND gone_at IS NULL;

-- A manager's yes or no, with the facts as they stood.
CREATE TABLE consideration (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,
	answer text NOT NULL,              -- yes, no
	reason text NOT NULL,
	facts text NOT NULL,               -- JSON: ids of facts
	version text NOT NULL,
	by_id text NOT NULL,
	by_name text NOT NULL,
	at timestamptz NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX consideration_contact ON consideration (contact_id, authority_id);

-- Why an agency says that social care investigates alone: a code from joint.toml.
ALTER TABLE enquiry_view ADD COLUMN reason text NOT NULL DEFAULT '';
