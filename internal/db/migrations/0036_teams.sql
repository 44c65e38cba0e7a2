-- Teams are set up, changed and ended from a date, and which team a child's work belonged
-- to at any past moment stays known (finding 76). Nothing here is changed once written,
-- but for the end of a team, of a membership and the undoing of a move.

ALTER TABLE team ADD COLUMN begun_at timestamptz;       -- null: before this was kept

ALTER TABLE team ADD COLUMN ended_at timestamptz;       -- may be a day to come

ALTER TABLE team ADD COLUMN successor_id text NOT NULL DEFAULT ''; -- of a team with an end

ALTER TABLE team ADD COLUMN version bigint NOT NULL DEFAULT 1;

-- When a membership was written down, and when its end was: figures of days before that
-- do not know of it. Null: when it began, or ended.
ALTER TABLE user_role ADD COLUMN recorded_at timestamptz;

ALTER TABLE user_role ADD COLUMN end_recorded_at timestamptz;

-- What was done with a team: set up, changed, ended, with the reason. The name of a team
-- on a past day is that of the last line written by then.
CREATE TABLE team_event (
	team_id text NOT NULL,
	n bigint NOT NULL,
	authority_id text NOT NULL,
	kind text NOT NULL,                -- known, set_up, changed, joined, left, ended
	name text NOT NULL,
	detail text NOT NULL DEFAULT '',
	why text NOT NULL DEFAULT '',
	why_earlier text NOT NULL DEFAULT '', -- needed for a date before the day it was written
	from_at timestamptz NOT NULL,
	recorded_at timestamptz NOT NULL,
	recorded_by text NOT NULL,
	recorded_by_name text NOT NULL,
	PRIMARY KEY (team_id, n, authority_id)
)/*P*/;

INSERT INTO team_event (team_id, n, authority_id, kind, name, from_at, recorded_at, recorded_by, recorded_by_name)
SELECT t.id, 1, t.authority_id, 'known', t.name, a.created_at, a.created_at, 'service', 'frontdoor'
FROM team t JOIN authority a ON a.authority_id = t.authority_id;

-- Which team takes new work of an outcome from a moment on: the latest line that has
-- begun. Without one the desk of allocations does.
CREATE TABLE team_takes (
	outcome text NOT NULL,
	n bigint NOT NULL,
	authority_id text NOT NULL,
	team_id text NOT NULL,             -- '': the desk again
	from_at timestamptz NOT NULL,
	recorded_at timestamptz NOT NULL,
	PRIMARY KEY (outcome, n, authority_id)
)/*P*/;

-- Which team a child's work belongs to from a moment until the next line.
CREATE TABLE episode_team (
	episode_id text NOT NULL,
	n bigint NOT NULL,
	authority_id text NOT NULL,
	team_id text NOT NULL,
	begun_at timestamptz NOT NULL,
	why text NOT NULL,                 -- decided, accepted, moved, undone
	recorded_by text NOT NULL,
	PRIMARY KEY (episode_id, n, authority_id)
)/*P*/;

CREATE INDEX episode_team_team ON episode_team (team_id, authority_id, begun_at);

-- Until now the team was written over when a worker accepted. What it was before is known:
-- the team that held the child meanwhile, from the decision on.
INSERT INTO episode_team (episode_id, n, authority_id, team_id, begun_at, why, recorded_by)
SELECT id, 1, authority_id, interim_owner_id, decided_at, 'decided', 'migration' FROM episode;

INSERT INTO episode_team (episode_id, n, authority_id, team_id, begun_at, why, recorded_by)
SELECT e.id, 2, e.authority_id, e.team_id, v.accepted_at, 'accepted', 'migration'
FROM episode e
JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.worker_id = e.worker_id AND v.accepted_at IS NOT NULL
WHERE e.worker_id <> '' AND e.team_id <> '' AND e.team_id <> e.interim_owner_id
	AND NOT EXISTS (SELECT 1 FROM involvement x WHERE x.episode_id = e.id AND x.authority_id = e.authority_id AND x.worker_id = e.worker_id
		AND x.accepted_at IS NOT NULL AND x.id < v.id);

-- Children and waits that were moved from one team to another in one step, and back.
CREATE TABLE team_move (
	id text NOT NULL,
	authority_id text NOT NULL,
	from_id text NOT NULL,
	from_name text NOT NULL,
	to_id text NOT NULL,
	to_name text NOT NULL,
	children bigint NOT NULL,
	waits bigint NOT NULL,
	desks bigint NOT NULL,
	why text NOT NULL,
	moved_at timestamptz NOT NULL,
	moved_by text NOT NULL,
	moved_by_name text NOT NULL,
	undone_at timestamptz,
	undone_by text NOT NULL DEFAULT '',
	undone_by_name text NOT NULL DEFAULT '',
	stayed bigint NOT NULL DEFAULT 0,  -- what somebody had changed since and so was not undone
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX team_move_from ON team_move (from_id, authority_id, moved_at);

CREATE INDEX team_move_to ON team_move (to_id, authority_id, moved_at);

CREATE TABLE team_move_part (
	move_id text NOT NULL,
	kind text NOT NULL,                -- work, wait, desk
	part_id text NOT NULL,             -- episode, the wait that ended, agency
	authority_id text NOT NULL,
	now_id text NOT NULL DEFAULT '',   -- the wait that began in its place
	version bigint NOT NULL DEFAULT 0, -- of the episode after the move
	interim boolean NOT NULL DEFAULT FALSE, -- whether the team also held the child meanwhile
	PRIMARY KEY (move_id, kind, part_id, authority_id)
)/*P*/;
