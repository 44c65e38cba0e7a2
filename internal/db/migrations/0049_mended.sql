-- The contact that a message which could not be read became when its sender put it right.
ALTER TABLE intake ADD COLUMN mended_as text NOT NULL DEFAULT '';

CREATE INDEX intake_unreadable ON intake (authority_id, received_at) WHERE state = 'unreadable' AND mended_as = '';
