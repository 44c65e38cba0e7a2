-- The trail and the chronology are added to, never changed. A wait keeps what
-- it began with, and ends once.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'append-only: % on %', TG_OP, TG_TABLE_NAME;
END $$;

CREATE TRIGGER trail_append_only BEFORE UPDATE OR DELETE ON trail FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER looked_append_only BEFORE UPDATE OR DELETE ON looked FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER chronology_append_only BEFORE UPDATE OR DELETE ON chronology FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER wait_no_delete BEFORE DELETE ON wait FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER wait_ends_once BEFORE UPDATE ON wait FOR EACH ROW
WHEN (OLD.ended_at IS NOT NULL OR NEW.since <> OLD.since OR NEW.due_at <> OLD.due_at OR NEW.begun_at <> OLD.begun_at
	OR NEW.timescale <> OLD.timescale OR NEW.agency <> OLD.agency OR NEW.owner_id <> OLD.owner_id OR NEW.child_id <> OLD.child_id)
EXECUTE FUNCTION refuse_change();

CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON trail FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
