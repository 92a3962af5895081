-- An association's own provider and whom it means are the association's, and behind its walls.
CREATE TABLE identity.outside_provider (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  issuer text NOT NULL,
  client_id text NOT NULL,
  client_secret bytea,                  -- sealed
  domains text[] NOT NULL,
  second_factor_values text[] NOT NULL,
  button_ja text NOT NULL,
  button_en text NOT NULL,
  offered boolean NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
-- One each: two administrators who begin at once do not make two.
CREATE UNIQUE INDEX outside_provider_tenant ON identity.outside_provider (tenant_id);
CALL app.protect('identity.outside_provider');

CREATE TABLE identity.outside_link (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  issuer text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  account_id uuid NOT NULL,
  linked_at timestamptz NOT NULL,
  last_used_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, issuer, subject)
);
CREATE INDEX outside_link_account ON identity.outside_link (tenant_id, account_id);
CALL app.protect('identity.outside_link');

-- Nonce and PKCE verifier are not here: they follow from the secret in the browser's cookie, of which this has the hash.
CREATE TABLE identity.outside_request (
  tenant_id uuid NOT NULL,
  state_sha256 bytea NOT NULL,
  browser_sha256 bytea NOT NULL,
  issuer text NOT NULL,
  asked text NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (tenant_id, state_sha256)
);
CALL app.protect('identity.outside_request');

GRANT SELECT, INSERT, UPDATE ON identity.outside_provider TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.outside_link, identity.outside_request TO portal_app;

-- A sign-in by an association's provider opens that association's places only.
ALTER TABLE identity.session ADD COLUMN only_tenant_id uuid;
ALTER TABLE identity.sign_in_attempt ADD COLUMN only_tenant_id uuid;
