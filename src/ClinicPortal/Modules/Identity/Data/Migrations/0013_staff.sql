-- Outside row-level security like the memberships that they lead to and tell of. An invitation's link is not stored: it is
-- made when the mail is, under a key of the nodes, and names the sending, so that an older link stops working.
CREATE TABLE identity.invitation (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  normalized_email text COLLATE "C" NOT NULL,
  tenant_id uuid,
  organisation_kind text NOT NULL,
  organisation_id uuid NOT NULL,
  organisation_name text NOT NULL,
  role text NOT NULL,
  administrator boolean NOT NULL,
  invited_by uuid NOT NULL,
  invited_by_name text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  sending int NOT NULL,
  revoked_at timestamptz,
  accepted_at timestamptz,
  CHECK ((tenant_id IS NULL) = (organisation_kind IN ('Desk', 'Platform')))
);
CREATE INDEX invitation_organisation ON identity.invitation (organisation_kind, organisation_id);
-- One open invitation a person and place: two administrators who invite at once send one mail.
CREATE UNIQUE INDEX invitation_open ON identity.invitation (organisation_kind, organisation_id, normalized_email)
  WHERE accepted_at IS NULL AND revoked_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON identity.invitation TO portal_app;

-- Who changed whose rights in an organisation. Append-only.
CREATE TABLE identity.organisation_event (
  id uuid PRIMARY KEY,
  organisation_kind text NOT NULL,
  organisation_id uuid NOT NULL,
  at timestamptz NOT NULL,
  by_id uuid NOT NULL,
  by_name text NOT NULL,
  kind text NOT NULL,
  subject_id uuid NOT NULL,
  subject text NOT NULL,
  detail text
);
CREATE INDEX organisation_event_latest ON identity.organisation_event (organisation_kind, organisation_id, at DESC);
GRANT SELECT, INSERT ON identity.organisation_event TO portal_app;

ALTER TABLE identity.api_key
  ADD COLUMN prefix text,
  ADD COLUMN read_only boolean NOT NULL DEFAULT false,
  ADD COLUMN created_by_name text;
CREATE INDEX api_key_organisation ON identity.api_key (organisation_kind, organisation_id);
