CREATE SCHEMA patients;
GRANT USAGE ON SCHEMA patients TO portal_app;

CREATE TABLE patients.patient (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  family_name text NOT NULL,
  given_name text NOT NULL,
  family_kana text NOT NULL,
  given_kana text NOT NULL,
  birth_date date NOT NULL,
  sex text NOT NULL,
  phone text,
  mobile text,
  address text NOT NULL,
  town_name text NOT NULL,
  latitude double precision,
  longitude double precision,
  primary_clinic_id uuid NOT NULL,
  primary_clinic_name text NOT NULL,
  secondary_clinic_id uuid,
  secondary_clinic_name text,
  facility_id uuid,
  facility_name text,
  room text,
  chart_number text,
  chart jsonb NOT NULL,
  search_text text NOT NULL,
  registered_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CALL app.protect('patients.patient');
GRANT SELECT, INSERT, UPDATE ON patients.patient TO portal_app;

CREATE INDEX patient_birth_date ON patients.patient (tenant_id, birth_date);
CREATE INDEX patient_primary_clinic ON patients.patient (tenant_id, primary_clinic_id, family_kana, given_kana);
CREATE INDEX patient_secondary_clinic ON patients.patient (tenant_id, secondary_clinic_id) WHERE secondary_clinic_id IS NOT NULL;
CREATE INDEX patient_facility ON patients.patient (tenant_id, facility_id) WHERE facility_id IS NOT NULL;
CREATE UNIQUE INDEX patient_chart_number ON patients.patient (tenant_id, primary_clinic_id, chart_number) WHERE chart_number IS NOT NULL;

-- What a patient can be found by: every whole name and number (marked ^) and every end of them, asked with ^@, which is
-- leakproof and so may use this index under row-level security, where LIKE and trigrams may not.
CREATE TABLE patients.patient_term (
  tenant_id uuid NOT NULL,
  term text COLLATE "C" NOT NULL,
  patient_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, term, patient_id),
  FOREIGN KEY (tenant_id, patient_id) REFERENCES patients.patient (tenant_id, id)
);
CALL app.protect('patients.patient_term');
GRANT SELECT, INSERT, DELETE ON patients.patient_term TO portal_app;
