-- Who manages an organisation's people. Where there are members already, whoever was there first begins with it.
ALTER TABLE identity.membership ADD COLUMN administrator boolean NOT NULL DEFAULT false;
CREATE INDEX membership_organisation ON identity.membership (organisation_kind, organisation_id);
UPDATE identity.membership SET administrator = true WHERE id IN (
  SELECT DISTINCT ON (organisation_kind, organisation_id) id FROM identity.membership WHERE valid_until IS NULL
  ORDER BY organisation_kind, organisation_id, role IN ('night-doctor', 'driver', 'clinic-staff'), valid_from, id);
