-- A file between its upload and its confirmation; the content goes when it is imported, or after a day.
CREATE TABLE patients.patient_import (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  file_name text NOT NULL,
  content text,
  uploaded_at timestamptz NOT NULL,
  imported_at timestamptz,
  imported_patients int,
  PRIMARY KEY (tenant_id, id)
);
CALL app.protect('patients.patient_import');
GRANT SELECT, INSERT, UPDATE, DELETE ON patients.patient_import TO portal_app;
