-- Since when a clinic's checklist stands still, and how far it has been reminded.
CREATE TABLE associations.onboarding_watch (
  tenant_id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  steps_done int NOT NULL,
  since timestamptz NOT NULL,
  reminded_after_days int NOT NULL,
  reminded_at timestamptz,
  PRIMARY KEY (tenant_id, clinic_id),
  FOREIGN KEY (tenant_id, clinic_id) REFERENCES associations.member_clinic (tenant_id, id)
);
CALL app.protect('associations.onboarding_watch');
GRANT SELECT, INSERT, UPDATE ON associations.onboarding_watch TO portal_app;
