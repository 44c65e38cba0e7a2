-- Packs for a joint inspection (finding 132): which children were drawn, from how many and
-- how, who may read about them until when. What a pack says of a child is counted from the
-- record each time, as it stood at as_at; only the choice is kept here.
CREATE TABLE joint_pack (
	id text NOT NULL,
	authority_id text NOT NULL,
	ref text NOT NULL,                 -- JT-26-7K3QM9
	about text NOT NULL,               -- what the inspection is
	from_day date NOT NULL,
	to_day date NOT NULL,
	as_at timestamptz NOT NULL,        -- what was recorded later is not in it
	how text NOT NULL,                 -- drawn, named
	rule text NOT NULL DEFAULT '',     -- of a draw: contacts, discussions, enquiries
	seed text NOT NULL DEFAULT '',     -- of a draw: with it the draw can be made again
	chosen_from bigint NOT NULL DEFAULT 0,
	left_out bigint NOT NULL DEFAULT 0, -- restricted children, who are never drawn
	hash text NOT NULL,                -- of the whole pack, when it was made
	open_until date NOT NULL,          -- last day on which guests and partners read it
	made_at timestamptz NOT NULL,
	made_by text NOT NULL,
	made_by_name text NOT NULL,
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX joint_pack_ref ON joint_pack (ref, authority_id);
CREATE INDEX joint_pack_made ON joint_pack (authority_id, made_at);

-- The children, numbered in the order of their references.
CREATE TABLE joint_pack_child (
	pack_id text NOT NULL,
	position bigint NOT NULL,
	authority_id text NOT NULL,
	person_id text NOT NULL,
	ref text NOT NULL,
	why text NOT NULL DEFAULT '',      -- why somebody named the child; '' drawn
	PRIMARY KEY (pack_id, position, authority_id)
)/*P*/;

-- What each was called by the contacts that were linked to the child when the pack was
-- made: linking or parting records later does not change it.
CREATE TABLE joint_pack_part (
	pack_id text NOT NULL,
	child_id text NOT NULL,            -- contact_child
	position bigint NOT NULL,
	authority_id text NOT NULL,
	PRIMARY KEY (pack_id, child_id, authority_id)
)/*P*/;

-- The partners that have events in it, each with the hash of its own part.
CREATE TABLE joint_pack_agency (
	pack_id text NOT NULL,
	organisation_id text NOT NULL,
	authority_id text NOT NULL,
	hash text NOT NULL,
	PRIMARY KEY (pack_id, organisation_id, authority_id)
)/*P*/;

-- The inspectors it was drawn for.
CREATE TABLE joint_pack_reader (
	pack_id text NOT NULL,
	user_id text NOT NULL,
	authority_id text NOT NULL,
	PRIMARY KEY (pack_id, user_id, authority_id)
)/*P*/;
