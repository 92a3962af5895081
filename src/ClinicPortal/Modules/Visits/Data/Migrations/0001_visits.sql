-- Visits and their reports.
CREATE SCHEMA visits;
GRANT USAGE ON SCHEMA visits TO portal_app;

CREATE TABLE visits.visit_report (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  dispatch_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('Draft', 'Submitted')),
  temperature numeric(3,1),
  systolic int,
  diastolic int,
  pulse int,
  respiration int,
  spo2 int,
  consciousness text,
  findings text,
  treatment text,
  prescription text,
  next_step text,
  free_text text,
  end_of_life boolean NOT NULL,
  death_expected boolean,
  time_of_death timestamptz,
  death_confirmed_at timestamptz,
  present_at_death text,
  author_id uuid NOT NULL,
  author_name text NOT NULL,
  saved_at timestamptz NOT NULL,
  submitted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK ((state = 'Submitted') = (submitted_at IS NOT NULL)),
  CHECK (state = 'Draft' OR (findings IS NOT NULL AND treatment IS NOT NULL AND next_step IS NOT NULL)),
  CHECK (state = 'Draft' OR end_of_life = (time_of_death IS NOT NULL))
);
CREATE UNIQUE INDEX visit_report_dispatch ON visits.visit_report (tenant_id, dispatch_id);
CREATE INDEX visit_report_submitted ON visits.visit_report (tenant_id, submitted_at);
CALL app.protect('visits.visit_report');
GRANT SELECT, INSERT, UPDATE ON visits.visit_report TO portal_app;

-- What a clinic has been told stays as it was told, whatever the application does.
CREATE FUNCTION visits.keep_submitted_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'Submitted' THEN
    RAISE EXCEPTION 'a submitted report is never changed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_submitted BEFORE UPDATE ON visits.visit_report
  FOR EACH ROW EXECUTE FUNCTION visits.keep_submitted_report();

-- Written once, with the report's submission: no UPDATE, no DELETE.
CREATE TABLE visits.home_visit (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  report_id uuid NOT NULL,
  case_id uuid NOT NULL,
  case_number text NOT NULL,
  night date NOT NULL,
  received_at timestamptz NOT NULL,
  complaint text,
  patient_id uuid,
  patient_name text,
  patient_kana text,
  patient_birth_date date,
  patient_sex text,
  patient_address text,
  primary_clinic_id uuid,
  primary_clinic_name text,
  secondary_clinic_id uuid,
  facility_id uuid,
  performing_name text NOT NULL,
  performing_code text NOT NULL,
  employing_name text NOT NULL,
  employing_code text NOT NULL,
  claiming_name text NOT NULL,
  claiming_code text NOT NULL,
  dispatch_id uuid NOT NULL,
  doctor_id uuid NOT NULL,
  doctor_name text NOT NULL,
  unit_name text NOT NULL,
  requested_by text,
  deciding_doctor_id uuid,
  deciding_doctor_name text,
  decided_at timestamptz,
  departed_at timestamptz,
  arrived_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, report_id) REFERENCES visits.visit_report (tenant_id, id)
);
CREATE UNIQUE INDEX home_visit_report ON visits.home_visit (tenant_id, report_id);
CREATE INDEX home_visit_clinic ON visits.home_visit (tenant_id, primary_clinic_id, id);
CALL app.protect('visits.home_visit');
GRANT SELECT, INSERT ON visits.home_visit TO portal_app;

CREATE TABLE visits.report_receipt (
  tenant_id uuid NOT NULL,
  report_id uuid NOT NULL,
  account_id uuid NOT NULL,
  account_name text NOT NULL,
  clinic_id uuid NOT NULL,
  read_at timestamptz NOT NULL,
  acknowledged_at timestamptz,
  PRIMARY KEY (tenant_id, report_id, account_id),
  FOREIGN KEY (tenant_id, report_id) REFERENCES visits.visit_report (tenant_id, id)
);
CALL app.protect('visits.report_receipt');
GRANT SELECT, INSERT, UPDATE (acknowledged_at) ON visits.report_receipt TO portal_app;
