-- When doctors are taken, in whatever association: ids and times only, so that a time is not shown as free which another association has booked.
-- Outside row-level security by decision; the row follows its appointment and says nothing of whose it is.
CREATE TABLE telehealth.doctor_time (
  appointment_id uuid PRIMARY KEY,
  doctor_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  busy_until timestamptz NOT NULL
);
CREATE INDEX doctor_time_doctor ON telehealth.doctor_time (doctor_id, starts_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON telehealth.doctor_time TO portal_app;

CREATE FUNCTION telehealth.keep_doctor_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM telehealth.doctor_time WHERE appointment_id = OLD.id;
  ELSIF NEW.status IN ('Proposed', 'Booked', 'Arrived', 'InProgress') THEN
    INSERT INTO telehealth.doctor_time (appointment_id, doctor_id, starts_at, busy_until) VALUES (NEW.id, NEW.doctor_id, NEW.starts_at, NEW.busy_until)
    ON CONFLICT (appointment_id) DO UPDATE SET doctor_id = EXCLUDED.doctor_id, starts_at = EXCLUDED.starts_at, busy_until = EXCLUDED.busy_until;
  ELSE
    DELETE FROM telehealth.doctor_time WHERE appointment_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER appointment_doctor_time AFTER INSERT OR UPDATE OF status, doctor_id, starts_at, busy_until OR DELETE ON telehealth.appointment
  FOR EACH ROW EXECUTE FUNCTION telehealth.keep_doctor_time();
INSERT INTO telehealth.doctor_time (appointment_id, doctor_id, starts_at, busy_until)
  SELECT id, doctor_id, starts_at, busy_until FROM telehealth.appointment WHERE status IN ('Proposed', 'Booked', 'Arrived', 'InProgress');

-- キャンセル待ち.
CREATE TABLE telehealth.waiting_entry (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('Waiting', 'Offered', 'Booked', 'Withdrawn', 'Expired')),
  patient_id uuid NOT NULL,
  patient_name text NOT NULL,
  patient_kana text NOT NULL,
  primary_clinic_id uuid NOT NULL,
  secondary_clinic_id uuid,
  facility_id uuid,
  service text NOT NULL,
  -- Null where any doctor will do.
  practitioner_id uuid,
  from_day date NOT NULL,
  until_day date NOT NULL,
  weekdays text[] NOT NULL,
  sealed_told bytea NOT NULL,
  created_by_id uuid NOT NULL,
  created_by_name text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, practitioner_id) REFERENCES telehealth.practitioner (tenant_id, id),
  CHECK (from_day <= until_day)
);
CREATE INDEX waiting_entry_open ON telehealth.waiting_entry (tenant_id, created_at) WHERE state IN ('Waiting', 'Offered');
CALL app.protect('telehealth.waiting_entry');
GRANT SELECT, INSERT, UPDATE ON telehealth.waiting_entry TO portal_app;

CREATE TABLE telehealth.waiting_offer (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  entry_id uuid NOT NULL,
  -- The appointment that holds the time.
  appointment_id uuid NOT NULL,
  practitioner_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('Open', 'Accepted', 'Refused', 'Expired')),
  offered_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  answered_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, entry_id) REFERENCES telehealth.waiting_entry (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES telehealth.appointment (tenant_id, id)
);
-- Nobody is offered the same time twice, and nobody two times at once.
CREATE UNIQUE INDEX waiting_offer_once ON telehealth.waiting_offer (tenant_id, entry_id, practitioner_id, starts_at);
CREATE UNIQUE INDEX waiting_offer_open ON telehealth.waiting_offer (tenant_id, entry_id) WHERE state = 'Open';
CREATE UNIQUE INDEX waiting_offer_appointment ON telehealth.waiting_offer (tenant_id, appointment_id);
CALL app.protect('telehealth.waiting_offer');
GRANT SELECT, INSERT, UPDATE ON telehealth.waiting_offer TO portal_app;

-- Links, codes and reminders on their way to patients.
CREATE TABLE telehealth.outgoing_message (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  key text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('JoinLink', 'JoinCode', 'OfferLink', 'OfferCode', 'Reminder', 'Asked', 'Moved', 'Cancelled')),
  channel text NOT NULL CHECK (channel IN ('Mail', 'Sms', 'Told')),
  link_id uuid,
  sealed_content bytea NOT NULL,
  created_at timestamptz NOT NULL,
  sent_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES telehealth.appointment (tenant_id, id)
);
CREATE UNIQUE INDEX outgoing_message_key ON telehealth.outgoing_message (tenant_id, key);
CREATE INDEX outgoing_message_appointment ON telehealth.outgoing_message (tenant_id, appointment_id);
CALL app.protect('telehealth.outgoing_message');
GRANT SELECT, INSERT, UPDATE ON telehealth.outgoing_message TO portal_app;

-- How often a calendar entry was rewritten (SEQUENCE of RFC 5545).
ALTER TABLE telehealth.appointment ADD COLUMN sequence int NOT NULL DEFAULT 0;
