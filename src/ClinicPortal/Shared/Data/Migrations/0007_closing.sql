-- The last day of an association's service; from the day after its records are kept and not changed.
ALTER TABLE app.tenant ADD closes_on date, ADD charts_deleted_at timestamptz, ADD books_deleted_at timestamptz;
GRANT UPDATE (closes_on) ON app.tenant TO portal_app;

-- What was handed over to the secretariat: asked for, and complete once the last byte was sent.
CREATE TABLE app.tenant_handover (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  account_name text NOT NULL,
  requested_at timestamptz NOT NULL,
  completed_at timestamptz,
  files int,
  bytes bigint,
  manifest_sha256 text,
  PRIMARY KEY (tenant_id, id)
);
CALL app.protect('app.tenant_handover');
GRANT SELECT, INSERT, UPDATE (completed_at, files, bytes, manifest_sha256) ON app.tenant_handover TO portal_app;

-- That something was deleted, how much of it, and what had been handed over before. It outlives every row of the association.
CREATE TABLE app.tenant_deletion (
  id uuid PRIMARY KEY,
  association_id uuid NOT NULL,
  identifier text NOT NULL,
  kind text NOT NULL,
  rows jsonb NOT NULL,
  manifest_sha256 text NOT NULL,
  deleted_at timestamptz NOT NULL,
  deleted_by text NOT NULL,
  UNIQUE (association_id, kind)
);
GRANT SELECT ON app.tenant_deletion TO portal_app;
