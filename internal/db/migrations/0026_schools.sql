-- Schools with their safeguarding leads and calendars, and what each was told before the
-- bell when the police notified us of domestic abuse (Operation Encompass).

-- A school, college or other place where children learn; or the authority's officer for
-- children educated at home. Who signs in for it belongs to the organisation.
CREATE TABLE school (
	id text NOT NULL,                  -- organisation
	authority_id text NOT NULL,
	urn text NOT NULL DEFAULT '',      -- six figures; '' for the officer
	kind text NOT NULL,                -- school, college, alternative, home
	bell text NOT NULL,                -- when its day starts: 08:50
	lead_name text NOT NULL DEFAULT '',
	lead_email text NOT NULL DEFAULT '',
	deputy_name text NOT NULL DEFAULT '',
	deputy_email text NOT NULL DEFAULT '',
	updated_at timestamptz NOT NULL,
	updated_by text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX school_urn ON school (urn, authority_id) WHERE urn <> '';

-- What a school is called, folded, so that what an officer wrote finds it.
CREATE TABLE school_name (
	name_key text NOT NULL,
	authority_id text NOT NULL,
	school_id text NOT NULL,
	name text NOT NULL,
	PRIMARY KEY (name_key, authority_id)
)/*P*/;

CREATE INDEX school_name_school ON school_name (school_id, authority_id);

-- Terms, and days in them on which there is no school. Those of school '' are the
-- authority's own, for each school that has none of its own.
CREATE TABLE school_days (
	school_id text NOT NULL,
	kind text NOT NULL,                -- term, holiday, inset
	from_day date NOT NULL,
	until_day date NOT NULL,
	authority_id text NOT NULL,
	title text NOT NULL DEFAULT '',
	PRIMARY KEY (school_id, kind, from_day, authority_id)
)/*P*/;

-- What one child's school is to know of one notification, and how it came to know. It
-- holds what the school reads, as it was when it was made.
CREATE TABLE school_notice (
	id text NOT NULL,
	authority_id text NOT NULL,
	ref text NOT NULL,                 -- EN-26-7K3QM9
	contact_id text NOT NULL,          -- the notification
	child_id text NOT NULL,            -- contact_child
	way text NOT NULL,                 -- sent, by_hand, police, phone, none
	why text NOT NULL DEFAULT '',      -- why by hand; why no school
	school_id text NOT NULL DEFAULT '', -- organisation; '' not known
	school_name text NOT NULL DEFAULT '', -- of the register, or as it was said
	since timestamptz NOT NULL,        -- incident, or receipt when unknown
	bell_at timestamptz NOT NULL,      -- start of the first school day after it
	bell_known boolean NOT NULL,       -- by the school's calendar; else by working days
	place text NOT NULL DEFAULT '',
	present text NOT NULL DEFAULT '',  -- whether the child was there, in words
	said text NOT NULL DEFAULT '',     -- what the child said or showed
	circumstances text NOT NULL DEFAULT '',
	lead_name text NOT NULL DEFAULT '',
	made_at timestamptz NOT NULL,
	sent_at timestamptz,               -- when a message to the lead was queued
	deputy_at timestamptz,             -- when one to the deputy was
	failed_at timestamptz,             -- when it was known that none was delivered
	told_at timestamptz,               -- by the police or by phone
	told_whom text NOT NULL DEFAULT '',
	told_by text NOT NULL DEFAULT '',  -- user who says so; '' the police
	read_at timestamptz,
	read_by text NOT NULL DEFAULT '',
	read_by_name text NOT NULL DEFAULT '',
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX school_notice_ref ON school_notice (ref, authority_id);

CREATE UNIQUE INDEX school_notice_child ON school_notice (child_id, authority_id);

CREATE INDEX school_notice_contact ON school_notice (contact_id, authority_id);

CREATE INDEX school_notice_school ON school_notice (school_id, authority_id, made_at);

CREATE INDEX school_notice_made ON school_notice (authority_id, made_at);

-- Those that the sweep looks at: sent, and not read or told yet.
CREATE INDEX school_notice_unread ON school_notice (bell_at) WHERE way = 'sent' AND read_at IS NULL;

-- A school asking the front door about a notice.
CREATE TABLE school_help (
	id text NOT NULL,
	authority_id text NOT NULL,
	notice_id text NOT NULL,
	asked text NOT NULL,
	asked_at timestamptz NOT NULL,
	asked_by text NOT NULL,
	asked_by_name text NOT NULL,
	answer text NOT NULL DEFAULT '',
	answered_at timestamptz,
	answered_by text NOT NULL DEFAULT '',
	answered_by_name text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX school_help_notice ON school_help (notice_id, authority_id, asked_at);
