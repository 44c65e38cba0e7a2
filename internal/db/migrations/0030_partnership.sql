-- How partners work together, from rows that are added and never overwritten: what a
-- message lacked when it came, who was invited and who came each time, and when a record
-- was concealed. A pack of a period is counted from them again, as it stood at its end.

-- What a contact said of children when it came. Naming a child later does not change it.
ALTER TABLE contact ADD COLUMN told_children bigint NOT NULL DEFAULT 0;

ALTER TABLE contact ADD COLUMN told_named bigint NOT NULL DEFAULT 0;

-- What it lacked: keys of feed.Gap, parted by spaces.
ALTER TABLE contact ADD COLUMN missing text NOT NULL DEFAULT '';

-- What came before this is read from what is left of it.
UPDATE contact SET
	told_children = (SELECT count(*) FROM contact_child cc WHERE cc.contact_id = contact.id AND cc.authority_id = contact.authority_id),
	told_named = (SELECT count(*) FROM contact_child cc WHERE cc.contact_id = contact.id AND cc.authority_id = contact.authority_id AND cc.named),
	missing = trim(
		CASE WHEN channel = 'police' AND incident_at IS NULL THEN 'incident ' ELSE '' END ||
		CASE WHEN channel = 'police' AND reported_at IS NULL THEN 'report ' ELSE '' END ||
		CASE WHEN channel = 'police' AND graded_at IS NULL THEN 'grading ' ELSE '' END ||
		CASE WHEN channel = 'police' AND sent_at IS NULL THEN 'sending ' ELSE '' END ||
		CASE WHEN channel = 'police' AND grade = '' THEN 'grade ' ELSE '' END ||
		CASE WHEN channel = 'police' AND district = '' THEN 'district ' ELSE '' END ||
		CASE WHEN channel = 'police' AND judgement = '' OR channel <> 'police' AND words = '' THEN 'reasons ' ELSE '' END ||
		CASE WHEN EXISTS (SELECT 1 FROM contact_child cc WHERE cc.contact_id = contact.id AND cc.authority_id = contact.authority_id AND NOT cc.named) THEN 'name ' ELSE '' END ||
		CASE WHEN EXISTS (SELECT 1 FROM contact_child cc WHERE cc.contact_id = contact.id AND cc.authority_id = contact.authority_id AND cc.named AND cc.born IS NULL AND NOT cc.unborn) THEN 'born ' ELSE '' END ||
		CASE WHEN EXISTS (SELECT 1 FROM intake i WHERE i.contact_id = contact.id AND i.authority_id = contact.authority_id AND i.state = 'unreadable') THEN 'unreadable' ELSE '' END);

-- Since when a contact has been concealed, and how: the last row at a moment says how it
-- was then.
CREATE TABLE contact_conceal (
	contact_id text NOT NULL,
	at timestamptz NOT NULL,
	authority_id text NOT NULL,
	conceal text NOT NULL,             -- as in contact
	PRIMARY KEY (contact_id, at, authority_id)
)/*P*/;

CREATE INDEX contact_conceal_of ON contact_conceal (authority_id, at);

INSERT INTO contact_conceal (contact_id, at, authority_id, conceal)
SELECT id, recorded_at, authority_id, conceal FROM contact WHERE conceal <> '';

-- When a question was taken back, because it was decided without its answer.
ALTER TABLE information_request ADD COLUMN withdrawn_at timestamptz;

UPDATE information_request SET withdrawn_at = (
	SELECT max(n.decided_at) FROM decision n WHERE n.child_id = information_request.child_id AND n.authority_id = information_request.authority_id)
WHERE state = 'withdrawn';

CREATE INDEX information_request_due ON information_request (authority_id, due_at);

CREATE INDEX information_request_asked ON information_request (authority_id, asked_at);

-- Each time somebody was asked to a discussion. A seat keeps only the last.
CREATE TABLE discussion_invited (
	id text NOT NULL,
	authority_id text NOT NULL,
	discussion_id text NOT NULL,
	seat_id text NOT NULL,
	part text NOT NULL,
	owner_id text NOT NULL,            -- organisation
	invited_at timestamptz NOT NULL,
	answer_due timestamptz NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX discussion_invited_due ON discussion_invited (authority_id, answer_due);

CREATE INDEX discussion_invited_seat ON discussion_invited (seat_id, authority_id, invited_at);

INSERT INTO discussion_invited (id, authority_id, discussion_id, seat_id, part, owner_id, invited_at, answer_due)
SELECT id, authority_id, discussion_id, id, part, owner_id, invited_at, answer_due FROM discussion_seat WHERE invited_at IS NOT NULL AND answer_due IS NOT NULL;

-- Who came each time that people met. A seat keeps only the last.
CREATE TABLE discussion_there (
	holding_id text NOT NULL,
	seat_id text NOT NULL,
	authority_id text NOT NULL,
	part text NOT NULL,
	owner_id text NOT NULL,
	attendance text NOT NULL,          -- attended, sent_view, absent
	PRIMARY KEY (holding_id, seat_id, authority_id)
)/*P*/;

INSERT INTO discussion_there (holding_id, seat_id, authority_id, part, owner_id, attendance)
SELECT h.id, s.id, s.authority_id, s.part, s.owner_id, s.attendance FROM discussion_seat s
JOIN discussion_holding h ON h.discussion_id = s.discussion_id AND h.authority_id = s.authority_id
WHERE s.attendance <> '' AND s.owner_id <> '' AND h.held_at = (
	SELECT max(x.held_at) FROM discussion_holding x WHERE x.discussion_id = s.discussion_id AND x.authority_id = s.authority_id);

CREATE INDEX discussion_decided ON discussion (authority_id, decided_at);

CREATE INDEX discussion_action_due ON discussion_action (authority_id, due_at);

CREATE INDEX enquiry_action_due ON enquiry_action (authority_id, due_at);

-- What the messages of a day lacked, beside how late they were. The days are made anew.
ALTER TABLE feed_day ADD COLUMN quality bytea;

DELETE FROM feed_day;

DELETE FROM feed_mark;
