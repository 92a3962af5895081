-- The associations' data keys, wrapped under a master key that is not in the database. Deleting an association's makes what they sealed unreadable for good.
CREATE TABLE app.data_key (
  tenant_id uuid NOT NULL,
  version int NOT NULL CHECK (version > 0),
  master_key_id text NOT NULL,
  wrapped bytea NOT NULL,
  created_at timestamptz NOT NULL,
  -- When everything sealed before had been sealed anew with this one; null while a rotation is under way.
  rotated_at timestamptz,
  PRIMARY KEY (tenant_id, version)
);
CALL app.protect('app.data_key');
GRANT SELECT, INSERT ON app.data_key TO portal_app;
