-- How much waits at the front door (finding 57): how many contacts one person and the desk
-- should have at once. A limit holds from its day until the next one's: old days keep the
-- old limit. It warns; nothing is refused because of it.
CREATE TABLE load_limit (
	id text NOT NULL,
	authority_id text NOT NULL,
	of_whom text NOT NULL,             -- person, desk
	most bigint NOT NULL,              -- 0: no limit
	from_date date NOT NULL,
	source text NOT NULL,              -- local: no limit is set nationally
	why text NOT NULL,
	begun_at timestamptz NOT NULL,
	begun_by text NOT NULL,
	begun_by_name text NOT NULL,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX load_limit_of ON load_limit (authority_id, from_date);

-- What was decided in each hour.
CREATE INDEX contact_decided ON contact (authority_id, decided_at) WHERE decided_at IS NOT NULL;
