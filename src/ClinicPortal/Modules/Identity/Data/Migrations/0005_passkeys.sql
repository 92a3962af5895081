-- Outside row-level security like the account that they belong to.
CREATE TABLE identity.passkey (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES identity.account,
  credential_id bytea NOT NULL UNIQUE,
  public_key bytea NOT NULL,
  name text NOT NULL,
  sign_count bigint NOT NULL,
  transports text[] NOT NULL,
  is_user_verified boolean NOT NULL,
  is_backup_eligible boolean NOT NULL,
  is_backed_up boolean NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz
);
CREATE INDEX passkey_account ON identity.passkey (account_id);

-- Challenges that were answered, until they are too old to be answered again.
CREATE TABLE identity.used_challenge (
  sha256 bytea PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
CREATE INDEX used_challenge_expires ON identity.used_challenge (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON identity.passkey TO portal_app;
GRANT SELECT, INSERT, DELETE ON identity.used_challenge TO portal_app;

-- What the list of somebody's devices and the end of all of them look for.
CREATE INDEX session_account ON identity.session (account_id) WHERE ended_at IS NULL;
