-- Strategy discussions: asked for, convened, held, decided, signed, and what was done
-- for the child meanwhile.

CREATE TABLE discussion (
	id text NOT NULL,
	authority_id text NOT NULL,
	ref text NOT NULL,                 -- SD-26-7K3QM9
	contact_id text NOT NULL,          -- whose children it is about
	kind text NOT NULL,                -- initial, review, further
	state text NOT NULL,               -- requested, scheduled, held, decided
	immediate boolean NOT NULL DEFAULT FALSE,
	needs text NOT NULL DEFAULT '',    -- medical, unborn, looked_after, in_school: who else must be there
	suspected text NOT NULL,
	category text NOT NULL DEFAULT '',
	requested_at timestamptz NOT NULL, -- when the clock started
	requested_by text NOT NULL,
	requested_by_name text NOT NULL,
	scheduled_at timestamptz,
	place text NOT NULL DEFAULT '',    -- room, number or link to join
	sequence bigint NOT NULL DEFAULT 0, -- of the calendar entry: each change counts up
	held_at timestamptz,
	held_recorded_at timestamptz,
	mode text NOT NULL DEFAULT '',     -- in person, video, telephone
	quoracy text NOT NULL DEFAULT '',  -- as it was worked out when it was recorded
	missing text NOT NULL DEFAULT '',
	decided_at timestamptz,
	decided_by text NOT NULL DEFAULT '',
	decided_by_name text NOT NULL DEFAULT '',
	enquiry text NOT NULL DEFAULT '',  -- joint, single, none
	follows text NOT NULL DEFAULT '',  -- the discussion it follows
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX discussion_ref ON discussion (ref, authority_id);

CREATE INDEX discussion_contact ON discussion (contact_id, authority_id);

CREATE INDEX discussion_state ON discussion (authority_id, state, requested_at);

CREATE TABLE discussion_child (
	discussion_id text NOT NULL,
	authority_id text NOT NULL,
	child_id text NOT NULL,
	PRIMARY KEY (discussion_id, child_id, authority_id)
)/*P*/;

CREATE INDEX discussion_child_child ON discussion_child (child_id, authority_id);

CREATE TABLE discussion_slot (
	id text NOT NULL,
	authority_id text NOT NULL,
	discussion_id text NOT NULL,
	starts_at timestamptz NOT NULL,
	offered_at timestamptz NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX discussion_slot_discussion ON discussion_slot (discussion_id, authority_id, starts_at);

-- A place at a discussion: who is invited, what they answered, whether they came.
CREATE TABLE discussion_seat (
	id text NOT NULL,
	authority_id text NOT NULL,
	discussion_id text NOT NULL,
	position bigint NOT NULL,
	part text NOT NULL,
	agency text NOT NULL,
	owner_id text NOT NULL DEFAULT '', -- organisation or user
	owner_name text NOT NULL DEFAULT '',
	name text NOT NULL DEFAULT '',     -- who sits in it
	email text NOT NULL DEFAULT '',
	deputy_for text NOT NULL DEFAULT '', -- the seat whose silence it answers
	deputy_name text NOT NULL DEFAULT '', -- who is asked when this seat is silent
	deputy_email text NOT NULL DEFAULT '',
	token_hash text NOT NULL DEFAULT '', -- link to answer without an account
	invited_at timestamptz,
	answer_due timestamptz,
	comes text NOT NULL DEFAULT '',    -- yes, deputy, no
	prefers text NOT NULL DEFAULT '',  -- the slots that suit
	reason text NOT NULL DEFAULT '',
	answered_at timestamptz,
	answered_how text NOT NULL DEFAULT '', -- link, phone, account
	attendance text NOT NULL DEFAULT '', -- attended, sent_view, absent
	absent_why text NOT NULL DEFAULT '',
	decides boolean NOT NULL DEFAULT FALSE,
	signed_at timestamptz,
	signed_by text NOT NULL DEFAULT '',
	agrees text NOT NULL DEFAULT '',
	disagrees_why text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX discussion_seat_discussion ON discussion_seat (discussion_id, authority_id, position);

CREATE INDEX discussion_seat_owner ON discussion_seat (owner_id, authority_id);

CREATE INDEX discussion_seat_token ON discussion_seat (token_hash) WHERE token_hash <> '';

CREATE INDEX discussion_seat_silent ON discussion_seat (authority_id, answer_due) WHERE answered_at IS NULL AND deputy_email <> '';

CREATE TABLE discussion_point (
	discussion_id text NOT NULL,
	authority_id text NOT NULL,
	key text NOT NULL,
	answer text NOT NULL,
	why text NOT NULL DEFAULT '',
	PRIMARY KEY (discussion_id, key, authority_id)
)/*P*/;

CREATE TABLE discussion_action (
	id text NOT NULL,
	authority_id text NOT NULL,
	discussion_id text NOT NULL,
	position bigint NOT NULL,
	child_id text NOT NULL,
	what text NOT NULL,
	agency text NOT NULL,
	owner_id text NOT NULL DEFAULT '',
	due_at timestamptz NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX discussion_action_discussion ON discussion_action (discussion_id, authority_id, position);

-- What was done for a child while a discussion was waited for.
CREATE TABLE meanwhile_visit (
	id text NOT NULL,
	authority_id text NOT NULL,
	discussion_id text NOT NULL,
	child_id text NOT NULL,
	happened_at timestamptz NOT NULL,
	by_whom text NOT NULL,
	seen text NOT NULL,
	alone text NOT NULL DEFAULT '',
	words text NOT NULL DEFAULT '',
	next_at timestamptz NOT NULL,
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX meanwhile_visit_discussion ON meanwhile_visit (discussion_id, authority_id, happened_at);

-- Each time people met, quorate or not: a meeting without police stays on record after
-- one that they attended.
CREATE TABLE discussion_holding (
	id text NOT NULL,
	authority_id text NOT NULL,
	discussion_id text NOT NULL,
	held_at timestamptz NOT NULL,
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	mode text NOT NULL DEFAULT '',
	quoracy text NOT NULL,
	missing text NOT NULL DEFAULT '',  -- parts, parted by spaces
	there text NOT NULL,               -- who was, in words
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX discussion_holding_discussion ON discussion_holding (discussion_id, authority_id, held_at);

CREATE INDEX discussion_holding_held ON discussion_holding (authority_id, held_at);
