-- What partners' systems send, and whether they still send it: how late, how much,
-- what they say of themselves, and what their own list says never came.

-- The part of the force's area a notification came from, in its own words.
ALTER TABLE contact ADD COLUMN district text NOT NULL DEFAULT '';

-- Seconds from the incident to receipt, so that the latest of half a million can be
-- listed first. It repeats two other columns of the row; verify holds it to them.
ALTER TABLE contact ADD COLUMN lag bigint;

UPDATE contact SET lag = :seconds(received_at, incident_at)
WHERE channel = 'police' AND incident_at IS NOT NULL AND incident_at <= received_at;

CREATE INDEX contact_lag ON contact (authority_id, lag, id) WHERE lag IS NOT NULL;

CREATE INDEX contact_lag_grade ON contact (authority_id, grade, lag, id) WHERE lag IS NOT NULL;

CREATE INDEX contact_sender_ref ON contact (organisation_id, sender_ref, authority_id) WHERE channel = 'police';

-- What arrived from one force, district and grade on one day of receipt: made from
-- contacts, thrown away and made again at will, and never asked when it is stale.
CREATE TABLE feed_day (
	day date NOT NULL,
	organisation_id text NOT NULL,
	district text NOT NULL,
	grade text NOT NULL,
	authority_id text NOT NULL,
	arrived bigint NOT NULL,
	late bigint NOT NULL,              -- over the agreed limit in force at the incident
	hours bytea NOT NULL,              -- arrivals in each hour of the day
	told bytea NOT NULL,               -- seconds each stage took, packed in order: see feed.Pack
	reported bytea NOT NULL,
	graded bytea NOT NULL,
	sent bytea NOT NULL,
	received bytea NOT NULL,
	decided bytea NOT NULL,
	PRIMARY KEY (day, organisation_id, district, grade, authority_id)
)/*P*/;

CREATE INDEX feed_day_of ON feed_day (authority_id, day);

-- How far the days are made, and by which limits. Days after until_day are read from
-- the contacts themselves.
CREATE TABLE feed_mark (
	authority_id text NOT NULL PRIMARY KEY,
	rules text NOT NULL,
	until_day date NOT NULL
)/*P*/;

-- Days whose contacts changed since they were made. Counted up, so that whoever makes
-- the day anew waits for whoever is changing it.
CREATE TABLE feed_stale (
	day date NOT NULL,
	authority_id text NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (day, authority_id)
)/*P*/;

-- When a partner's system last said that it is there.
CREATE TABLE door_seen (
	key_id text NOT NULL,
	authority_id text NOT NULL,
	organisation_id text NOT NULL,
	seen_at timestamptz NOT NULL,
	PRIMARY KEY (key_id, authority_id)
)/*P*/;

-- What a force says waits for triage with it. Each is kept; the latest counts.
CREATE TABLE feed_backlog (
	id text NOT NULL,
	authority_id text NOT NULL,
	organisation_id text NOT NULL,
	grade text NOT NULL,               -- high, medium, standard
	waiting bigint NOT NULL,
	as_at timestamptz NOT NULL,
	declared_at timestamptz NOT NULL,
	declared_by text NOT NULL,
	declared_by_name text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX feed_backlog_of ON feed_backlog (authority_id, organisation_id, grade, as_at);

-- A force's own list of incidents, as it was sent, and what it was found to say.
CREATE TABLE reconciliation (
	id text NOT NULL,
	authority_id text NOT NULL,
	organisation_id text NOT NULL,
	name text NOT NULL,                -- of the file
	sha256 text NOT NULL,
	body bytea NOT NULL,
	size bigint NOT NULL,
	from_day date NOT NULL,            -- first and last day of an incident on it
	until_day date NOT NULL,
	lines bigint NOT NULL,             -- incidents on it
	found bigint NOT NULL,             -- of them here
	made_at timestamptz NOT NULL,
	made_by text NOT NULL,
	made_by_name text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX reconciliation_once ON reconciliation (organisation_id, sha256, authority_id);

-- What differed. An incident that is not here is owned by somebody until it comes or
-- a named person says why it will not.
CREATE TABLE reconciliation_line (
	id text NOT NULL,
	authority_id text NOT NULL,
	reconciliation_id text NOT NULL,
	kind text NOT NULL,                -- never_sent, never_acknowledged, not_listed, grade_differs
	reference text NOT NULL,           -- the force's own
	incident_at timestamptz,
	grade text NOT NULL,               -- on the list
	district text NOT NULL,
	sent_at timestamptz,               -- as the list says
	contact_id text NOT NULL DEFAULT '',
	here_grade text NOT NULL DEFAULT '',
	owner_id text NOT NULL DEFAULT '', -- who must send it or say why not
	owner_name text NOT NULL DEFAULT '',
	settled_at timestamptz,
	settled_by text NOT NULL DEFAULT '',
	settled_by_name text NOT NULL DEFAULT '',
	settled_why text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX reconciliation_line_of ON reconciliation_line (reconciliation_id, authority_id, kind);

CREATE INDEX reconciliation_line_reference ON reconciliation_line (reference, authority_id);
