-- Where patients live and what their charts say is encrypted: a copy of the database does not tell it. The lines that begin with "seal" are read
-- by the migrator, which encrypts what the column holds so far.
ALTER TABLE patients.patient ADD COLUMN sealed_place bytea, ADD COLUMN sealed_chart bytea;
UPDATE patients.patient SET
  sealed_place = convert_to(jsonb_strip_nulls(jsonb_build_object(
    'address', address, 'townName', town_name, 'latitude', latitude, 'longitude', longitude, 'room', room))::text, 'UTF8'),
  sealed_chart = convert_to(chart::text, 'UTF8');
ALTER TABLE patients.patient ALTER COLUMN sealed_place SET NOT NULL, ALTER COLUMN sealed_chart SET NOT NULL,
  DROP COLUMN address, DROP COLUMN town_name, DROP COLUMN latitude, DROP COLUMN longitude, DROP COLUMN room, DROP COLUMN chart;
-- seal patients.patient.sealed_place
-- seal patients.patient.sealed_chart

ALTER TABLE patients.patient_import ADD COLUMN sealed_content bytea;
UPDATE patients.patient_import SET sealed_content = convert_to(content, 'UTF8');
ALTER TABLE patients.patient_import DROP COLUMN content;
-- seal patients.patient_import.sealed_content
