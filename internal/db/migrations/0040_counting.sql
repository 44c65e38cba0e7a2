-- The page of figures counts contacts by channel, what referrers asked for, decisions made
-- twice and decisions made in time; a scorecard counts a partner's questions. Each reads
-- the index of what it counts, and no other row.
CREATE INDEX contact_channel ON contact (authority_id, channel, received_at);

CREATE INDEX contact_level ON contact (authority_id, level_asked, id, source_kind) WHERE level_asked <> '';

CREATE INDEX decision_again ON decision (authority_id, decided_at, cites, outcome) WHERE cites <> '';

CREATE INDEX wait_decided ON wait (authority_id, begun_at, ended_at, also_due_at, timescale, ended_how) WHERE timescale = 'contact.decision' AND ended_how = 'met';

DROP INDEX information_request_due;

CREATE INDEX information_request_due ON information_request (authority_id, due_at, organisation_id, asked_at, answered_at, withdrawn_at);
