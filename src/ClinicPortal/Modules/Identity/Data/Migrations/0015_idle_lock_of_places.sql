-- Not desks alone are locked when nobody is at them: which kind of place it is says after how long.
ALTER TABLE identity.session
  ADD COLUMN work_place text NOT NULL DEFAULT 'None',
  ADD COLUMN awake_until timestamptz;   -- its person has a patient at hand until then, at the longest
UPDATE identity.session SET work_place = 'Desk' WHERE locks_when_idle;
ALTER TABLE identity.session DROP COLUMN locks_when_idle;
