-- Who consented to sharing is a relative of the patient's, and why a record was opened or asked about is a piece of the patient's story:
-- encrypted as the chart is. The lines that begin with "seal" are read by the migrator, which encrypts what the column holds so far.
ALTER TABLE patients.sharing_grant ADD COLUMN sealed_consent_by bytea;
UPDATE patients.sharing_grant SET sealed_consent_by = convert_to(consent_by, 'UTF8');
ALTER TABLE patients.sharing_grant ALTER COLUMN sealed_consent_by SET NOT NULL, DROP COLUMN consent_by;
-- seal patients.sharing_grant.sealed_consent_by

ALTER TABLE patients.break_glass_entry ADD COLUMN sealed_cause bytea, ADD COLUMN sealed_review_note bytea;
UPDATE patients.break_glass_entry SET
  sealed_cause = convert_to(jsonb_build_object('reason', reason, 'explanation', explanation)::text, 'UTF8'),
  sealed_review_note = convert_to(review_note, 'UTF8');
ALTER TABLE patients.break_glass_entry ALTER COLUMN sealed_cause SET NOT NULL, DROP COLUMN reason, DROP COLUMN explanation, DROP COLUMN review_note;
GRANT UPDATE (sealed_review_note) ON patients.break_glass_entry TO portal_app;
-- seal patients.break_glass_entry.sealed_cause
-- seal patients.break_glass_entry.sealed_review_note

ALTER TABLE patients.look_sheet_issue ADD COLUMN sealed_reason bytea;
UPDATE patients.look_sheet_issue SET sealed_reason = convert_to(reason, 'UTF8');
ALTER TABLE patients.look_sheet_issue ALTER COLUMN sealed_reason SET NOT NULL, DROP COLUMN reason;
-- seal patients.look_sheet_issue.sealed_reason
