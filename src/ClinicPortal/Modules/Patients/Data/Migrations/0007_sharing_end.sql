-- Why a grant ended before its day: its clinic ended it, or one of the two left the association.
ALTER TABLE patients.sharing_grant ADD COLUMN revoked_because text;
UPDATE patients.sharing_grant SET revoked_because = 'ByHand' WHERE revoked_at IS NOT NULL;
ALTER TABLE patients.sharing_grant ADD CHECK ((revoked_at IS NULL) = (revoked_because IS NULL));
GRANT UPDATE (revoked_because) ON patients.sharing_grant TO portal_app;
