-- Asked for is one time, and the clinic proposes another: who comes answers, not the clinic.
ALTER TABLE telehealth.appointment ADD COLUMN awaits_patient boolean NOT NULL DEFAULT false;
ALTER TABLE telehealth.appointment ADD CONSTRAINT appointment_awaits_patient CHECK (NOT awaits_patient OR status = 'Proposed');

-- Another doctor sees the patient, or nobody can, because a clinic is no member any more.
ALTER TABLE telehealth.outgoing_message DROP CONSTRAINT outgoing_message_kind_check;
ALTER TABLE telehealth.outgoing_message ADD CONSTRAINT outgoing_message_kind_check
  CHECK (kind IN ('JoinLink', 'JoinCode', 'OfferLink', 'OfferCode', 'Reminder', 'Asked', 'Moved', 'Cancelled', 'OtherTime', 'HandedOver', 'ClinicOutside'));
