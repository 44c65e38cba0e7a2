-- People of partner agencies who have left, and the links of theirs that ended with it. The
-- words of the links are nowhere, as before.

CREATE TABLE participant_left (
	id text NOT NULL,
	authority_id text NOT NULL,
	organisation_id text NOT NULL,
	address text NOT NULL,             -- folded to lower case
	account_id text NOT NULL DEFAULT '', -- the account that ended with it
	links bigint NOT NULL,             -- that ended
	moved bigint NOT NULL,             -- of which something is still waited for and a new one went
	lost bigint NOT NULL,              -- of which something is still waited for and no address was held
	waits bigint NOT NULL,             -- that go on, with their limits as they were
	why text NOT NULL,
	digest text NOT NULL,              -- of what was shown and confirmed
	left_at timestamptz NOT NULL,
	left_by text NOT NULL,
	left_by_name text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX participant_left_once ON participant_left (digest, authority_id);

CREATE TABLE link_ended (
	left_id text NOT NULL,
	kind text NOT NULL,                -- question, invitation, outcome
	link_of text NOT NULL,             -- what it opened: information_request, discussion_seat or feedback
	authority_id text NOT NULL,
	organisation_id text NOT NULL,
	address text NOT NULL,
	used_at timestamptz,               -- when it was last opened
	PRIMARY KEY (left_id, kind, link_of, authority_id)
)/*P*/;

CREATE INDEX link_ended_organisation ON link_ended (organisation_id, authority_id);
