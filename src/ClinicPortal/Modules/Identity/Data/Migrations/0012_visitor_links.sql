-- Links for people without an account. Neither the secret in the link nor the code is here, and the answer that opens it was made
-- under that secret: from this table alone nobody can open or guess anything. Ids only, outside row-level security.
CREATE TABLE identity.visitor_link (
  sha256 bytea PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  tenant_id uuid NOT NULL,
  purpose text NOT NULL,
  subject_id uuid NOT NULL,
  answer bytea NOT NULL,
  created_at timestamptz NOT NULL,
  created_by_name text NOT NULL,
  expires_at timestamptz NOT NULL,
  tries int NOT NULL DEFAULT 0,
  used_at timestamptz,
  pass_sha256 bytea UNIQUE,
  revoked_at timestamptz
);
CREATE INDEX visitor_link_subject ON identity.visitor_link (tenant_id, subject_id, purpose);
CREATE INDEX visitor_link_expires ON identity.visitor_link (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.visitor_link TO portal_app;
