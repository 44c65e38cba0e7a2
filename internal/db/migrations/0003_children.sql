-- Persons, their names, places and relations, and the keys that find them.

CREATE TABLE person (
	id text NOT NULL,
	authority_id text NOT NULL,
	ref text NOT NULL,                 -- LA child ID: permanent, public, random
	is_child boolean NOT NULL,
	given text NOT NULL DEFAULT '',
	middle text NOT NULL DEFAULT '',
	family text NOT NULL DEFAULT '',
	known_as text NOT NULL DEFAULT '',
	name_key text NOT NULL DEFAULT '', -- folded "family given", for ordering and prefix search
	sex text NOT NULL DEFAULT '',
	born date,
	born_estimated boolean NOT NULL DEFAULT FALSE,
	expected date,
	unborn boolean NOT NULL DEFAULT FALSE,
	nhs text NOT NULL DEFAULT '',
	upn text NOT NULL DEFAULT '',
	phone text NOT NULL DEFAULT '',
	address text NOT NULL DEFAULT '',
	postcode text NOT NULL DEFAULT '',
	school text NOT NULL DEFAULT '',
	parents text NOT NULL DEFAULT '',  -- JSON: [{"given":"","family":""}]
	conceal text NOT NULL DEFAULT '',  -- '', restricted, sealed
	created_at timestamptz NOT NULL,
	created_by text NOT NULL,
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX person_ref ON person (ref, authority_id);

CREATE INDEX person_name_key ON person (authority_id, name_key, id);

CREATE TABLE person_name (
	person_id text NOT NULL,
	authority_id text NOT NULL,
	kind text NOT NULL,                -- former, alias
	given text NOT NULL,
	family text NOT NULL,
	recorded_at timestamptz NOT NULL,
	PRIMARY KEY (person_id, kind, given, family, authority_id)
)/*P*/;

CREATE TABLE person_address (
	person_id text NOT NULL,
	authority_id text NOT NULL,
	address text NOT NULL,
	postcode text NOT NULL,
	since date,
	until date,
	recorded_at timestamptz NOT NULL,
	PRIMARY KEY (person_id, postcode, address, authority_id)
)/*P*/;

CREATE TABLE match_key (
	key text NOT NULL,
	person_id text NOT NULL,
	authority_id text NOT NULL,
	PRIMARY KEY (key, person_id, authority_id)
)/*P*/;

CREATE INDEX match_key_person ON match_key (person_id, authority_id);

CREATE TABLE relationship (
	id text NOT NULL,
	authority_id text NOT NULL,
	person_id text NOT NULL,           -- this person
	other_id text NOT NULL,            -- is, to this one,
	kind text NOT NULL,                -- mother, father, sibling, ...
	since date,
	until date,
	source text NOT NULL,
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX relationship_person ON relationship (person_id, authority_id);

CREATE INDEX relationship_other ON relationship (other_id, authority_id);

-- Need to know. A restriction names who may open the record and who to ask.
CREATE TABLE restriction (
	person_id text NOT NULL,
	authority_id text NOT NULL,
	conceal text NOT NULL,             -- restricted, sealed
	ask text NOT NULL,                 -- "Restricted record, contact NAME"
	reason text NOT NULL,
	begun_at timestamptz NOT NULL,
	begun_by text NOT NULL,
	ended_at timestamptz,
	PRIMARY KEY (person_id, begun_at, authority_id)
)/*P*/;

CREATE TABLE restriction_named (
	person_id text NOT NULL,
	user_id text NOT NULL,
	authority_id text NOT NULL,
	begun_at timestamptz NOT NULL,
	ended_at timestamptz,
	PRIMARY KEY (person_id, user_id, begun_at, authority_id)
)/*P*/;
