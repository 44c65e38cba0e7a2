-- Section 47 enquiries and the conferences that follow: what each agency says of
-- investigating together, what each undertakes, which earlier events were used, what
-- was found, and what a conference decided for each child.

CREATE TABLE enquiry (
	id text NOT NULL,
	authority_id text NOT NULL,
	ref text NOT NULL,                 -- SE-26-7K3QM9
	contact_id text NOT NULL,
	child_id text NOT NULL,            -- contact_child
	discussion_ref text NOT NULL DEFAULT '', -- that decided it; '' for an early start until one does
	started_at timestamptz NOT NULL,
	early_why text NOT NULL DEFAULT '',
	begun_by text NOT NULL,
	begun_by_name text NOT NULL,
	begun_at timestamptz NOT NULL,
	state text NOT NULL,               -- open, outcome_recorded, authorised
	outcome text NOT NULL DEFAULT '',
	analysis text NOT NULL DEFAULT '',
	siblings text NOT NULL DEFAULT '',
	open_why text NOT NULL DEFAULT '', -- why evidence is still to be secured
	recorded_at timestamptz,
	recorded_by text NOT NULL DEFAULT '',
	recorded_by_name text NOT NULL DEFAULT '',
	authorised_at timestamptz,
	authorised_by text NOT NULL DEFAULT '',
	authorised_by_name text NOT NULL DEFAULT '',
	police_view text NOT NULL DEFAULT '', -- of the outcome: agrees, disagrees, not_asked
	police_why text NOT NULL DEFAULT '',
	health_view text NOT NULL DEFAULT '',
	health_why text NOT NULL DEFAULT '',
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX enquiry_ref ON enquiry (ref, authority_id);

CREATE INDEX enquiry_child ON enquiry (child_id, authority_id);

CREATE INDEX enquiry_state ON enquiry (authority_id, state, started_at);

-- What an agency said of investigating together. The last word of each counts.
CREATE TABLE enquiry_view (
	id text NOT NULL,
	authority_id text NOT NULL,
	enquiry_id text NOT NULL,
	agency text NOT NULL,              -- police, social_work
	view text NOT NULL,                -- joint, single
	criteria text NOT NULL DEFAULT '', -- keys of the facts that ask for both, parted by spaces
	why text NOT NULL DEFAULT '',
	by_name text NOT NULL,
	at timestamptz NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX enquiry_view_enquiry ON enquiry_view (enquiry_id, authority_id, at);

CREATE TABLE enquiry_action (
	id text NOT NULL,
	authority_id text NOT NULL,
	enquiry_id text NOT NULL,
	kind text NOT NULL,
	what text NOT NULL DEFAULT '',
	agency text NOT NULL,
	owner_id text NOT NULL DEFAULT '',
	due_at timestamptz NOT NULL,
	agreed_at timestamptz NOT NULL,
	done_at timestamptz,
	done_by text NOT NULL DEFAULT '',
	how text NOT NULL DEFAULT '',
	let_why text NOT NULL DEFAULT '',
	recorded_at timestamptz,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX enquiry_action_enquiry ON enquiry_action (enquiry_id, authority_id, due_at);

-- An earlier event of the child or of a brother or sister that was used, or set aside
-- with a reason. An event with no row has not been read.
CREATE TABLE enquiry_event (
	enquiry_id text NOT NULL,
	event_id text NOT NULL,            -- contact_child of the earlier contact
	authority_id text NOT NULL,
	how text NOT NULL,                 -- cited, set_aside
	reason text NOT NULL,
	by_id text NOT NULL,
	by_name text NOT NULL,
	at timestamptz NOT NULL,
	PRIMARY KEY (enquiry_id, event_id, authority_id)
)/*P*/;

CREATE TABLE conference (
	id text NOT NULL,
	authority_id text NOT NULL,
	ref text NOT NULL,                 -- CC-26-7K3QM9
	contact_id text NOT NULL,
	state text NOT NULL,               -- required, booked, adjourned, held
	due_at timestamptz NOT NULL,       -- by the earliest clock of its children
	booked_for timestamptz,
	chair text NOT NULL DEFAULT '',
	late_why text NOT NULL DEFAULT '',
	held_at timestamptz,
	quorate boolean NOT NULL DEFAULT FALSE,
	go_on_why text NOT NULL DEFAULT '',
	there text NOT NULL DEFAULT '',    -- JSON: [{"agency":"","name":"","direct":true}]
	parents text NOT NULL DEFAULT '',
	child_part text NOT NULL DEFAULT '',
	begun_at timestamptz NOT NULL,
	begun_by text NOT NULL,
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX conference_ref ON conference (ref, authority_id);

CREATE INDEX conference_contact ON conference (contact_id, authority_id);

CREATE INDEX conference_state ON conference (authority_id, state, due_at);

CREATE TABLE conference_child (
	conference_id text NOT NULL,
	child_id text NOT NULL,
	authority_id text NOT NULL,
	plan text NOT NULL DEFAULT '',     -- yes, no
	category text NOT NULL DEFAULT '',
	why text NOT NULL DEFAULT '',
	outline text NOT NULL DEFAULT '',
	lead text NOT NULL DEFAULT '',
	core_group text NOT NULL DEFAULT '',
	review date,
	after text NOT NULL DEFAULT '',
	PRIMARY KEY (conference_id, child_id, authority_id)
)/*P*/;

CREATE INDEX conference_child_child ON conference_child (child_id, authority_id);

CREATE TABLE conference_adjourned (
	id text NOT NULL,
	authority_id text NOT NULL,
	conference_id text NOT NULL,
	why text NOT NULL,
	safety text NOT NULL,
	to_when timestamptz NOT NULL,
	at timestamptz NOT NULL,
	by_name text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX conference_adjourned_conference ON conference_adjourned (conference_id, authority_id, at);
