-- What the search box finds people by, and what fairness is measured by.

-- Words of a person: of their names (kind n), streets (a), postcodes (c) and
-- telephones (t). Folded in Go; person.SearchKeys says how.
CREATE TABLE search_word (
	kind text NOT NULL,
	word text NOT NULL,
	authority_id text NOT NULL,
	person_id text NOT NULL,
	PRIMARY KEY (kind, word, authority_id, person_id)
)/*P*/;

CREATE INDEX search_word_person ON search_word (person_id, authority_id);

-- Each word of names once, with its first letter, its sound and how many bear it: a
-- word that was typed is compared with these, and not with everybody.
CREATE TABLE search_term (
	word text NOT NULL,
	authority_id text NOT NULL,
	letter text NOT NULL,
	sound text NOT NULL,
	bearers bigint NOT NULL,
	PRIMARY KEY (word, authority_id)
)/*P*/;

CREATE INDEX search_term_letter ON search_term (letter, authority_id);

CREATE INDEX search_term_sound ON search_term (sound, authority_id);

-- Which edition of the words a person was indexed with: 0 is none.
ALTER TABLE person ADD COLUMN searchable bigint NOT NULL DEFAULT 0;

CREATE INDEX person_searchable ON person (searchable, authority_id);

CREATE INDEX person_born ON person (authority_id, born, id);

CREATE INDEX person_expected ON person (authority_id, expected, id) WHERE unborn;

CREATE INDEX person_nhs ON person (nhs, authority_id) WHERE nhs <> '';

CREATE INDEX person_upn ON person (upn, authority_id) WHERE upn <> '';

-- Ethnicity as said, in the codes of the children in need census; '' is not asked or
-- not known. It is never compared when people are matched.
ALTER TABLE person ADD COLUMN ethnicity text NOT NULL DEFAULT '';

ALTER TABLE contact_child ADD COLUMN ethnicity text NOT NULL DEFAULT '';
