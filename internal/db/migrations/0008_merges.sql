-- Two records of one child. Nothing else is rewritten: a link says that one record
-- is read as the other, and ends when it is undone.

CREATE TABLE person_merge (
	id text NOT NULL,
	authority_id text NOT NULL,
	pair text NOT NULL,                -- both person ids in order: a pair is asked about once at a time
	kept_id text NOT NULL,             -- the record the other is read as
	joined_id text NOT NULL,
	source text NOT NULL,              -- person, sweep
	state text NOT NULL,               -- suggested, proposed, merged, undoing, refused, undone
	asked_at timestamptz NOT NULL,     -- when somebody or the sweep first asked
	chance bigint NOT NULL,            -- that they are one child, in millionths, as it was then
	evidence text NOT NULL,            -- the level of agreement of each field, as it was then
	model text NOT NULL,               -- version of the model
	lead_id text NOT NULL DEFAULT '',  -- of two open referrals, the episode whose worker answers for the child
	merged_at timestamptz,
	ended_at timestamptz,              -- refused or undone
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX person_merge_pair ON person_merge (pair, authority_id) WHERE ended_at IS NULL;

-- A record is read as one other at a time.
CREATE UNIQUE INDEX person_merge_joined ON person_merge (joined_id, authority_id) WHERE merged_at IS NOT NULL AND ended_at IS NULL;

CREATE INDEX person_merge_open ON person_merge (authority_id, state, chance, id) WHERE ended_at IS NULL;

CREATE INDEX person_merge_lead ON person_merge (lead_id, authority_id) WHERE lead_id <> '';

CREATE INDEX person_merge_kept ON person_merge (kept_id, authority_id);

CREATE INDEX person_merge_other ON person_merge (joined_id, authority_id);

-- Who did what about a pair, and why. Added to, never changed.
CREATE TABLE person_merge_step (
	id text NOT NULL,
	authority_id text NOT NULL,
	merge_id text NOT NULL,
	step text NOT NULL,                -- suggested, proposed, merged, refused, undo_asked, undo_refused, undone
	by_id text NOT NULL,
	by_name text NOT NULL,
	at timestamptz NOT NULL,
	why text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX person_merge_step_merge ON person_merge_step (merge_id, authority_id, at);

-- Who a record is read as, for every record of a child with several. Derived from the
-- links in force, in the same transaction; a record without a row is its own.
CREATE TABLE person_head (
	person_id text NOT NULL,
	authority_id text NOT NULL,
	head_id text NOT NULL,
	PRIMARY KEY (person_id, authority_id)
)/*P*/;

CREATE INDEX person_head_head ON person_head (head_id, authority_id);

-- Whose records somebody may not reach because they are family: all the records that
-- are read as that person's.
CREATE VIEW person_conflict AS
	SELECT f.user_id, f.person_id, f.authority_id FROM user_conflict f
	UNION
	SELECT f.user_id, b.person_id, f.authority_id FROM user_conflict f
	JOIN person_head a ON a.person_id = f.person_id AND a.authority_id = f.authority_id
	JOIN person_head b ON b.head_id = a.head_id AND b.authority_id = a.authority_id;

-- Each search of the register for children recorded twice.
CREATE TABLE duplicate_sweep (
	id text NOT NULL,
	authority_id text NOT NULL,
	at timestamptz NOT NULL,
	compared bigint NOT NULL,          -- records
	proposed bigint NOT NULL,          -- pairs that were new
	model text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX duplicate_sweep_at ON duplicate_sweep (authority_id, at);
