-- Reports of online consultations (video) and of phone contacts beside those of visits at home. They have no unit, and a case only where one led to them.
ALTER TABLE visits.visit_report ALTER COLUMN case_id DROP NOT NULL, ALTER COLUMN dispatch_id DROP NOT NULL, ADD COLUMN appointment_id uuid,
  ADD CONSTRAINT visit_report_of_one CHECK ((appointment_id IS NULL) = (dispatch_id IS NOT NULL)),
  ADD CONSTRAINT visit_report_case CHECK (appointment_id IS NOT NULL OR case_id IS NOT NULL);
CREATE UNIQUE INDEX visit_report_appointment ON visits.visit_report (tenant_id, appointment_id);

ALTER TABLE visits.home_visit ADD COLUMN kind text NOT NULL DEFAULT 'HomeVisit' CHECK (kind IN ('HomeVisit', 'Video', 'Phone')), ADD COLUMN appointment_id uuid,
  ALTER COLUMN case_id DROP NOT NULL, ALTER COLUMN dispatch_id DROP NOT NULL, ALTER COLUMN unit_name DROP NOT NULL,
  ADD CONSTRAINT home_visit_by_kind CHECK (CASE kind
    WHEN 'HomeVisit' THEN appointment_id IS NULL AND case_id IS NOT NULL AND dispatch_id IS NOT NULL AND unit_name IS NOT NULL
    ELSE appointment_id IS NOT NULL AND dispatch_id IS NULL AND unit_name IS NULL AND departed_at IS NULL END);
ALTER TABLE visits.home_visit ALTER COLUMN kind DROP DEFAULT;
