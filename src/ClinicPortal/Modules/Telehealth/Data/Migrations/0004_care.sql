-- What is written about an online consultation: the plan before it, the note and the prescription of it, and what the patient thought of it.

-- オンライン診療計画: versions, the last that had begun on a day counts.
CREATE TABLE telehealth.care_plan (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  patient_id uuid NOT NULL,
  number int NOT NULL CHECK (number > 0),
  clinic_id uuid NOT NULL,
  author_id uuid NOT NULL,
  author_name text NOT NULL,
  agreed_on date NOT NULL,
  valid_from date NOT NULL,
  valid_until date NOT NULL,
  written_at timestamptz NOT NULL,
  sealed_content bytea NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CHECK (agreed_on <= valid_from AND valid_from <= valid_until)
);
CREATE UNIQUE INDEX care_plan_version ON telehealth.care_plan (tenant_id, patient_id, number);
CALL app.protect('telehealth.care_plan');
GRANT SELECT, INSERT ON telehealth.care_plan TO portal_app;

-- A photo of a document, until somebody has looked at it.
CREATE TABLE telehealth.identity_document (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  content_type text NOT NULL CHECK (content_type IN ('image/jpeg', 'image/png', 'image/webp')),
  sealed_image bytea NOT NULL,
  uploaded_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES telehealth.appointment (tenant_id, id)
);
CREATE INDEX identity_document_appointment ON telehealth.identity_document (tenant_id, appointment_id);
CALL app.protect('telehealth.identity_document');
GRANT SELECT, INSERT, DELETE ON telehealth.identity_document TO portal_app;

-- 薬局, one list for all clinics of the association.
CREATE TABLE telehealth.pharmacy (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  address text NOT NULL,
  phone text NOT NULL,
  fax text,
  email text,
  listed boolean NOT NULL,
  written_by_name text NOT NULL,
  written_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CALL app.protect('telehealth.pharmacy');
GRANT SELECT, INSERT, UPDATE ON telehealth.pharmacy TO portal_app;

CREATE TABLE telehealth.consultation_note (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('Draft', 'Signed')),
  sealed_content bytea NOT NULL,
  author_id uuid NOT NULL,
  author_name text NOT NULL,
  saved_at timestamptz NOT NULL,
  signed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES telehealth.appointment (tenant_id, id),
  CHECK ((state = 'Signed') = (signed_at IS NOT NULL))
);
CREATE UNIQUE INDEX consultation_note_appointment ON telehealth.consultation_note (tenant_id, appointment_id);
CALL app.protect('telehealth.consultation_note');
GRANT SELECT, INSERT, UPDATE ON telehealth.consultation_note TO portal_app;

-- What was signed stays as it was signed, whatever the application does. Sealing it anew with another key, which only the tables' owner does, is no change.
CREATE FUNCTION telehealth.keep_signed_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'Signed' AND NOT (
    current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
    AND to_jsonb(OLD) - 'sealed_content' = to_jsonb(NEW) - 'sealed_content') THEN
    RAISE EXCEPTION 'a signed note is never changed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_signed BEFORE UPDATE ON telehealth.consultation_note FOR EACH ROW EXECUTE FUNCTION telehealth.keep_signed_note();

-- Issued with the note's signature: no UPDATE, no DELETE.
CREATE TABLE telehealth.prescription (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  pharmacy_id uuid,
  sealed_content bytea NOT NULL,
  sha256 bytea NOT NULL CHECK (length(sha256) = 32),
  issued_at timestamptz NOT NULL,
  issued_by_id uuid NOT NULL,
  issued_by_name text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES telehealth.appointment (tenant_id, id),
  FOREIGN KEY (tenant_id, pharmacy_id) REFERENCES telehealth.pharmacy (tenant_id, id)
);
CREATE UNIQUE INDEX prescription_appointment ON telehealth.prescription (tenant_id, appointment_id);
CALL app.protect('telehealth.prescription');
GRANT SELECT, INSERT ON telehealth.prescription TO portal_app;

-- Mails that a prescription waits: each has a link, which opens nothing without birth date and code.
CREATE TABLE telehealth.prescription_notice (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  prescription_id uuid NOT NULL,
  pharmacy_id uuid NOT NULL,
  sealed_address bytea NOT NULL,
  asked_at timestamptz NOT NULL,
  asked_by_name text NOT NULL,
  sent_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, prescription_id) REFERENCES telehealth.prescription (tenant_id, id),
  FOREIGN KEY (tenant_id, pharmacy_id) REFERENCES telehealth.pharmacy (tenant_id, id)
);
CREATE INDEX prescription_notice_prescription ON telehealth.prescription_notice (tenant_id, prescription_id);
CALL app.protect('telehealth.prescription_notice');
GRANT SELECT, INSERT, UPDATE (sent_at) ON telehealth.prescription_notice TO portal_app;

-- 満足度: once per participant.
CREATE TABLE telehealth.consultation_rating (
  tenant_id uuid NOT NULL,
  participant_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  score text NOT NULL CHECK (score IN ('VeryBad', 'Bad', 'Neutral', 'Good', 'VeryGood')),
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, participant_id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES telehealth.appointment (tenant_id, id),
  FOREIGN KEY (tenant_id, participant_id) REFERENCES telehealth.participant (tenant_id, id)
);
CREATE INDEX consultation_rating_appointment ON telehealth.consultation_rating (tenant_id, appointment_id);
CALL app.protect('telehealth.consultation_rating');
GRANT SELECT, INSERT ON telehealth.consultation_rating TO portal_app;
