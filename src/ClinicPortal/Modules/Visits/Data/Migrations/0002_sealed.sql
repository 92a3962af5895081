-- What a report says, and what a visit has of its case in words, is encrypted. Sealing it anew with another key, which only the tables' owner does,
-- is no change of a submitted report; nothing else may be done to one.
CREATE OR REPLACE FUNCTION visits.keep_submitted_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'Submitted' AND NOT (
    current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
    AND to_jsonb(OLD) - 'sealed_content' = to_jsonb(NEW) - 'sealed_content') THEN
    RAISE EXCEPTION 'a submitted report is never changed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

ALTER TABLE visits.visit_report ADD COLUMN sealed_content bytea;
UPDATE visits.visit_report SET sealed_content = convert_to(jsonb_strip_nulls(jsonb_build_object(
  'vitals', jsonb_build_object('temperature', temperature, 'systolic', systolic, 'diastolic', diastolic, 'pulse', pulse, 'respiration', respiration,
    'spO2', spo2, 'consciousness', consciousness),
  'findings', findings, 'treatment', treatment, 'prescription', prescription, 'nextStep', next_step, 'freeText', free_text,
  'endOfLife', end_of_life, 'deathExpected', death_expected, 'timeOfDeath', time_of_death, 'deathConfirmedAt', death_confirmed_at,
  'presentAtDeath', present_at_death))::text, 'UTF8');
ALTER TABLE visits.visit_report ALTER COLUMN sealed_content SET NOT NULL,
  DROP COLUMN temperature, DROP COLUMN systolic, DROP COLUMN diastolic, DROP COLUMN pulse, DROP COLUMN respiration, DROP COLUMN spo2,
  DROP COLUMN consciousness, DROP COLUMN findings, DROP COLUMN treatment, DROP COLUMN prescription, DROP COLUMN next_step, DROP COLUMN free_text,
  DROP COLUMN end_of_life, DROP COLUMN death_expected, DROP COLUMN time_of_death, DROP COLUMN death_confirmed_at, DROP COLUMN present_at_death;
-- seal visits.visit_report.sealed_content

ALTER TABLE visits.home_visit ADD COLUMN sealed_told bytea;
UPDATE visits.home_visit SET sealed_told = convert_to(jsonb_strip_nulls(jsonb_build_object(
  'complaint', complaint, 'address', patient_address, 'requestedBy', requested_by))::text, 'UTF8');
ALTER TABLE visits.home_visit ALTER COLUMN sealed_told SET NOT NULL,
  DROP COLUMN complaint, DROP COLUMN patient_address, DROP COLUMN requested_by;
-- seal visits.home_visit.sealed_told
