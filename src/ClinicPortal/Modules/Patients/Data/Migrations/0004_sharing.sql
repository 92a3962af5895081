-- Who may see a patient beyond the relations of care: what the primary clinic shares, and what is opened in an emergency.
-- A grant is never rewritten: it is given once, and at most ended once.
CREATE TABLE patients.sharing_grant (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  patient_id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  clinic_name text NOT NULL,
  grantee_kind text NOT NULL,
  grantee_id uuid NOT NULL,
  grantee_name text NOT NULL,
  summary boolean NOT NULL,
  reports boolean NOT NULL,
  consent_by text NOT NULL,
  consent_how text NOT NULL,
  consent_on date NOT NULL,
  given_at timestamptz NOT NULL,
  given_by_id uuid NOT NULL,
  given_by_name text NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_by_name text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, patient_id) REFERENCES patients.patient (tenant_id, id),
  CHECK (summary OR reports),
  CHECK (expires_at > given_at)
);
CALL app.protect('patients.sharing_grant');
GRANT SELECT, INSERT, UPDATE (revoked_at, revoked_by_name) ON patients.sharing_grant TO portal_app;
CREATE INDEX sharing_grant_grantee ON patients.sharing_grant (tenant_id, grantee_id, patient_id) WHERE revoked_at IS NULL;
CREATE INDEX sharing_grant_patient ON patients.sharing_grant (tenant_id, patient_id);

-- A clinic without a row follows its association: where physicians pair up, the secondary one reads the reports.
CREATE TABLE patients.sharing_rule (
  tenant_id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  reports_to_secondary boolean NOT NULL,
  reports_to_facility boolean NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by_name text NOT NULL,
  PRIMARY KEY (tenant_id, clinic_id)
);
CALL app.protect('patients.sharing_rule');
GRANT SELECT, INSERT, UPDATE ON patients.sharing_rule TO portal_app;

-- 緊急閲覧. What was opened and why is written once; only the secretariat's review is added.
CREATE TABLE patients.break_glass_entry (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  patient_id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  clinic_name text NOT NULL,
  account_id uuid NOT NULL,
  account_name text NOT NULL,
  role text NOT NULL,
  organisation_id uuid NOT NULL,
  reason text NOT NULL,
  explanation text NOT NULL,
  opened_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  review text NOT NULL,
  reviewed_at timestamptz,
  reviewed_by_name text,
  review_note text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, patient_id) REFERENCES patients.patient (tenant_id, id),
  CHECK (ends_at > opened_at)
);
CALL app.protect('patients.break_glass_entry');
GRANT SELECT, INSERT, UPDATE (review, reviewed_at, reviewed_by_name, review_note) ON patients.break_glass_entry TO portal_app;
CREATE INDEX break_glass_entry_account ON patients.break_glass_entry (tenant_id, account_id, patient_id, ends_at);
CREATE INDEX break_glass_entry_clinic ON patients.break_glass_entry (tenant_id, clinic_id, opened_at);
