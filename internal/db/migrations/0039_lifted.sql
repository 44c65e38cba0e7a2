-- Who lifted a restriction, and why. The contacts of a child who may be one whose record
-- is closed are found again when it is lifted.
ALTER TABLE restriction ADD COLUMN ended_by text NOT NULL DEFAULT '';

ALTER TABLE restriction ADD COLUMN ended_why text NOT NULL DEFAULT '';

CREATE INDEX contact_child_may_be ON contact_child (may_be, authority_id) WHERE may_be <> '';

-- Why a trigger no longer stands, when nobody took a fact back.
ALTER TABLE trigger_met ADD COLUMN gone_why text NOT NULL DEFAULT '';

-- Since when an answer of a manager rests on facts that are no longer of the child's
-- record: two records were parted, or a link undone. The last row counts.
CREATE TABLE consideration_parted (
	consideration_id text NOT NULL,
	at timestamptz NOT NULL,
	authority_id text NOT NULL,
	parted boolean NOT NULL,
	why text NOT NULL,
	PRIMARY KEY (consideration_id, at, authority_id)
)/*P*/;
