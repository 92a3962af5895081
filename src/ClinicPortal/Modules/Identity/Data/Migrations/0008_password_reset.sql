-- Links that were mailed to who forgot a password; outside row-level security like the account that they belong to.
CREATE TABLE identity.password_reset (
  sha256 bytea PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES identity.account,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX password_reset_account ON identity.password_reset (account_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.password_reset TO portal_app;
