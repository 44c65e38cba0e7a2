-- Whoever told us of a child hears what was decided, or the reason why not is on record
-- (finding 58). One row for each telling and each reason; what is open is a wait.
CREATE TABLE feedback (
	id text NOT NULL,
	authority_id text NOT NULL,
	contact_id text NOT NULL,
	child_id text NOT NULL DEFAULT '', -- contact_child; '' every child that was decided
	way text NOT NULL DEFAULT '',      -- account, link, telephone, letter, face, another, message; '' not told
	reason text NOT NULL DEFAULT '',   -- why they are not told: public, anonymous, asked_not, unsafe, unreachable, own
	words text NOT NULL DEFAULT '',
	sentence text NOT NULL DEFAULT '', -- what they were told, to the letter
	word_hash text NOT NULL DEFAULT '', -- sha256 of the word of a link
	word_ends_at timestamptz,
	made_at timestamptz NOT NULL,      -- when it was sent, or written down
	done_at timestamptz,               -- when they were told; none while its notice has not gone
	known_at timestamptz,              -- when the record knew that
	read_at timestamptz,               -- when they first opened it
	by_id text NOT NULL,
	by_name text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX feedback_contact ON feedback (contact_id, authority_id);

CREATE INDEX feedback_word ON feedback (word_hash) WHERE word_hash <> '';

CREATE INDEX contact_decided_at ON contact (authority_id, decided_at) WHERE decided_at IS NOT NULL;

CREATE INDEX wait_feedback ON wait (authority_id, since, contact_id) WHERE timescale = 'contact.feedback';

-- What was told before this was kept: the wait says when, and how is not known.
INSERT INTO feedback (id, authority_id, contact_id, child_id, way, words, made_at, done_at, known_at, by_id, by_name)
SELECT w.id, w.authority_id, w.contact_id, w.child_id, 'another', 'Told before ways were kept', w.begun_at, w.ended_happened_at, w.ended_at, w.ended_by, ''
FROM wait w WHERE w.timescale = 'contact.feedback' AND w.ended_how = 'met';

-- A new decision moves the telling on: its wait was not withdrawn for a reason of the referrer's.
UPDATE wait SET ended_how = 'moved' WHERE timescale = 'contact.feedback' AND ended_how = 'withdrawn' AND ended_reason = 'the decision was replaced';
