-- How a notice left, in which message, what became of it, and on whose account it was
-- made, so that what is not delivered stays with them.

ALTER TABLE outbox ADD COLUMN bundle text NOT NULL DEFAULT '';      -- id of the notice whose message it went in; '' not put in one yet

ALTER TABLE outbox ADD COLUMN made_by text NOT NULL DEFAULT '';     -- who did what it tells of; 'service', or '' before this was kept

ALTER TABLE outbox ADD COLUMN via text NOT NULL DEFAULT '';         -- mail, notify, webhook, folder, people

ALTER TABLE outbox ADD COLUMN provider_id text NOT NULL DEFAULT ''; -- GOV.UK Notify's id of it

ALTER TABLE outbox ADD COLUMN delivered_at timestamptz;             -- when a receipt said that it arrived; not every way has receipts

CREATE INDEX outbox_waiting ON outbox (authority_id, address) WHERE sent_at IS NULL AND failed_at IS NULL;

CREATE INDEX outbox_bundle ON outbox (bundle, authority_id);

CREATE INDEX outbox_unarrived ON outbox (authority_id, created_at) WHERE sent_at IS NULL;

-- A duty phone: the text of a danger goes there. Staff and partners only.
ALTER TABLE team ADD COLUMN phone text NOT NULL DEFAULT '';

-- Where an agency's own system is told instead of its mailbox. The secrets that sign
-- are worked out from the installation's key and the number, and stand nowhere.
CREATE TABLE webhook (
	id text NOT NULL,
	authority_id text NOT NULL,
	organisation_id text NOT NULL,
	url text NOT NULL,                 -- https only
	instead_of text NOT NULL DEFAULT '', -- the agency's e-mail address, folded to lower case
	number bigint NOT NULL DEFAULT 1,  -- of the secret in force; the one before is valid for some days
	rotated_at timestamptz,
	created_at timestamptz NOT NULL,
	ended_at timestamptz,
	PRIMARY KEY (id, authority_id)
)/*P*/;

CREATE INDEX webhook_authority ON webhook (authority_id, instead_of) WHERE ended_at IS NULL;

-- Who told the person another way, when a notice could not be delivered.
ALTER TABLE outbox ADD COLUMN told_at timestamptz;

ALTER TABLE outbox ADD COLUMN told_by text NOT NULL DEFAULT '';
