-- A consultation that came of an appointment has no case; case_number then has the appointment's number.
ALTER TABLE billing.invoice_line ALTER COLUMN case_id DROP NOT NULL;
