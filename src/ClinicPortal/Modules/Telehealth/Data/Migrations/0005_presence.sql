-- A node that ends without goodbye leaves its pages' connections behind: each holds only as long as its node renews it.
ALTER TABLE telehealth.participant ADD COLUMN connected_until timestamptz;
CREATE INDEX participant_connected ON telehealth.participant (connected_until) WHERE connection_id IS NOT NULL;

-- The wish of somebody of the waiting list by the clock of the association; null where any time will do.
ALTER TABLE telehealth.waiting_entry ADD COLUMN from_time time, ADD COLUMN until_time time;

-- A clinic that is asked for a time proposes another one.
ALTER TABLE telehealth.outgoing_message DROP CONSTRAINT outgoing_message_kind_check;
ALTER TABLE telehealth.outgoing_message ADD CONSTRAINT outgoing_message_kind_check
  CHECK (kind IN ('JoinLink', 'JoinCode', 'OfferLink', 'OfferCode', 'Reminder', 'Asked', 'Moved', 'Cancelled', 'OtherTime'));

-- What was shown in the room is part of the chart and stays, unless there was no consultation.
GRANT DELETE ON telehealth.room_message TO portal_app;
CREATE FUNCTION telehealth.keep_room_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
    AND (OLD.sealed_photo IS NULL OR NOT EXISTS (
      SELECT 1 FROM telehealth.appointment a
      WHERE a.tenant_id = OLD.tenant_id AND a.id = OLD.appointment_id AND a.status IN ('Cancelled', 'NoShow'))) THEN
    RAISE EXCEPTION 'what was said or shown in a consultation is kept' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER keep_said BEFORE DELETE ON telehealth.room_message FOR EACH ROW EXECUTE FUNCTION telehealth.keep_room_message();
