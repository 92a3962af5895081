ALTER TABLE associations.member_clinic ADD payment jsonb;

-- Which text somebody accepted for the clinic, and when. Append-only; a new version of the text asks again.
CREATE TABLE associations.terms_acceptance (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  document text NOT NULL,
  version text NOT NULL,
  sha256 text NOT NULL,
  at timestamptz NOT NULL,
  by_id uuid NOT NULL,
  by_name text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, clinic_id, document, sha256),
  FOREIGN KEY (tenant_id, clinic_id) REFERENCES associations.member_clinic (tenant_id, id)
);
CALL app.protect('associations.terms_acceptance');
GRANT SELECT, INSERT ON associations.terms_acceptance TO portal_app;

-- A step that the clinic says it does not need: nobody else works there, no patient is to be registered yet.
CREATE TABLE associations.step_waiver (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  step text NOT NULL,
  at timestamptz NOT NULL,
  by_id uuid NOT NULL,
  by_name text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, clinic_id, step),
  FOREIGN KEY (tenant_id, clinic_id) REFERENCES associations.member_clinic (tenant_id, id)
);
CALL app.protect('associations.step_waiver');
GRANT SELECT, INSERT ON associations.step_waiver TO portal_app;

-- テスト受電: the clinic asks, the desk calls the registered number and says whether somebody answered.
CREATE TABLE associations.test_call (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  requested_at timestamptz NOT NULL,
  requested_by_id uuid NOT NULL,
  requested_by_name text NOT NULL,
  phone text,
  answered boolean,
  called_at timestamptz,
  called_by_id uuid,
  called_by_name text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, clinic_id) REFERENCES associations.member_clinic (tenant_id, id)
);
-- One request waits at a time.
CREATE UNIQUE INDEX test_call_waiting ON associations.test_call (tenant_id, clinic_id) WHERE called_at IS NULL;
CALL app.protect('associations.test_call');
GRANT SELECT, INSERT, UPDATE ON associations.test_call TO portal_app;
