-- One patient is shared with one partner by one grant at a time, however many are given in the same instant: whoever revokes it has ended
-- what is shared. Of those that were, the last stands.
UPDATE patients.sharing_grant g SET revoked_at = now(), revoked_by_name = 'ClinicPortal', revoked_because = 'ByHand'
WHERE revoked_at IS NULL AND EXISTS (
  SELECT FROM patients.sharing_grant later
  WHERE later.tenant_id = g.tenant_id AND later.patient_id = g.patient_id AND later.grantee_id = g.grantee_id AND later.revoked_at IS NULL
    AND (later.given_at, later.id) > (g.given_at, g.id) AND later.given_at < g.expires_at);
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE patients.sharing_grant ADD CONSTRAINT sharing_grant_one_at_a_time EXCLUDE USING gist (
  tenant_id WITH =, patient_id WITH =, grantee_id WITH =, tstzrange(given_at, expires_at) WITH &&) WHERE (revoked_at IS NULL);
