-- A fact about a family is ended or put right, never deleted and never rewritten: what
-- it says stays, and each of its answer, end and correction is given once.

CREATE TRIGGER relationship_no_delete BEFORE DELETE ON relationship FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER relationship_stays BEFORE UPDATE ON relationship FOR EACH ROW
WHEN (NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.other_id IS DISTINCT FROM OLD.other_id OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.since IS DISTINCT FROM OLD.since OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at OR NEW.recorded_by IS DISTINCT FROM OLD.recorded_by OR NEW.contact_id IS DISTINCT FROM OLD.contact_id
	OR (OLD.settled_at IS NOT NULL AND NEW.settled_at IS DISTINCT FROM OLD.settled_at) OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) OR (OLD.replaced_at IS NOT NULL AND NEW.replaced_at IS DISTINCT FROM OLD.replaced_at))
EXECUTE FUNCTION refuse_change();

CREATE TRIGGER household_stay_no_delete BEFORE DELETE ON household_stay FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER household_stay_stays BEFORE UPDATE ON household_stay FOR EACH ROW
WHEN (NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.door IS DISTINCT FROM OLD.door OR NEW.since IS DISTINCT FROM OLD.since OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at OR NEW.recorded_by IS DISTINCT FROM OLD.recorded_by OR NEW.contact_id IS DISTINCT FROM OLD.contact_id
	OR (OLD.settled_at IS NOT NULL AND NEW.settled_at IS DISTINCT FROM OLD.settled_at) OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) OR (OLD.replaced_at IS NOT NULL AND NEW.replaced_at IS DISTINCT FROM OLD.replaced_at))
EXECUTE FUNCTION refuse_change();

CREATE TRIGGER parental_responsibility_no_delete BEFORE DELETE ON parental_responsibility FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER parental_responsibility_stays BEFORE UPDATE ON parental_responsibility FOR EACH ROW
WHEN (NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.holder_id IS DISTINCT FROM OLD.holder_id OR NEW.how IS DISTINCT FROM OLD.how OR NEW.since IS DISTINCT FROM OLD.since OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at OR NEW.recorded_by IS DISTINCT FROM OLD.recorded_by OR NEW.contact_id IS DISTINCT FROM OLD.contact_id
	OR (OLD.settled_at IS NOT NULL AND NEW.settled_at IS DISTINCT FROM OLD.settled_at) OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) OR (OLD.replaced_at IS NOT NULL AND NEW.replaced_at IS DISTINCT FROM OLD.replaced_at))
EXECUTE FUNCTION refuse_change();
