-- Somebody known by a name may be somebody whose record we hold, and one name may be
-- several people's. Ended, never deleted.
CREATE TABLE subject_person (
	id text NOT NULL,
	authority_id text NOT NULL,
	subject_id text NOT NULL,
	person_id text NOT NULL,
	because text NOT NULL,             -- how we know that it is them
	begun_at timestamptz NOT NULL,
	begun_by text NOT NULL,
	begun_by_name text NOT NULL,
	ended_at timestamptz,
	ended_by text NOT NULL DEFAULT '',
	ended_why text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX subject_person_once ON subject_person (subject_id, person_id, authority_id) WHERE ended_at IS NULL;
