-- Family and household as dated facts. A fact is ended, never deleted, and put
-- right by another that cites it, so that both can be asked: how it was on a day,
-- and what the record knew at a moment. What the machine infers is inferred until
-- a person confirms or rejects it; a rejection stays and is not proposed again.

ALTER TABLE relationship ADD COLUMN contact_id text NOT NULL DEFAULT '';

ALTER TABLE relationship ADD COLUMN state text NOT NULL DEFAULT 'confirmed';

ALTER TABLE relationship ADD COLUMN chance bigint NOT NULL DEFAULT 0;

ALTER TABLE relationship ADD COLUMN reasons text NOT NULL DEFAULT '';

ALTER TABLE relationship ADD COLUMN cites text NOT NULL DEFAULT '';

ALTER TABLE relationship ADD COLUMN recorded_by_name text NOT NULL DEFAULT '';

ALTER TABLE relationship ADD COLUMN settled_at timestamptz;

ALTER TABLE relationship ADD COLUMN settled_by_name text NOT NULL DEFAULT '';

ALTER TABLE relationship ADD COLUMN settled_why text NOT NULL DEFAULT '';

ALTER TABLE relationship ADD COLUMN ended_at timestamptz;

ALTER TABLE relationship ADD COLUMN ended_by_name text NOT NULL DEFAULT '';

ALTER TABLE relationship ADD COLUMN ended_why text NOT NULL DEFAULT '';

ALTER TABLE relationship ADD COLUMN replaced_at timestamptz;

ALTER TABLE relationship ADD COLUMN replaced_by_name text NOT NULL DEFAULT '';

ALTER TABLE relationship ADD COLUMN replaced_why text NOT NULL DEFAULT '';

-- Until now the machine set people who were named together beside each other in
-- two rows, one each way, and nobody was asked. One row says it; it is inferred.
UPDATE relationship SET state = 'inferred', chance = 80, reasons = '["Named together in a contact"]' WHERE kind = 'household';

UPDATE relationship SET replaced_at = recorded_at, replaced_why = 'one row says it both ways' WHERE kind = 'household' AND person_id > other_id;

-- Who lives at an address, from when until when. A household is the stays at one
-- door on one day.
CREATE TABLE household_stay (
	id text NOT NULL,
	authority_id text NOT NULL,
	person_id text NOT NULL,
	door text NOT NULL,                -- address and postcode, folded: the same door is the same text
	address text NOT NULL,
	postcode text NOT NULL,
	how text NOT NULL,                 -- lives, part_time
	since date,
	until date,
	source text NOT NULL,
	contact_id text NOT NULL DEFAULT '',
	state text NOT NULL,               -- confirmed, inferred, rejected
	chance bigint NOT NULL DEFAULT 0,  -- of 100, when inferred
	reasons text NOT NULL DEFAULT '',  -- JSON: why it is thought so
	cites text NOT NULL DEFAULT '',    -- the fact that this one puts right
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	recorded_by_name text NOT NULL DEFAULT '',
	settled_at timestamptz,            -- when it was confirmed or rejected
	settled_by_name text NOT NULL DEFAULT '',
	settled_why text NOT NULL DEFAULT '',
	ended_at timestamptz,              -- when the record learned that it ended
	ended_by_name text NOT NULL DEFAULT '',
	ended_why text NOT NULL DEFAULT '',
	replaced_at timestamptz,           -- when it was put right by another
	replaced_by_name text NOT NULL DEFAULT '',
	replaced_why text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX household_stay_person ON household_stay (person_id, authority_id);

CREATE INDEX household_stay_door ON household_stay (door, authority_id);

-- Parental responsibility is a fact of its own: several people may hold it, and a
-- parent may not. The columns of a dated fact mean the same as above.
CREATE TABLE parental_responsibility (
	id text NOT NULL,
	authority_id text NOT NULL,
	person_id text NOT NULL,           -- the child
	holder_id text NOT NULL DEFAULT '', -- a person, or '' for an authority or a body
	holder_name text NOT NULL DEFAULT '',
	how text NOT NULL,                 -- birth_mother, married_father, registered_father, ...
	since date,
	until date,
	source text NOT NULL,
	contact_id text NOT NULL DEFAULT '',
	state text NOT NULL,
	chance bigint NOT NULL DEFAULT 0,
	reasons text NOT NULL DEFAULT '',
	cites text NOT NULL DEFAULT '',
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	recorded_by_name text NOT NULL DEFAULT '',
	settled_at timestamptz,
	settled_by_name text NOT NULL DEFAULT '',
	settled_why text NOT NULL DEFAULT '',
	ended_at timestamptz,
	ended_by_name text NOT NULL DEFAULT '',
	ended_why text NOT NULL DEFAULT '',
	replaced_at timestamptz,
	replaced_by_name text NOT NULL DEFAULT '',
	replaced_why text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX parental_responsibility_person ON parental_responsibility (person_id, authority_id);

CREATE INDEX parental_responsibility_holder ON parental_responsibility (holder_id, authority_id);

-- A pregnancy that ended before a birth. The expected date stays on the person.
CREATE TABLE pregnancy_end (
	person_id text NOT NULL,
	authority_id text NOT NULL,
	ended_on date,
	how text NOT NULL,                 -- miscarriage, stillbirth, termination, not_said
	source text NOT NULL,
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	recorded_by_name text NOT NULL,
	PRIMARY KEY (person_id, authority_id)
)/*P*/;

-- Some lines of a child's story are about the child and not about a contact: a
-- birth, a name, a relation that was confirmed.
ALTER TABLE chronology ADD COLUMN person_id text NOT NULL DEFAULT '';

CREATE INDEX chronology_person ON chronology (person_id, authority_id, happened_at) WHERE person_id <> '';

-- Whether the sender said that somebody of the household holds parental
-- responsibility: yes, no, not_known, or '' where they were not asked.
ALTER TABLE household_member ADD COLUMN responsible text NOT NULL DEFAULT '';
