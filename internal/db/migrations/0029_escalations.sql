-- Escalations. Where a child's wait stands on the ladder is worked out from the wait, the
-- ladder and these notes; no row says at which level anything is.

-- What people did about waits on one partner for one step: answered a question, raised
-- waits to a level, overrode the questions, or recorded what came of it.
CREATE TABLE escalation_note (
	id text NOT NULL,
	authority_id text NOT NULL,
	owner_id text NOT NULL,            -- who is waited for
	timescale text NOT NULL,           -- for what step
	kind text NOT NULL,                -- answer, raise, override, outcome
	level bigint NOT NULL DEFAULT 0,
	words text NOT NULL,
	promise timestamptz,               -- by when it was answered that the children will be seen to
	answered_by text NOT NULL DEFAULT '', -- who answered, with their role
	by_partner boolean NOT NULL DEFAULT FALSE, -- the partner wrote it itself
	at timestamptz NOT NULL,
	by_id text NOT NULL,
	by_name text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX escalation_note_matter ON escalation_note (authority_id, owner_id, timescale, at);

CREATE INDEX escalation_note_kind ON escalation_note (authority_id, kind, at);

-- The waits that a note covers.
CREATE TABLE escalation_note_wait (
	note_id text NOT NULL,
	wait_id text NOT NULL,
	authority_id text NOT NULL,
	PRIMARY KEY (note_id, wait_id, authority_id)
)/*P*/;

CREATE INDEX escalation_note_wait_wait ON escalation_note_wait (wait_id, authority_id);

-- That the question of a level was sent for a wait: once for each, whatever happens.
CREATE TABLE escalation_ask (
	wait_id text NOT NULL,
	level bigint NOT NULL,
	asked_at timestamptz NOT NULL,     -- from when it was due to be asked
	authority_id text NOT NULL,
	told_at timestamptz NOT NULL,
	PRIMARY KEY (wait_id, level, asked_at, authority_id)
)/*P*/;

-- The people behind a ladder's roles, from a day on. The latest that has begun counts.
CREATE TABLE escalation_addressee (
	id text NOT NULL,
	authority_id text NOT NULL,
	owner_id text NOT NULL,            -- the partner; '' for the council's own side
	level bigint NOT NULL,
	name text NOT NULL,
	email text NOT NULL DEFAULT '',
	from_date date NOT NULL,
	begun_at timestamptz NOT NULL,
	begun_by text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX escalation_addressee_owner ON escalation_addressee (authority_id, owner_id, level, from_date);

-- Waits that ended after their limit, by whom and for what: what recovered.
CREATE INDEX wait_ended_late ON wait (authority_id, owner_id, timescale, ended_at) WHERE ended_at > due_at;

-- The joint improvement plan: what is promised, and by which measure it shows. Whether it
-- is achieved is worked out from the record, and never written down.
CREATE TABLE improvement (
	id text NOT NULL,
	authority_id text NOT NULL,
	ref text NOT NULL,                 -- JP-26-7K3QM9
	action text NOT NULL,
	partner_id text NOT NULL,
	partner_name text NOT NULL,
	who text NOT NULL,                 -- who does it, with their role
	measure text NOT NULL,
	grade text NOT NULL DEFAULT '',
	target_thousandths bigint NOT NULL,
	due date NOT NULL,
	begun_at timestamptz NOT NULL,
	begun_by text NOT NULL,
	begun_by_name text NOT NULL,
	withdrawn_at timestamptz,
	withdrawn_by_name text NOT NULL DEFAULT '',
	withdrawn_why text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX improvement_ref ON improvement (ref, authority_id);

CREATE INDEX improvement_due ON improvement (authority_id, due, ref);
