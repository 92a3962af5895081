-- オンライン診療: who sees patients by video and when, what was booked, what had to be met before it began, and who was there.
CREATE SCHEMA telehealth;
GRANT USAGE ON SCHEMA telehealth TO portal_app;
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- A doctor as patients are shown one (FHIR Practitioner).
CREATE TABLE telehealth.practitioner (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  name text NOT NULL,
  kana text NOT NULL,
  -- Null where the association's own clinic performs.
  clinic_id uuid,
  institution_name text NOT NULL,
  institution_code text NOT NULL,
  license_number text NOT NULL,
  active boolean NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX practitioner_account ON telehealth.practitioner (tenant_id, account_id);
CALL app.protect('telehealth.practitioner');
GRANT SELECT, INSERT, UPDATE ON telehealth.practitioner TO portal_app;

-- 診療枠: hours that recur every week (RRULE:FREQ=WEEKLY), by the wall clock of the association.
CREATE TABLE telehealth.availability (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  practitioner_id uuid NOT NULL,
  weekday text NOT NULL CHECK (weekday IN ('Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday')),
  starts time NOT NULL,
  ends time NOT NULL,
  valid_from date NOT NULL,
  valid_until date,
  services text[] NOT NULL,
  buffer_minutes int NOT NULL CHECK (buffer_minutes BETWEEN 0 AND 60),
  lead_minutes int NOT NULL CHECK (lead_minutes BETWEEN 0 AND 20160),
  most_per_day int CHECK (most_per_day BETWEEN 1 AND 100),
  room text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, practitioner_id) REFERENCES telehealth.practitioner (tenant_id, id),
  CHECK (starts <> ends),
  CHECK (valid_until IS NULL OR valid_until >= valid_from)
);
CREATE INDEX availability_practitioner ON telehealth.availability (tenant_id, practitioner_id);
CALL app.protect('telehealth.availability');
GRANT SELECT, INSERT, UPDATE, DELETE ON telehealth.availability TO portal_app;

-- Exceptions both ways: hours of one day that are closed (EXDATE) or opened (RDATE).
CREATE TABLE telehealth.availability_exception (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  practitioner_id uuid NOT NULL,
  day date NOT NULL,
  kind text NOT NULL CHECK (kind IN ('Closed', 'Open')),
  -- All day when both are null; only closed ones may be.
  starts time,
  ends time,
  services text[] NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, practitioner_id) REFERENCES telehealth.practitioner (tenant_id, id),
  CHECK ((starts IS NULL) = (ends IS NULL)),
  CHECK (kind = 'Closed' OR starts IS NOT NULL)
);
CREATE INDEX availability_exception_day ON telehealth.availability_exception (tenant_id, practitioner_id, day);
CALL app.protect('telehealth.availability_exception');
GRANT SELECT, INSERT, DELETE ON telehealth.availability_exception TO portal_app;

-- 予約 and the consultation that became of it (FHIR Appointment and Encounter in one row: they are one to one).
CREATE TABLE telehealth.appointment (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  number text NOT NULL,
  status text NOT NULL CHECK (status IN ('Proposed', 'Booked', 'Arrived', 'InProgress', 'Fulfilled', 'Cancelled', 'NoShow')),
  service text NOT NULL,
  first_visit boolean NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  -- With the buffer after it.
  busy_until timestamptz NOT NULL,
  practitioner_id uuid NOT NULL,
  doctor_id uuid NOT NULL,
  doctor_name text NOT NULL,
  performing_clinic_id uuid,
  performing_name text NOT NULL,
  performing_code text NOT NULL,
  room text,
  patient_id uuid NOT NULL,
  patient_name text NOT NULL,
  patient_kana text NOT NULL,
  patient_birth_date date NOT NULL,
  patient_sex text NOT NULL,
  primary_clinic_id uuid NOT NULL,
  primary_clinic_name text NOT NULL,
  secondary_clinic_id uuid,
  facility_id uuid,
  -- The night's case it came from.
  case_id uuid,
  case_number text,
  sealed_told bytea NOT NULL,
  booked_by_id uuid NOT NULL,
  booked_by_name text NOT NULL,
  booked_at timestamptz NOT NULL,
  patient_confirmed_at timestamptz,
  arrived_at timestamptz,
  admitted_at timestamptz,
  ended_at timestamptz,
  mode text NOT NULL CHECK (mode IN ('Video', 'Phone')),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, practitioner_id) REFERENCES telehealth.practitioner (tenant_id, id),
  CHECK (starts_at < ends_at AND ends_at <= busy_until),
  -- Without the tenant on purpose: a doctor's time is exclusive across associations, and constraints see past row-level security.
  CONSTRAINT appointment_doctor_once EXCLUDE USING gist (doctor_id WITH =, tstzrange(starts_at, busy_until) WITH &&)
    WHERE (status IN ('Proposed', 'Booked', 'Arrived', 'InProgress')),
  CONSTRAINT appointment_patient_once EXCLUDE USING gist (tenant_id WITH =, patient_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (status IN ('Proposed', 'Booked', 'Arrived', 'InProgress')),
  CONSTRAINT appointment_room_once EXCLUDE USING gist (tenant_id WITH =, room WITH =, tstzrange(starts_at, busy_until) WITH &&)
    WHERE (room IS NOT NULL AND status IN ('Proposed', 'Booked', 'Arrived', 'InProgress'))
);
CREATE UNIQUE INDEX appointment_number ON telehealth.appointment (tenant_id, number);
CREATE INDEX appointment_doctor ON telehealth.appointment (tenant_id, doctor_id, starts_at);
CREATE INDEX appointment_starts_at ON telehealth.appointment (tenant_id, starts_at);
CREATE INDEX appointment_clinic ON telehealth.appointment (tenant_id, primary_clinic_id, starts_at);
CREATE INDEX appointment_patient ON telehealth.appointment (tenant_id, patient_id, starts_at);
CREATE INDEX appointment_case ON telehealth.appointment (tenant_id, case_id) WHERE case_id IS NOT NULL;
CALL app.protect('telehealth.appointment');
GRANT SELECT, INSERT, UPDATE ON telehealth.appointment TO portal_app;

