-- Who lifted a restriction, and why. The contacts of a child who may be one whose record
-- is closed are found again when it is lifted.
ALTER TABLE restriction ADD COLUMN ended_by text NOT NULL DEFAULT '';

ALTER TABLE restriction ADD COLUMN ended_why text NOT NULL DEFAULT '';

CREATE INDEX contact_child_may_be ON contact_child (may_be, authority_id) WHERE may_be <> '';
