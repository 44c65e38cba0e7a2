-- A fact about a family is ended or put right, never deleted and never rewritten: what
-- it says stays, and each of its answer, end and correction is given once.

CREATE TRIGGER relationship_no_delete BEFORE DELETE ON relationship BEGIN SELECT RAISE(ABORT, 'a family fact is ended, never deleted'); END;

CREATE TRIGGER relationship_stays BEFORE UPDATE ON relationship
WHEN NEW.person_id IS NOT OLD.person_id OR NEW.other_id IS NOT OLD.other_id OR NEW.kind IS NOT OLD.kind OR NEW.since IS NOT OLD.since OR NEW.recorded_at IS NOT OLD.recorded_at OR NEW.recorded_by IS NOT OLD.recorded_by OR NEW.contact_id IS NOT OLD.contact_id
	OR (OLD.settled_at IS NOT NULL AND NEW.settled_at IS NOT OLD.settled_at) OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at) OR (OLD.replaced_at IS NOT NULL AND NEW.replaced_at IS NOT OLD.replaced_at)
BEGIN SELECT RAISE(ABORT, 'a family fact is ended or put right, never changed'); END;

CREATE TRIGGER household_stay_no_delete BEFORE DELETE ON household_stay BEGIN SELECT RAISE(ABORT, 'a family fact is ended, never deleted'); END;

CREATE TRIGGER household_stay_stays BEFORE UPDATE ON household_stay
WHEN NEW.person_id IS NOT OLD.person_id OR NEW.door IS NOT OLD.door OR NEW.since IS NOT OLD.since OR NEW.recorded_at IS NOT OLD.recorded_at OR NEW.recorded_by IS NOT OLD.recorded_by OR NEW.contact_id IS NOT OLD.contact_id
	OR (OLD.settled_at IS NOT NULL AND NEW.settled_at IS NOT OLD.settled_at) OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at) OR (OLD.replaced_at IS NOT NULL AND NEW.replaced_at IS NOT OLD.replaced_at)
BEGIN SELECT RAISE(ABORT, 'a family fact is ended or put right, never changed'); END;

CREATE TRIGGER parental_responsibility_no_delete BEFORE DELETE ON parental_responsibility BEGIN SELECT RAISE(ABORT, 'a family fact is ended, never deleted'); END;

CREATE TRIGGER parental_responsibility_stays BEFORE UPDATE ON parental_responsibility
WHEN NEW.person_id IS NOT OLD.person_id OR NEW.holder_id IS NOT OLD.holder_id OR NEW.how IS NOT OLD.how OR NEW.since IS NOT OLD.since OR NEW.recorded_at IS NOT OLD.recorded_at OR NEW.recorded_by IS NOT OLD.recorded_by OR NEW.contact_id IS NOT OLD.contact_id
	OR (OLD.settled_at IS NOT NULL AND NEW.settled_at IS NOT OLD.settled_at) OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at) OR (OLD.replaced_at IS NOT NULL AND NEW.replaced_at IS NOT OLD.replaced_at)
BEGIN SELECT RAISE(ABORT, 'a family fact is ended or put right, never changed'); END;
