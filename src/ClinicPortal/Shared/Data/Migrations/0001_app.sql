-- What every module stands on: scope, tenants, work, idempotency, audit.
CREATE SCHEMA IF NOT EXISTS app;
GRANT USAGE ON SCHEMA app TO portal_app;

-- The tenants this transaction may touch. After RESET the setting is '' and not null.
CREATE FUNCTION app.scope() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT string_to_array(NULLIF(current_setting('app.tenants', true), ''), ',')::uuid[] $$;

-- Every tenant table calls this once. The sub-select makes the scope a one-time InitPlan instead of a call per row.
-- The owner has a policy of its own: FORCE would hide rows from migrations and let a foreign key over orphans pass.
CREATE PROCEDURE app.protect(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY tenant_scope ON %s TO portal_app
    USING (tenant_id = ANY ((SELECT app.scope())::uuid[])) WITH CHECK (tenant_id = ANY ((SELECT app.scope())::uuid[]))', target);
  EXECUTE format('CREATE POLICY owner_all ON %s TO portal_owner USING (true) WITH CHECK (true)', target);
END $$;

-- Monthly partitions of an append-only table, from last month to the given number of months ahead (UTC).
CREATE PROCEDURE app.ensure_partitions(parent regclass, months_ahead int) LANGUAGE plpgsql AS $$
DECLARE
  month date := (date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month')::date;
  name text;
BEGIN
  FOR i IN 0 .. months_ahead + 1 LOOP
    name := parent::text || to_char(month, '_YYYYMM');
    IF to_regclass(name) IS NULL THEN
      EXECUTE format('CREATE TABLE %s PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', name, parent,
        month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    END IF;
    month := (month + interval '1 month')::date;
  END LOOP;
END $$;

-- Outside row-level security by design: the directory that says which scopes there are.
CREATE TABLE app.tenant (
  id uuid PRIMARY KEY,
  identifier text COLLATE "C" NOT NULL UNIQUE,
  created_at timestamptz NOT NULL
);
CREATE TABLE app.tenant_settings (
  tenant_id uuid NOT NULL REFERENCES app.tenant,
  version int NOT NULL,
  settings jsonb NOT NULL,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL,
  applied_by text NOT NULL,
  PRIMARY KEY (tenant_id, version)
);
CREATE TABLE app.desk (
  id uuid PRIMARY KEY,
  identifier text COLLATE "C" NOT NULL UNIQUE,
  settings jsonb NOT NULL
);
CREATE TABLE app.cover_agreement (
  desk_id uuid NOT NULL REFERENCES app.desk,
  tenant_id uuid NOT NULL REFERENCES app.tenant,
  valid_from date NOT NULL,
  valid_until date,
  PRIMARY KEY (desk_id, tenant_id, valid_from)
);
GRANT SELECT ON app.tenant, app.tenant_settings, app.desk, app.cover_agreement TO portal_app;

CREATE TABLE app.data_protection_key (
  name text PRIMARY KEY,
  xml text NOT NULL,
  created_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON app.data_protection_key TO portal_app;

-- Work that must happen: outbox events, deadlines, reminders. Ids only, never clinical text.
CREATE TABLE app.work_item (
  id uuid PRIMARY KEY,
  tenant_id uuid,
  kind text NOT NULL,
  payload jsonb NOT NULL,
  dedupe_key text NOT NULL UNIQUE,
  due_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  last_error text,
  failed_at timestamptz,
  done_at timestamptz
);
CREATE INDEX work_item_due ON app.work_item (due_at) WHERE done_at IS NULL AND failed_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.work_item TO portal_app;

-- What a command answered, under the caller's key. Receipts hold ids, numbers, states and times only.
CREATE TABLE app.idempotency (
  owner uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  request_sha256 bytea NOT NULL,
  status int NOT NULL,
  location text,
  receipt json,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (owner, key)
);
GRANT SELECT, INSERT, DELETE ON app.idempotency TO portal_app;

-- Who looked at or changed what. Append-only for the application.
CREATE TABLE app.audit_entry (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  actor_id uuid NOT NULL,
  actor_name text NOT NULL,
  role text NOT NULL,
  organisation_id uuid,
  session_id uuid,
  action text NOT NULL,
  record_kind text NOT NULL,
  record_ids uuid[] NOT NULL,
  reason text,
  origin text,
  PRIMARY KEY (tenant_id, at, id)
) PARTITION BY RANGE (at);
CREATE INDEX audit_entry_session ON app.audit_entry (tenant_id, session_id, at);
CALL app.protect('app.audit_entry');
CALL app.ensure_partitions('app.audit_entry', 3);
GRANT SELECT, INSERT ON app.audit_entry TO portal_app;
