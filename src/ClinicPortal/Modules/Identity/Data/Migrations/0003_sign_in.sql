-- Failed sign-ins are counted in identity.throttle: a counter on the account let any stranger lock it.
ALTER TABLE identity.account DROP COLUMN lockout_enabled, DROP COLUMN lockout_end, DROP COLUMN access_failed_count;
ALTER TABLE identity.account ADD COLUMN disabled_at timestamptz;

-- When the person last proved who they are, and with what browser they came; of the sign-in host's session only.
ALTER TABLE identity.session ADD COLUMN proved_at timestamptz, ADD COLUMN user_agent text;

-- Outside row-level security like the account that they belong to.
CREATE TABLE identity.authenticator (
  account_id uuid PRIMARY KEY REFERENCES identity.account,
  secret text NOT NULL,                 -- encrypted under the data-protection keys
  enrolled_at timestamptz NOT NULL,
  last_step bigint NOT NULL             -- the code of this step of time, and of those before it, is used up
);

CREATE TABLE identity.recovery_code (
  account_id uuid NOT NULL REFERENCES identity.account,
  sha256 bytea NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (account_id, sha256)
);

-- A sign-in whose first step succeeded and whose second is still to come.
CREATE TABLE identity.sign_in_attempt (
  sha256 bytea PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES identity.account,
  tries int NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX sign_in_attempt_expires ON identity.sign_in_attempt (expires_at);

-- How often something was tried lately, and from when it may be tried again. Keys are hashes.
CREATE TABLE identity.throttle (
  key bytea PRIMARY KEY,
  tries int NOT NULL,
  open_at timestamptz NOT NULL,
  tried_at timestamptz NOT NULL
);
CREATE INDEX throttle_tried ON identity.throttle (tried_at);

-- Append-only: what happened to an account. A refused sign-in under an address that nobody has is written without one.
CREATE TABLE identity.security_event (
  id uuid PRIMARY KEY,
  account_id uuid REFERENCES identity.account,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  sign_in_id uuid,
  origin text
);
CREATE INDEX security_event_account ON identity.security_event (account_id, at);

GRANT SELECT, INSERT, UPDATE, DELETE ON identity.authenticator, identity.recovery_code, identity.sign_in_attempt, identity.throttle TO portal_app;
GRANT SELECT, INSERT ON identity.security_event TO portal_app;
