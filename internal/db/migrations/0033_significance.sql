-- Which happenings in a child's story somebody held to be significant, and why (finding
-- 91). Ended with a reason, never deleted: what was thought then can be read.
CREATE TABLE significance (
	id text NOT NULL,
	authority_id text NOT NULL,
	line_id text NOT NULL,             -- chronology
	contact_id text NOT NULL,          -- of the line; '' for one about the child alone
	why text NOT NULL,
	marked_at timestamptz NOT NULL,
	marked_by text NOT NULL,
	marked_by_name text NOT NULL,
	ended_at timestamptz,
	ended_by_name text NOT NULL DEFAULT '',
	ended_why text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX significance_once ON significance (line_id, authority_id) WHERE ended_at IS NULL;

CREATE INDEX significance_contact ON significance (contact_id, authority_id) WHERE ended_at IS NULL;
