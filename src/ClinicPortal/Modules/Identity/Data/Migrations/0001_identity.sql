CREATE SCHEMA identity;
GRANT USAGE ON SCHEMA identity TO portal_app;

-- Outside row-level security by design: who somebody is must be known before a scope can be. Accounts are global, and
-- memberships say which scope an account gets; secrets are hashes only. Nothing here is about patients.
CREATE TABLE identity.account (
  id uuid PRIMARY KEY,
  user_name text NOT NULL,              -- the e-mail address
  normalized_user_name text COLLATE "C" NOT NULL UNIQUE,
  password_hash text,
  security_stamp text NOT NULL,
  concurrency_stamp text NOT NULL,
  lockout_enabled boolean NOT NULL,
  lockout_end timestamptz,
  access_failed_count int NOT NULL,
  display_name text NOT NULL,
  kana text NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE identity.membership (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES identity.account,
  tenant_id uuid,                       -- none: works on the host of the desk in organisation_id
  organisation_kind text NOT NULL,
  organisation_id uuid NOT NULL,
  organisation_name text NOT NULL,
  role text NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz,
  CHECK ((tenant_id IS NULL) = (organisation_kind IN ('Desk', 'Platform')))
);
CREATE INDEX membership_account ON identity.membership (account_id);

CREATE TABLE identity.session (
  sha256 bytea PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  sign_in_id uuid NOT NULL,
  account_id uuid NOT NULL REFERENCES identity.account,
  membership_id uuid REFERENCES identity.membership,
  host text NOT NULL,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX session_sign_in ON identity.session (sign_in_id) WHERE ended_at IS NULL;

CREATE TABLE identity.handover_code (
  sha256 bytea PRIMARY KEY,
  target_host text NOT NULL,
  challenge text NOT NULL,
  account_id uuid NOT NULL REFERENCES identity.account,
  membership_id uuid NOT NULL REFERENCES identity.membership,
  sign_in_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX handover_code_expires ON identity.handover_code (expires_at);

CREATE TABLE identity.api_key (
  id uuid PRIMARY KEY,
  sha256 bytea NOT NULL UNIQUE,
  account_id uuid REFERENCES identity.account,
  display_name text NOT NULL,
  tenant_id uuid,
  organisation_kind text NOT NULL,
  organisation_id uuid NOT NULL,
  role text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

GRANT SELECT, INSERT, UPDATE ON identity.account, identity.membership, identity.session, identity.api_key TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.handover_code TO portal_app;
