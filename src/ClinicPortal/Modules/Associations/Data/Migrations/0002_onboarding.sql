ALTER TABLE associations.member_clinic
  ADD linked_group text,
  ADD situation text,
  ADD contact_name text,
  ADD contact_email text,
  ADD suspended_from date,
  ADD leaves_on date;

-- What became of a membership and why. Append-only: what was is never rewritten.
CREATE TABLE associations.membership_change (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  kind text NOT NULL,
  effective_on date NOT NULL,
  reason text,
  at timestamptz NOT NULL,
  by_id uuid NOT NULL,
  by_name text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, clinic_id) REFERENCES associations.member_clinic (tenant_id, id)
);
CREATE INDEX membership_change_clinic ON associations.membership_change (tenant_id, clinic_id);
CALL app.protect('associations.membership_change');
GRANT SELECT, INSERT ON associations.membership_change TO portal_app;

-- A file between its upload and its confirmation; the content goes when it is imported, or after a day.
CREATE TABLE associations.member_import (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  file_name text NOT NULL,
  content text,
  uploaded_at timestamptz NOT NULL,
  imported_at timestamptz,
  imported_clinics int,
  PRIMARY KEY (tenant_id, id)
);
CALL app.protect('associations.member_import');
GRANT SELECT, INSERT, UPDATE, DELETE ON associations.member_import TO portal_app;
