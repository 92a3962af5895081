-- An entry says all of it: as what its writer was known, which fields or document, whose patients, from which device, in which request.
-- mac is over the whole entry, under a key that the database does not have: what its owner writes or changes is not the application's.
ALTER TABLE app.audit_entry
  ADD COLUMN organisation_name text,
  ADD COLUMN request_id text,
  ADD COLUMN patient_ids uuid[] NOT NULL DEFAULT '{}',
  ADD COLUMN fields text[] NOT NULL DEFAULT '{}',
  ADD COLUMN detail text,
  ADD COLUMN break_glass boolean NOT NULL DEFAULT false,
  ADD COLUMN agent text,
  ADD COLUMN mac bytea NOT NULL DEFAULT '',
  ADD COLUMN key_id text COLLATE "C" NOT NULL DEFAULT '';

-- Written with the entry, taken away by the linker: whatever commits late is still found, which no mark of how far one has come would promise.
CREATE TABLE app.audit_unlinked (
  tenant_id uuid NOT NULL,
  at timestamptz NOT NULL,
  entry_id uuid NOT NULL,
  queued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, at, entry_id)
);
CALL app.protect('app.audit_unlinked');
GRANT SELECT, INSERT, DELETE ON app.audit_unlinked TO portal_app;

-- The chain of each tenant: mac is over the link before and the entry, under a key that the database does not have.
CREATE TABLE app.audit_link (
  tenant_id uuid NOT NULL,
  sequence bigint NOT NULL,
  entry_at timestamptz NOT NULL,
  entry_id uuid NOT NULL,
  mac bytea NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, sequence)
);
CALL app.protect('app.audit_link');
GRANT SELECT, INSERT ON app.audit_link TO portal_app;

-- Who looked at this patient, in order of time. Made from the entries by the linker, so that looking costs nothing more.
CREATE TABLE app.audit_patient (
  tenant_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  at timestamptz NOT NULL,
  entry_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, patient_id, at, entry_id)
);
CALL app.protect('app.audit_patient');
GRANT SELECT, INSERT ON app.audit_patient TO portal_app;

INSERT INTO app.audit_unlinked (tenant_id, at, entry_id) SELECT tenant_id, at, id FROM app.audit_entry;
