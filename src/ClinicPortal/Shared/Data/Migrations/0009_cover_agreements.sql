-- What gives a desk scope in an association is an agreement that both have signed. What was taken over from tenants/ counts as
-- signed by that import. Its terms never change: who wants others drafts a new one and revokes this.
ALTER TABLE app.cover_agreement
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN nights int NOT NULL DEFAULT 127,       -- of which weekdays: bit 0 is Monday's
  ADD COLUMN imported_at timestamptz,
  ADD COLUMN text_version text,
  ADD COLUMN drafted_at timestamptz,
  ADD COLUMN drafted_by_name text,
  ADD COLUMN drafted_side text,
  ADD COLUMN association_signed_at timestamptz,
  ADD COLUMN association_signed_by uuid,
  ADD COLUMN association_signed_by_name text,
  ADD COLUMN desk_signed_at timestamptz,
  ADD COLUMN desk_signed_by uuid,
  ADD COLUMN desk_signed_by_name text,
  ADD COLUMN revoked_at timestamptz,
  ADD COLUMN revoked_by_name text,
  ADD COLUMN revoked_side text;
UPDATE app.cover_agreement SET imported_at = now();
ALTER TABLE app.cover_agreement DROP CONSTRAINT cover_agreement_pkey;
ALTER TABLE app.cover_agreement
  ADD PRIMARY KEY (tenant_id, id),
  ADD CHECK (nights BETWEEN 1 AND 127),
  ADD CHECK (imported_at IS NOT NULL OR valid_until IS NOT NULL AND text_version IS NOT NULL AND drafted_at IS NOT NULL);
CREATE INDEX cover_agreement_desk ON app.cover_agreement (desk_id);

-- The application drafts, signs and revokes; it cannot make an imported agreement, nor change the terms of one.
GRANT INSERT (tenant_id, id, desk_id, valid_from, valid_until, nights, text_version, drafted_at, drafted_by_name, drafted_side)
  ON app.cover_agreement TO portal_app;
GRANT UPDATE (association_signed_at, association_signed_by, association_signed_by_name, desk_signed_at, desk_signed_by, desk_signed_by_name,
  revoked_at, revoked_by_name, revoked_side) ON app.cover_agreement TO portal_app;

-- Who did what with an agreement. Append-only.
CREATE TABLE app.cover_agreement_event (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  agreement_id uuid NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  side text NOT NULL,
  actor_id uuid NOT NULL,
  actor_name text NOT NULL,
  text_version text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX cover_agreement_event_of ON app.cover_agreement_event (tenant_id, agreement_id, at);
CALL app.protect('app.cover_agreement_event');
GRANT SELECT, INSERT ON app.cover_agreement_event TO portal_app;
