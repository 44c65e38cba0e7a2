-- What follows a decision: an episode of work for a child, and who holds it.

CREATE TABLE episode (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL,            -- contact_child
	person_id text NOT NULL,
	kind text NOT NULL,                -- referral, early_help
	outcome text NOT NULL,             -- the outcome that opened it
	opened_at timestamptz NOT NULL,    -- date of referral: when the contact was received
	decided_at timestamptz NOT NULL,
	risk bigint NOT NULL,              -- order of allocation: pathway.Rank of the contact
	team_id text NOT NULL DEFAULT '',
	interim_owner_id text NOT NULL,
	interim_owner_name text NOT NULL,
	worker_id text NOT NULL DEFAULT '', -- accepted
	worker_name text NOT NULL DEFAULT '',
	state text NOT NULL,               -- open, closed
	closed_at timestamptz,
	closed_why text NOT NULL DEFAULT '',
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX episode_child ON episode (child_id, authority_id);

CREATE INDEX episode_person ON episode (person_id, authority_id);

CREATE INDEX episode_unallocated ON episode (authority_id, risk, decided_at, id) WHERE state = 'open' AND worker_id = '';

CREATE INDEX episode_worker ON episode (worker_id, authority_id) WHERE state = 'open';

CREATE TABLE involvement (
	id text NOT NULL,
	authority_id text NOT NULL,
	episode_id text NOT NULL,
	worker_id text NOT NULL,
	worker_name text NOT NULL,
	proposed_by text NOT NULL,
	proposed_at timestamptz NOT NULL,
	load_shown bigint NOT NULL,        -- children the worker held when it was proposed
	accepted_at timestamptz,
	refused_at timestamptz,
	ended_at timestamptz,
	reason text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX involvement_episode ON involvement (episode_id, authority_id);

CREATE INDEX involvement_worker ON involvement (worker_id, authority_id) WHERE ended_at IS NULL AND refused_at IS NULL;
