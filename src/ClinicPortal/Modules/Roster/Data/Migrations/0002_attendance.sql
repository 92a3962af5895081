-- 勤怠: who worked in which shift from when to when, as it stands now. All that it ever said is in its changes.
CREATE TABLE roster.attendance (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  shift_id uuid NOT NULL,
  account_id uuid NOT NULL,
  person_name text NOT NULL,
  role text NOT NULL CHECK (role IN ('Doctor', 'Driver')),
  checked_in_at timestamptz NOT NULL,
  checked_out_at timestamptz,
  break_minutes int NOT NULL CHECK (break_minutes >= 0),
  struck boolean NOT NULL,
  revision int NOT NULL CHECK (revision > 0),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, shift_id) REFERENCES roster.shift (tenant_id, id),
  CHECK (checked_in_at <= checked_out_at),
  CHECK (break_minutes * interval '1 minute' <= checked_out_at - checked_in_at)
);
-- A shift has one doctor and one driver, and each checks in once.
CREATE UNIQUE INDEX attendance_once ON roster.attendance (tenant_id, shift_id, role);
CREATE INDEX attendance_checked_in_at ON roster.attendance (tenant_id, checked_in_at);
CREATE INDEX attendance_account ON roster.attendance (tenant_id, account_id, checked_in_at);
CALL app.protect('roster.attendance');
GRANT SELECT, INSERT ON roster.attendance TO portal_app;
GRANT UPDATE (checked_in_at, checked_out_at, break_minutes, struck, revision) ON roster.attendance TO portal_app;

-- What was noted, by whom, from the first check-in on: only added, so that what was first noted is never lost.
CREATE TABLE roster.attendance_change (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  attendance_id uuid NOT NULL,
  revision int NOT NULL,
  kind text NOT NULL,
  checked_in_at timestamptz NOT NULL,
  checked_out_at timestamptz,
  break_minutes int NOT NULL,
  struck boolean NOT NULL,
  sealed_reason bytea,
  by_id uuid NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, attendance_id) REFERENCES roster.attendance (tenant_id, id)
);
CREATE UNIQUE INDEX attendance_change_revision ON roster.attendance_change (tenant_id, attendance_id, revision);
CALL app.protect('roster.attendance_change');
GRANT SELECT, INSERT ON roster.attendance_change TO portal_app;

-- Nothing changes without its line in the history.
CREATE FUNCTION roster.check_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM roster.attendance_change c
    WHERE c.tenant_id = NEW.tenant_id AND c.attendance_id = NEW.id AND c.revision = NEW.revision
      AND c.checked_in_at = NEW.checked_in_at AND c.checked_out_at IS NOT DISTINCT FROM NEW.checked_out_at
      AND c.break_minutes = NEW.break_minutes AND c.struck = NEW.struck
  ) THEN
    RAISE EXCEPTION 'attendance % was changed without a note of it', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_is_noted';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER attendance_is_noted AFTER INSERT OR UPDATE ON roster.attendance
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION roster.check_attendance();
