-- The decisions about who a child is, in order of time: the report of whether every
-- group of children is found alike reads a year of them.

CREATE INDEX child_link_at ON child_link (authority_id, at);