CREATE TABLE telehealth.appointment_counter (
  tenant_id uuid NOT NULL,
  day date NOT NULL,
  last int NOT NULL,
  PRIMARY KEY (tenant_id, day)
);
CALL app.protect('telehealth.appointment_counter');
GRANT SELECT, INSERT, UPDATE ON telehealth.appointment_counter TO portal_app;

-- Who did what when; append-only for the application.
CREATE TABLE telehealth.appointment_event (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  actor_id uuid NOT NULL,
  actor_name text NOT NULL,
  actor_role text NOT NULL,
  sealed_details bytea,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES telehealth.appointment (tenant_id, id)
);
CREATE INDEX appointment_event_appointment ON telehealth.appointment_event (tenant_id, appointment_id, at);
CALL app.protect('telehealth.appointment_event');
GRANT SELECT, INSERT ON telehealth.appointment_event TO portal_app;

-- Patient, doctor and guests of one consultation. Who has no account comes in by a link of identity.visitor_link, whose subject is the participant.
CREATE TABLE telehealth.participant (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('Patient', 'Doctor', 'Family', 'Nurse', 'Interpreter', 'FacilityStaff', 'OtherGuest')),
  sealed_name bytea NOT NULL,
  language text NOT NULL CHECK (language IN ('ja', 'en')),
  -- Doctors and others with an account.
  account_id uuid,
  state text NOT NULL CHECK (state IN ('Invited', 'Waiting', 'Admitted', 'Left', 'Removed')),
  consented_at timestamptz,
  consent_version text,
  arrived_at timestamptz,
  admitted_at timestamptz,
  left_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES telehealth.appointment (tenant_id, id)
);
CREATE INDEX participant_appointment ON telehealth.participant (tenant_id, appointment_id);
CREATE UNIQUE INDEX participant_one_patient ON telehealth.participant (tenant_id, appointment_id) WHERE role = 'Patient';
CREATE UNIQUE INDEX participant_one_doctor ON telehealth.participant (tenant_id, appointment_id) WHERE role = 'Doctor';
CALL app.protect('telehealth.participant');
GRANT SELECT, INSERT, UPDATE ON telehealth.participant TO portal_app;

-- 開始条件: what was met or bypassed, with the version of the text that was shown and the evidence. The last record of a gate counts.
CREATE TABLE telehealth.gate_record (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  gate text NOT NULL CHECK (gate IN ('Consent', 'PatientIdentity', 'PatientDocument', 'DoctorIdentity', 'Questionnaire', 'CarePlan')),
  outcome text NOT NULL CHECK (outcome IN ('Met', 'Bypassed', 'Reopened')),
  text_version text,
  at timestamptz NOT NULL,
  actor_id uuid NOT NULL,
  actor_name text NOT NULL,
  actor_role text NOT NULL,
  sealed_evidence bytea NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES telehealth.appointment (tenant_id, id)
);
CREATE INDEX gate_record_appointment ON telehealth.gate_record (tenant_id, appointment_id, at);
CALL app.protect('telehealth.gate_record');
GRANT SELECT, INSERT ON telehealth.gate_record TO portal_app;
