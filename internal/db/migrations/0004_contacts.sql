-- What arrives, and what was decided about each child.

-- What was received, byte for byte, before anybody tried to understand it.
CREATE TABLE intake (
	id text NOT NULL,
	authority_id text NOT NULL,
	door text NOT NULL,                -- police, bulk
	sender text NOT NULL,              -- key id or file name
	reference text NOT NULL,           -- the sender's own reference; the hash when there is none
	received_at timestamptz NOT NULL,
	content_type text NOT NULL,
	size bigint NOT NULL,
	sha256 text NOT NULL,
	body bytea NOT NULL,
	state text NOT NULL,               -- accepted, unreadable
	problem text NOT NULL DEFAULT '',
	contact_id text NOT NULL,
	answer text NOT NULL DEFAULT '',   -- what the sender was told, told again on a repeat
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX intake_once ON intake (door, sender, reference, authority_id);

CREATE INDEX intake_contact ON intake (contact_id, authority_id);

CREATE TABLE contact (
	id text NOT NULL,
	authority_id text NOT NULL,
	ref text NOT NULL,                 -- FD-26-7K3QM9
	channel text NOT NULL,             -- police, form, phone, bulk, email
	source_kind text NOT NULL,         -- police, school, health, public, ...
	source_name text NOT NULL,
	organisation_id text NOT NULL DEFAULT '',
	sender_ref text NOT NULL DEFAULT '', -- the sender's own reference
	referrer_id text NOT NULL DEFAULT '', -- user id when signed in
	referrer_name text NOT NULL DEFAULT '',
	referrer_role text NOT NULL DEFAULT '',
	referrer_email text NOT NULL DEFAULT '',
	referrer_phone text NOT NULL DEFAULT '',
	incident_at timestamptz,
	reported_at timestamptz,           -- the officer's report
	graded_at timestamptz,
	sent_at timestamptz,
	received_at timestamptz NOT NULL,
	recorded_at timestamptz NOT NULL,
	grade text NOT NULL DEFAULT '',    -- standard, medium, high: the sender's own
	risk_tool text NOT NULL DEFAULT '',
	risk_ticks text NOT NULL DEFAULT '',  -- JSON, kept apart from
	judgement text NOT NULL DEFAULT '',   -- the professional judgement
	state text NOT NULL,               -- received, screening, awaiting_information, decided, closed, void
	danger text NOT NULL DEFAULT '',   -- yes, no, not_known, '' not asked
	rag text NOT NULL DEFAULT '',
	rag_reason text NOT NULL DEFAULT '',
	where_now text NOT NULL DEFAULT '',
	words text NOT NULL DEFAULT '',    -- the sender's own words, unchanged
	level_asked text NOT NULL DEFAULT '',
	answers text NOT NULL DEFAULT '',  -- JSON of the form, when it came by one
	completeness bigint NOT NULL DEFAULT 0,
	intake_id text NOT NULL DEFAULT '',
	conceal text NOT NULL DEFAULT '',  -- strongest of its children
	rank bigint NOT NULL,              -- place on the board by risk: pathway.Rank
	risk_since timestamptz NOT NULL,   -- incident, or receipt when unknown
	due_at timestamptz NOT NULL,       -- decision due, by the earlier clock
	working_on text NOT NULL DEFAULT '',  -- user id
	working_on_name text NOT NULL DEFAULT '',
	opened_at timestamptz,             -- first read by a person
	screened_at timestamptz,
	screened_by text NOT NULL DEFAULT '',
	history_read_at timestamptz,
	history_read_by text NOT NULL DEFAULT '',
	history_sentence text NOT NULL DEFAULT '',
	consent text NOT NULL DEFAULT '',  -- given, refused, not_sought, not_known: as it stands now
	decided_at timestamptz,            -- every child decided
	closed_at timestamptz,
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX contact_ref ON contact (ref, authority_id);

CREATE INDEX contact_board ON contact (authority_id, rank, risk_since, id) WHERE decided_at IS NULL;

CREATE INDEX contact_received ON contact (authority_id, received_at);

CREATE INDEX contact_referrer ON contact (referrer_id, authority_id);

CREATE INDEX contact_organisation ON contact (organisation_id, authority_id, received_at);

-- A child as this contact described them. person_id is a link, never a merge.
CREATE TABLE contact_child (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	position bigint NOT NULL,
	named boolean NOT NULL,
	given text NOT NULL DEFAULT '',
	middle text NOT NULL DEFAULT '',
	family text NOT NULL DEFAULT '',
	known_as text NOT NULL DEFAULT '',
	described text NOT NULL DEFAULT '', -- "child of about 3" when not named
	sex text NOT NULL DEFAULT '',
	born date,
	born_estimated boolean NOT NULL DEFAULT FALSE,
	age_stated bigint,                 -- whole years, as said
	expected date,
	unborn boolean NOT NULL DEFAULT FALSE,
	nhs text NOT NULL DEFAULT '',
	upn text NOT NULL DEFAULT '',
	phone text NOT NULL DEFAULT '',
	address text NOT NULL DEFAULT '',
	postcode text NOT NULL DEFAULT '',
	school text NOT NULL DEFAULT '',
	parents text NOT NULL DEFAULT '',  -- JSON as in person
	person_id text NOT NULL DEFAULT '',
	link text NOT NULL DEFAULT 'open', -- open, system, person, new, unresolved
	may_be text NOT NULL DEFAULT '',   -- a restricted person this may be; shown to nobody who is not named
	linked_by text NOT NULL DEFAULT '',
	linked_at timestamptz,
	conceal text NOT NULL DEFAULT '',
	outcome text NOT NULL DEFAULT '',
	decision_id text NOT NULL DEFAULT '', -- the decision in force
	decided_at timestamptz,
	closed_at timestamptz,
	state text NOT NULL DEFAULT 'undecided', -- undecided, open (something follows), closed
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX contact_child_contact ON contact_child (contact_id, authority_id, position);

CREATE INDEX contact_child_person ON contact_child (person_id, authority_id) WHERE person_id <> '';

-- Every choice about who a child is, kept, so that each can be undone.
CREATE TABLE child_link (
	id text NOT NULL,
	authority_id text NOT NULL,
	child_id text NOT NULL,
	person_id text NOT NULL,
	choice text NOT NULL,              -- same, different, new, not_sure, undone
	by_id text NOT NULL,
	by_name text NOT NULL,
	at timestamptz NOT NULL,
	reasons text NOT NULL,             -- what was shown beside the choice, in words
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX child_link_child ON child_link (child_id, authority_id, at);

-- Adults and others in the household, as described.
CREATE TABLE household_member (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	position bigint NOT NULL,
	given text NOT NULL DEFAULT '',
	family text NOT NULL DEFAULT '',
	born date,
	relation text NOT NULL DEFAULT '',
	part text NOT NULL DEFAULT '',     -- victim, suspect, '' in a police notification
	risk text NOT NULL DEFAULT '',     -- known risks, also to visiting staff
	person_id text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX household_member_contact ON household_member (contact_id, authority_id, position);

CREATE TABLE decision (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,
	outcome text NOT NULL,
	rationale text NOT NULL,
	changed text NOT NULL DEFAULT '',  -- what changed since last time
	level text NOT NULL,               -- level of need decided
	threshold_version text NOT NULL,
	consent text NOT NULL,
	told text NOT NULL DEFAULT '',     -- who was told
	evidence text NOT NULL DEFAULT '',
	unanswered_why text NOT NULL DEFAULT '', -- why it did not wait for the answers
	freshness text NOT NULL DEFAULT '',      -- JSON: age of each partner's facts at that time
	lead text NOT NULL DEFAULT '',     -- lead agency or worker named for what follows
	decided_by text NOT NULL,
	decided_by_name text NOT NULL,
	decided_at timestamptz NOT NULL,
	second_by text NOT NULL DEFAULT '',
	cites text NOT NULL DEFAULT '',    -- decision this one replaces
	replaced_by text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX decision_contact ON decision (contact_id, authority_id);

CREATE INDEX decision_child ON decision (child_id, authority_id, decided_at);

-- A second manager's agreement, given before the decision that needs it.
CREATE TABLE second_view (
	id text NOT NULL,
	authority_id text NOT NULL,
	child_id text NOT NULL,
	outcome text NOT NULL,
	agrees boolean NOT NULL,
	reason text NOT NULL,
	by_id text NOT NULL,
	by_name text NOT NULL,
	at timestamptz NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX second_view_child ON second_view (child_id, authority_id);

-- The family's agreement: who, when, how, to what; or why it was dispensed with.
CREATE TABLE consent (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	status text NOT NULL,              -- given, refused, not_sought, not_known, dispensed
	who text NOT NULL DEFAULT '',
	how text NOT NULL DEFAULT '',
	to_what text NOT NULL DEFAULT '',
	happened_at timestamptz,
	reason text NOT NULL DEFAULT '',   -- code of the dispense reason
	reason_words text NOT NULL DEFAULT '',
	recorded_by text NOT NULL,
	recorded_by_name text NOT NULL,
	recorded_at timestamptz NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX consent_contact ON consent (contact_id, authority_id, recorded_at);

CREATE TABLE contact_attempt (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	who text NOT NULL,
	how text NOT NULL,
	result text NOT NULL,
	happened_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	recorded_by_name text NOT NULL,
	recorded_at timestamptz NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX contact_attempt_contact ON contact_attempt (contact_id, authority_id);

-- A question to a partner, with its own clock (a wait whose about_id is its id).
CREATE TABLE information_request (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,
	agency text NOT NULL,
	organisation_id text NOT NULL DEFAULT '',
	organisation_name text NOT NULL DEFAULT '',
	email text NOT NULL DEFAULT '',
	question text NOT NULL,
	why text NOT NULL,
	basis text NOT NULL,
	asked_by text NOT NULL,
	asked_by_name text NOT NULL,
	asked_at timestamptz NOT NULL,
	due_at timestamptz NOT NULL,
	token_hash text NOT NULL,          -- one-time link; '' once used
	expires_at timestamptz NOT NULL,
	opened_at timestamptz,             -- acknowledged: the link was opened
	state text NOT NULL,               -- sent, acknowledged, answered, nothing_known, declined, withdrawn
	answer text NOT NULL DEFAULT '',   -- what is known
	last_seen text NOT NULL DEFAULT '',
	worries text NOT NULL DEFAULT '',
	as_of date,                        -- how fresh the facts are
	answered_by text NOT NULL DEFAULT '',
	answered_how text NOT NULL DEFAULT '', -- link, phone, account
	answered_at timestamptz,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX information_request_contact ON information_request (contact_id, authority_id);

CREATE INDEX information_request_open ON information_request (authority_id, contact_id) WHERE answered_at IS NULL AND state IN ('sent', 'acknowledged');

CREATE INDEX information_request_organisation ON information_request (organisation_id, authority_id, state);

CREATE INDEX information_request_token ON information_request (token_hash) WHERE token_hash <> '';

-- A referral being written. Nobody has decided anything yet; nothing is lost.
CREATE TABLE draft (
	id text NOT NULL,
	authority_id text NOT NULL,
	form text NOT NULL,
	channel text NOT NULL,             -- form, phone
	code_hash text NOT NULL,           -- return code, hashed
	email text NOT NULL DEFAULT '',
	owner_id text NOT NULL DEFAULT '', -- signed-in referrer or call taker
	answers text NOT NULL,
	contact_id text NOT NULL DEFAULT '', -- set when sent, or when a call became a contact at once
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	sent_at timestamptz,
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX draft_code ON draft (code_hash, authority_id);

CREATE INDEX draft_contact ON draft (contact_id, authority_id);

CREATE TABLE attachment (
	id text NOT NULL,
	authority_id text NOT NULL,
	draft_id text NOT NULL DEFAULT '',
	contact_id text NOT NULL DEFAULT '',
	name text NOT NULL,                -- as the sender called it, cleaned; shown, never used as a path
	content_type text NOT NULL,        -- from our own look at the bytes
	size bigint NOT NULL,
	sha256 text NOT NULL,
	scanned text NOT NULL,             -- not_scanned, clean
	created_at timestamptz NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX attachment_draft ON attachment (draft_id, authority_id);

CREATE INDEX attachment_contact ON attachment (contact_id, authority_id);

-- Stored apart, so that no list ever reads them.
CREATE TABLE attachment_body (
	attachment_id text NOT NULL,
	authority_id text NOT NULL,
	body bytea NOT NULL,
	PRIMARY KEY (attachment_id, authority_id)
)/*P*/;

-- How far a bulk file has been read, so that a cut is resumed, not repeated.
CREATE TABLE bulk_file (
	id text NOT NULL,
	authority_id text NOT NULL,
	name text NOT NULL,
	sha256 text NOT NULL,
	started_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	finished_at timestamptz,
	line bigint NOT NULL,
	accepted bigint NOT NULL,
	repeated bigint NOT NULL,
	rejected bigint NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX bulk_file_sha ON bulk_file (sha256, authority_id);
