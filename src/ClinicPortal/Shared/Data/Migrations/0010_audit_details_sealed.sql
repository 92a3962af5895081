-- Which fields, which document and why: in words of people, who may have written of an illness.
ALTER TABLE app.audit_entry ADD COLUMN sealed_details bytea;
UPDATE app.audit_entry SET sealed_details = convert_to(jsonb_strip_nulls(jsonb_build_object(
  'fields', CASE WHEN fields <> '{}' THEN to_jsonb(fields) END, 'detail', detail, 'reason', reason))::text, 'UTF8')
  WHERE fields <> '{}' OR detail IS NOT NULL OR reason IS NOT NULL;
ALTER TABLE app.audit_entry DROP COLUMN fields, DROP COLUMN detail, DROP COLUMN reason;
-- seal app.audit_entry.sealed_details
