-- Outside row-level security like the API keys in whose place they stand: who a machine is must be known before a scope can be. No secrets.
CREATE TABLE identity.trusted_client (
  id uuid PRIMARY KEY,
  display_name text NOT NULL,
  issuer text NOT NULL,
  client_id text NOT NULL,
  subject text NOT NULL,
  tenant_id uuid,
  organisation_kind text NOT NULL,
  organisation_id uuid NOT NULL,
  role text NOT NULL,
  read_only boolean NOT NULL,
  created_by_name text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  last_used_at timestamptz,
  CHECK ((tenant_id IS NULL) = (organisation_kind IN ('Desk', 'Platform')))
);
CREATE INDEX trusted_client_organisation ON identity.trusted_client (organisation_kind, organisation_id);
GRANT SELECT, INSERT, UPDATE ON identity.trusted_client TO portal_app;
