CREATE SCHEMA coverage;
GRANT USAGE ON SCHEMA coverage TO portal_app;

-- One subscription a clinic at a time: the night of ends_on is itself covered.
CREATE TABLE coverage.cover_subscription (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  plan text NOT NULL,
  starts_on date NOT NULL,
  ends_on date,
  patients_covered int NOT NULL CHECK (patients_covered >= 0),
  PRIMARY KEY (tenant_id, id),
  CHECK (ends_on IS NULL OR ends_on >= starts_on)
);
CALL app.protect('coverage.cover_subscription');
GRANT SELECT, INSERT, UPDATE ON coverage.cover_subscription TO portal_app;

CREATE INDEX cover_subscription_clinic ON coverage.cover_subscription (tenant_id, clinic_id, starts_on);
-- For the exclusion constraint; part of the contrib modules of every PostgreSQL the portal starts.
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE coverage.cover_subscription ADD CONSTRAINT cover_subscription_once
  EXCLUDE USING gist (tenant_id WITH =, clinic_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&);
