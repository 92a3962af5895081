CREATE SCHEMA nightdesk;
GRANT USAGE ON SCHEMA nightdesk TO portal_app;

-- One request for help, from the first call to the report that was read.
CREATE TABLE nightdesk.case (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  number text COLLATE "C" NOT NULL,
  night date NOT NULL,
  status text NOT NULL,
  channel text NOT NULL,
  received_at timestamptz NOT NULL,
  opened_by_id uuid NOT NULL,
  opened_by_name text NOT NULL,
  caller_kind text NOT NULL,
  caller_name text,
  caller_phone text,
  complaint text,
  complaint_code text,
  patient_id uuid,
  patient_name text,
  patient_kana text,
  patient_birth_date date,
  patient_sex text,
  patient_phone text,
  patient_address text,
  latitude double precision,
  longitude double precision,
  primary_clinic_id uuid,
  primary_clinic_name text,
  secondary_clinic_id uuid,
  secondary_clinic_name text,
  facility_id uuid,
  facility_name text,
  covered boolean NOT NULL,
  level text,
  level_reason text,
  triaged_at timestamptz,
  triaged_by_name text,
  expected_death boolean NOT NULL DEFAULT false,
  outcome text,
  outcome_reason text,
  requested_by text,
  deciding_doctor_id uuid,
  deciding_doctor_name text,
  decided_at timestamptz,
  closed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number)
);
CALL app.protect('nightdesk.case');
GRANT SELECT, INSERT, UPDATE ON nightdesk.case TO portal_app;
-- The board asks for open cases only: they are few however many nights have passed.
CREATE INDEX case_open ON nightdesk.case (tenant_id, received_at) WHERE closed_at IS NULL;
CREATE INDEX case_by_night ON nightdesk.case (tenant_id, night);
CREATE INDEX case_by_patient ON nightdesk.case (tenant_id, patient_id) WHERE patient_id IS NOT NULL;
CREATE INDEX case_by_clinic ON nightdesk.case (tenant_id, primary_clinic_id, received_at) WHERE primary_clinic_id IS NOT NULL;

-- Who did what when: the case's timeline. Append-only for the application.
CREATE TABLE nightdesk.case_event (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  actor_id uuid NOT NULL,
  actor_name text NOT NULL,
  actor_role text NOT NULL,
  details jsonb NOT NULL,
  PRIMARY KEY (tenant_id, at, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES nightdesk.case (tenant_id, id)
) PARTITION BY RANGE (at);
CREATE INDEX case_event_of_case ON nightdesk.case_event (tenant_id, case_id, at);
CALL app.protect('nightdesk.case_event');
CALL app.ensure_partitions('nightdesk.case_event', 3);
GRANT SELECT, INSERT ON nightdesk.case_event TO portal_app;

-- A unit sent to a case. Who was on it is written down: shifts may change later.
CREATE TABLE nightdesk.dispatch (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  shift_id uuid NOT NULL,
  unit_id uuid NOT NULL,
  unit_name text NOT NULL,
  unit_phone text,
  doctor_id uuid NOT NULL,
  doctor_name text NOT NULL,
  driver_id uuid,
  driver_name text,
  employer_name text NOT NULL,
  employer_code text NOT NULL,
  performs_as text NOT NULL,
  partner_name text,
  partner_code text,
  state text NOT NULL,
  distance_metres int,
  minutes_to_door int,
  offered_at timestamptz NOT NULL,
  answered_at timestamptz,
  decline_reason text,
  departed_at timestamptz,
  arrived_at timestamptz,
  completed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES nightdesk.case (tenant_id, id)
);
CALL app.protect('nightdesk.dispatch');
GRANT SELECT, INSERT, UPDATE ON nightdesk.dispatch TO portal_app;
-- One unit at a time goes to a case.
CREATE UNIQUE INDEX dispatch_one_active ON nightdesk.dispatch (tenant_id, case_id) WHERE state IN ('Offered', 'Accepted', 'Departed', 'Arrived');
CREATE INDEX dispatch_of_doctor ON nightdesk.dispatch (tenant_id, doctor_id, offered_at);
CREATE INDEX dispatch_of_driver ON nightdesk.dispatch (tenant_id, driver_id, offered_at) WHERE driver_id IS NOT NULL;

-- The last number given per night. Drawn in a transaction of its own: a number may be missed, never given twice.
CREATE TABLE nightdesk.night_counter (
  tenant_id uuid NOT NULL,
  night date NOT NULL,
  last int NOT NULL,
  PRIMARY KEY (tenant_id, night)
);
CALL app.protect('nightdesk.night_counter');
GRANT SELECT, INSERT, UPDATE ON nightdesk.night_counter TO portal_app;
