-- By each of the ways in which somebody but the primary clinic may read a report.
CREATE INDEX home_visit_secondary_clinic ON visits.home_visit (tenant_id, secondary_clinic_id) WHERE secondary_clinic_id IS NOT NULL;
CREATE INDEX home_visit_facility ON visits.home_visit (tenant_id, facility_id) WHERE facility_id IS NOT NULL;
CREATE INDEX home_visit_patient ON visits.home_visit (tenant_id, patient_id) WHERE patient_id IS NOT NULL;
