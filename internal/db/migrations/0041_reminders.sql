-- When who was invited was reminded to answer, and of which time of the discussion.
ALTER TABLE discussion_seat ADD COLUMN reminded_at timestamptz;

ALTER TABLE discussion_seat ADD COLUMN reminded_of timestamptz;

CREATE INDEX discussion_seat_unreminded ON discussion_seat (answer_due) WHERE answered_at IS NULL AND reminded_at IS NULL;

CREATE INDEX discussion_scheduled ON discussion (scheduled_at) WHERE state = 'scheduled';
