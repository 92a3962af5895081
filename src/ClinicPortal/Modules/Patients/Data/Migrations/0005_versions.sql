-- What was registered of a patient before each change, encrypted as the chart is; its earlier text must stay readable.
CREATE TABLE patients.patient_version (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  patient_id uuid NOT NULL,
  replaced_at timestamptz NOT NULL,
  replaced_by uuid NOT NULL,
  replaced_by_name text NOT NULL,
  role text NOT NULL,
  changed text[] NOT NULL,
  sealed_fields bytea NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, patient_id) REFERENCES patients.patient (tenant_id, id)
);
CREATE INDEX patient_version_patient ON patients.patient_version (tenant_id, patient_id, replaced_at);
CALL app.protect('patients.patient_version');
GRANT SELECT, INSERT ON patients.patient_version TO portal_app;

-- That a patient was told who looked at the chart, under which number and why.
CREATE TABLE patients.look_sheet_issue (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  patient_id uuid NOT NULL,
  number text NOT NULL,
  from_day date NOT NULL,
  until_day date NOT NULL,
  reason text NOT NULL,
  issued_by uuid NOT NULL,
  issued_by_name text NOT NULL,
  issued_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id, patient_id) REFERENCES patients.patient (tenant_id, id)
);
CALL app.protect('patients.look_sheet_issue');
GRANT SELECT, INSERT ON patients.look_sheet_issue TO portal_app;
