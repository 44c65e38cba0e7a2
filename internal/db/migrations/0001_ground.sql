-- The ground everything stands on: authorities, their teams and people, partner
-- organisations and their keys. Every record table carries authority_id in its
-- primary key, after the id, so that one installation can serve many
-- authorities and the authority can become the distribution key.

CREATE TABLE authority (
	authority_id text NOT NULL PRIMARY KEY,
	code text NOT NULL,                -- three-digit DfE code of the authority
	name text NOT NULL,
	phone text NOT NULL,               -- the front door, shown when something fails
	phone_out_of_hours text NOT NULL,
	created_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX authority_code ON authority (code);

CREATE TABLE team (
	id text NOT NULL,
	authority_id text NOT NULL,
	name text NOT NULL,
	kind text NOT NULL,                -- front_door, restricted_desk, assessment, early_help, ...
	email text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE TABLE organisation (
	id text NOT NULL,
	authority_id text NOT NULL,
	kind text NOT NULL,                -- police, school, health, housing, other_partner
	name text NOT NULL,
	email text NOT NULL DEFAULT '',
	phone text NOT NULL DEFAULT '',
	PRIMARY KEY (id, authority_id)
)/*P*/;

-- Who answers by default for each kind of agency: a wait is never without a
-- named owner, even before anybody has taken it.
CREATE TABLE desk_owner (
	agency text NOT NULL,
	authority_id text NOT NULL,
	owner_id text NOT NULL,            -- team, organisation or user
	owner_name text NOT NULL,
	PRIMARY KEY (agency, authority_id)
)/*P*/;

CREATE TABLE user_account (
	id text NOT NULL,
	authority_id text NOT NULL,
	email text NOT NULL,               -- folded to lower case
	name text NOT NULL,
	job text NOT NULL DEFAULT '',
	password_hash text NOT NULL DEFAULT '',  -- argon2id, encoded; '' cannot sign in with a password
	organisation_id text NOT NULL DEFAULT '',
	organisation_kind text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL,
	disabled_at timestamptz,
	expires_at timestamptz,            -- inspectors and other guests
	last_sign_in_at timestamptz,
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE UNIQUE INDEX user_account_email ON user_account (email, authority_id);

CREATE TABLE user_role (
	user_id text NOT NULL,
	authority_id text NOT NULL,
	role text NOT NULL,
	team_id text NOT NULL DEFAULT '',
	begun_at timestamptz NOT NULL,
	ended_at timestamptz,
	PRIMARY KEY (user_id, role, team_id, begun_at, authority_id)
)/*P*/;

-- A member of staff's own family, declared or found: they are never shown it.
CREATE TABLE user_conflict (
	user_id text NOT NULL,
	person_id text NOT NULL,
	authority_id text NOT NULL,
	why text NOT NULL,
	declared_at timestamptz NOT NULL,
	PRIMARY KEY (user_id, person_id, authority_id)
)/*P*/;

-- Sessions hold a hash of the cookie's token, never the token.
CREATE TABLE session (
	token_hash text NOT NULL PRIMARY KEY,
	data bytea NOT NULL,
	expiry timestamptz NOT NULL
);

CREATE INDEX session_expiry ON session (expiry);

-- Failed sign-ins and other rates, by account and by network, hashed.
CREATE TABLE rate (
	name text NOT NULL PRIMARY KEY,
	n bigint NOT NULL,
	since timestamptz NOT NULL,
	last_at timestamptz NOT NULL,
	until_at timestamptz              -- refused until then
);

-- A partner's way in. One key may serve several authorities.
CREATE TABLE door_key (
	id text NOT NULL PRIMARY KEY,
	door text NOT NULL,                -- police
	name text NOT NULL,                -- the force
	secret_hash text NOT NULL,         -- sha256 of the key
	created_at timestamptz NOT NULL,
	disabled_at timestamptz
);

CREATE UNIQUE INDEX door_key_secret ON door_key (secret_hash);

CREATE TABLE door_key_authority (
	key_id text NOT NULL,
	authority_id text NOT NULL,
	organisation_id text NOT NULL,     -- the force as this authority's partner
	first boolean NOT NULL,            -- used when a message does not say for whom it is
	PRIMARY KEY (key_id, authority_id)
)/*P*/;

-- The published threshold document, by version. Decisions store the version.
CREATE TABLE threshold_document (
	version text NOT NULL,
	authority_id text NOT NULL,
	name text NOT NULL,
	from_date date NOT NULL,
	levels text NOT NULL,              -- JSON: [{"level":1,"name":"Universal"}, ...]
	PRIMARY KEY (version, authority_id)
)/*P*/;
