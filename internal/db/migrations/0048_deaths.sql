-- That a person died, as we were told. One that was recorded by mistake is taken back and
-- stays.
CREATE TABLE death (
	id text NOT NULL,
	authority_id text NOT NULL,
	person_id text NOT NULL,
	died_on date,                      -- null: the day is not known
	source text NOT NULL,              -- who told us
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	recorded_by_name text NOT NULL,
	back_at timestamptz,
	back_by_name text NOT NULL DEFAULT '',
	back_why text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX death_once ON death (person_id, authority_id) WHERE back_at IS NULL;

-- What a manager said of something a child waited for when they died: it ends, or it goes
-- on, with the reason.
CREATE TABLE death_wait (
	wait_id text NOT NULL,
	authority_id text NOT NULL,
	answer text NOT NULL,              -- ends, goes_on
	why text NOT NULL,
	at timestamptz NOT NULL,
	by_id text NOT NULL,
	by_name text NOT NULL,
	PRIMARY KEY (wait_id, authority_id)
)/*P*/;
