-- The trail and the chronology are added to, never changed. A wait keeps what
-- it began with, and ends once.

CREATE TRIGGER trail_no_update BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;

CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;

CREATE TRIGGER looked_no_update BEFORE UPDATE ON looked BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;

CREATE TRIGGER looked_no_delete BEFORE DELETE ON looked BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;

CREATE TRIGGER chronology_no_update BEFORE UPDATE ON chronology BEGIN SELECT RAISE(ABORT, 'the chronology is append-only'); END;

CREATE TRIGGER chronology_no_delete BEFORE DELETE ON chronology BEGIN SELECT RAISE(ABORT, 'the chronology is append-only'); END;

CREATE TRIGGER wait_no_delete BEFORE DELETE ON wait BEGIN SELECT RAISE(ABORT, 'a wait is ended, never deleted'); END;

CREATE TRIGGER wait_ends_once BEFORE UPDATE ON wait
WHEN OLD.ended_at IS NOT NULL OR NEW.since <> OLD.since OR NEW.due_at <> OLD.due_at OR NEW.begun_at <> OLD.begun_at
	OR NEW.timescale <> OLD.timescale OR NEW.agency <> OLD.agency OR NEW.owner_id <> OLD.owner_id OR NEW.child_id <> OLD.child_id
BEGIN SELECT RAISE(ABORT, 'a wait is ended, never changed'); END;
