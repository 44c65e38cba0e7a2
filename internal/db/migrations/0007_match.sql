-- What the matcher needs of the record. The keys are hashes now, made by the same
-- code as those of the index in memory; those of the old form are thrown away, and
-- made again for everybody when the record is next opened.

DROP TABLE match_key;

CREATE TABLE match_key (
	key bigint NOT NULL,
	person_id text NOT NULL,
	authority_id text NOT NULL,
	PRIMARY KEY (key, person_id, authority_id)
)/*P*/;

CREATE INDEX match_key_person ON match_key (person_id, authority_id);

-- Which form an authority's keys are of. No row means that they must be made.
CREATE TABLE match_key_form (
	authority_id text NOT NULL PRIMARY KEY,
	form text NOT NULL,
	made_at timestamptz NOT NULL
)/*P*/;

-- The last change to each person, and to each contact with its children, as the place in the trail of the command that made
-- it. Every index in memory asks what came after the last it has seen.
CREATE TABLE match_change (
	id text NOT NULL,                  -- of the person, or "contact:" and that of a contact
	authority_id text NOT NULL,
	seq bigint NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX match_change_seq ON match_change (authority_id, seq, id);

-- Children of contacts who are linked to nobody yet are found by the matcher too.
CREATE INDEX contact_child_unlinked ON contact_child (authority_id, id) WHERE person_id = '';

-- With what a link was made: the model's version, the band and the chance that it is
-- this child, in parts of a million. Empty for links made before there were any.
ALTER TABLE child_link ADD COLUMN model text NOT NULL DEFAULT '';

ALTER TABLE child_link ADD COLUMN band text NOT NULL DEFAULT '';

ALTER TABLE child_link ADD COLUMN chance_ppm bigint NOT NULL DEFAULT 0;

-- The weights an authority has worked with, one of them chosen. None means the
-- weights that are shipped.
CREATE TABLE match_model (
	version text NOT NULL,
	authority_id text NOT NULL,
	weights text NOT NULL,
	trained_at timestamptz NOT NULL,
	from_decisions bigint NOT NULL,
	held_back text NOT NULL,           -- how old and new weights did on decisions kept apart
	chosen boolean NOT NULL,
	PRIMARY KEY (version, authority_id)
)/*P*/;

CREATE INDEX match_model_chosen ON match_model (authority_id, chosen, trained_at);

-- Agreements that another authority may learn that this one may know a child. Nothing
-- else crosses. Each authority records its own side.
CREATE TABLE match_agreement (
	id text NOT NULL,
	authority_id text NOT NULL,
	other_authority_id text NOT NULL,  -- may learn that we may know a child
	from_date date NOT NULL,
	until_date date NOT NULL,
	document text NOT NULL,            -- the agreement, as signed
	ask text NOT NULL,                 -- whom the other should ask
	recorded_at timestamptz NOT NULL,
	ended_at timestamptz,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX match_agreement_other ON match_agreement (other_authority_id, authority_id);
