-- Takes away what a measurement left: cases with ids of version 7, which are above all of fill.sql's, and what has another actor than
-- fill.sql's old cases.
DELETE FROM nightdesk.case_event WHERE case_id > '01000000-0000-0000-0000-000000000000';
DELETE FROM nightdesk.case WHERE id > '01000000-0000-0000-0000-000000000000';
UPDATE nightdesk.night_counter SET last = 50;
DELETE FROM app.audit_entry WHERE actor_id < '0000000a-0000-0000-0000-000000000000' OR actor_id > '0000000b-0000-0000-0000-000000000000';
TRUNCATE app.audit_unlinked, app.audit_link, app.audit_patient;
DELETE FROM app.idempotency WHERE owner < '0000000a-0000-0000-0000-000000000000' OR owner > '0000000b-0000-0000-0000-000000000000';
