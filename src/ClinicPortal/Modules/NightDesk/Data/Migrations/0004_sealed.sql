-- What callers said, what was decided for which reason and where the patient lives is encrypted; the timeline's details and a unit's reason to decline, too.
ALTER TABLE nightdesk.case ADD COLUMN sealed_told bytea;
UPDATE nightdesk.case SET sealed_told = convert_to(jsonb_strip_nulls(jsonb_build_object(
  'callerName', caller_name, 'callerPhone', caller_phone, 'complaint', complaint, 'complaintCode', complaint_code,
  'address', patient_address, 'latitude', latitude, 'longitude', longitude,
  'levelReason', level_reason, 'expectedDeath', expected_death, 'outcomeReason', outcome_reason, 'requestedBy', requested_by))::text, 'UTF8');
ALTER TABLE nightdesk.case ALTER COLUMN sealed_told SET NOT NULL,
  DROP COLUMN caller_name, DROP COLUMN caller_phone, DROP COLUMN complaint, DROP COLUMN complaint_code,
  DROP COLUMN patient_address, DROP COLUMN latitude, DROP COLUMN longitude,
  DROP COLUMN level_reason, DROP COLUMN expected_death, DROP COLUMN outcome_reason, DROP COLUMN requested_by;
-- seal nightdesk.case.sealed_told

ALTER TABLE nightdesk.case_event ADD COLUMN sealed_details bytea;
UPDATE nightdesk.case_event SET sealed_details = convert_to(details::text, 'UTF8');
ALTER TABLE nightdesk.case_event ALTER COLUMN sealed_details SET NOT NULL, DROP COLUMN details;
-- seal nightdesk.case_event.sealed_details

ALTER TABLE nightdesk.dispatch ADD COLUMN sealed_decline_reason bytea;
UPDATE nightdesk.dispatch SET sealed_decline_reason = convert_to(decline_reason, 'UTF8');
ALTER TABLE nightdesk.dispatch DROP COLUMN decline_reason;
-- seal nightdesk.dispatch.sealed_decline_reason
