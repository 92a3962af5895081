-- The duty rota: units and who is on them when.
CREATE SCHEMA roster;
GRANT USAGE ON SCHEMA roster TO portal_app;

-- Trusted since PostgreSQL 13: the database's owner may install it. It lets an exclusion constraint compare ids for equality.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE roster.unit (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  phone text,
  base_name text NOT NULL,
  latitude double precision NOT NULL,
  longitude double precision NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CALL app.protect('roster.unit');
GRANT SELECT, INSERT ON roster.unit TO portal_app;

CREATE TABLE roster.shift (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  unit_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  doctor_account_id uuid NOT NULL,
  doctor_name text NOT NULL,
  driver_account_id uuid,
  driver_name text,
  employer_name text NOT NULL,
  employer_code text NOT NULL,
  performs_as text NOT NULL CHECK (performs_as IN ('PrimaryClinic', 'Partner')),
  partner_name text,
  partner_code text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES roster.unit (tenant_id, id),
  CHECK (starts_at < ends_at),
  CHECK ((driver_account_id IS NULL) = (driver_name IS NULL)),
  CHECK ((performs_as = 'Partner') = (partner_name IS NOT NULL) AND (partner_name IS NULL) = (partner_code IS NULL)),
  -- Without the tenant on purpose: a doctor's time is exclusive across associations, and constraints see past row-level security.
  CONSTRAINT shift_doctor_once EXCLUDE USING gist (doctor_account_id WITH =, tstzrange(starts_at, ends_at) WITH &&),
  CONSTRAINT shift_unit_once EXCLUDE USING gist (tenant_id WITH =, unit_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
);
CREATE INDEX shift_ends_at ON roster.shift (tenant_id, ends_at);
CALL app.protect('roster.shift');
GRANT SELECT, INSERT ON roster.shift TO portal_app;
