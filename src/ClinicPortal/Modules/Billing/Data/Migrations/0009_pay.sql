-- 報酬: pay sheets of doctors and drivers, computed anew until they are approved, and from then on unchangeable.

CREATE TABLE billing.pay_run (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  month date NOT NULL CHECK (date_trunc('month', month::timestamp) = month::timestamp),
  attempt uuid NOT NULL,
  started_by text NOT NULL,
  started_at timestamptz NOT NULL,
  computed int NOT NULL,
  sheets int NOT NULL,
  visits_without_shift int NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX pay_run_month ON billing.pay_run (tenant_id, month);
CALL app.protect('billing.pay_run');
GRANT SELECT, INSERT, UPDATE ON billing.pay_run TO portal_app;

CREATE TABLE billing.pay_sheet (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  person_id uuid NOT NULL,
  person_name text NOT NULL,
  role text NOT NULL CHECK (role IN ('Doctor', 'Driver')),
  employer_name text NOT NULL,
  employer_code text NOT NULL,
  month date NOT NULL CHECK (date_trunc('month', month::timestamp) = month::timestamp),
  kind text NOT NULL CHECK (kind IN ('Salary', 'Contract')),
  registration_number text,
  status text NOT NULL CHECK (status IN ('Draft', 'InReview', 'Approved', 'Paid')),
  lines_yen bigint NOT NULL,
  adjustments_yen bigint NOT NULL,
  tax_yen bigint NOT NULL CHECK (tax_yen = 0 OR kind = 'Contract'),
  deductions_yen bigint NOT NULL CHECK (deductions_yen <= 0),
  total_yen bigint NOT NULL CHECK (total_yen = lines_yen + adjustments_yen + tax_yen + deductions_yen),
  worked_minutes int NOT NULL,
  overtime_minutes int NOT NULL,
  shift_count int NOT NULL,
  visit_count int NOT NULL,
  open_shifts int NOT NULL,
  has_no_rate boolean NOT NULL,
  tables jsonb NOT NULL,
  computed_at timestamptz NOT NULL,
  adjusted_by_id uuid,
  approved_by_id uuid,
  approved_by text,
  approved_at timestamptz,
  sha256 bytea,
  paid_on date,
  PRIMARY KEY (tenant_id, id),
  CHECK ((status IN ('Approved', 'Paid')) = (approved_by_id IS NOT NULL AND approved_by IS NOT NULL AND approved_at IS NOT NULL AND sha256 IS NOT NULL)),
  CHECK ((status = 'Paid') = (paid_on IS NOT NULL)),
  -- Four eyes; and nothing is approved that is not known or not owed.
  CHECK (status NOT IN ('Approved', 'Paid') OR (open_shifts = 0 AND NOT has_no_rate AND total_yen >= 0 AND adjusted_by_id IS DISTINCT FROM approved_by_id))
);
CREATE UNIQUE INDEX pay_sheet_once ON billing.pay_sheet (tenant_id, month, person_id, role, employer_code);
CREATE INDEX pay_sheet_person ON billing.pay_sheet (tenant_id, person_id, month);
CREATE INDEX pay_sheet_unpaid ON billing.pay_sheet (tenant_id, id) WHERE status = 'Approved';
CALL app.protect('billing.pay_sheet');
GRANT SELECT, INSERT, UPDATE ON billing.pay_sheet TO portal_app;

CREATE TABLE billing.pay_line (
  tenant_id uuid NOT NULL,
  sheet_id uuid NOT NULL,
  position int NOT NULL,
  kind text NOT NULL,
  corrects date,
  quantity int NOT NULL,
  unit_yen int NOT NULL,
  percent int NOT NULL,
  amount_yen bigint NOT NULL,
  PRIMARY KEY (tenant_id, sheet_id, position),
  FOREIGN KEY (tenant_id, sheet_id) REFERENCES billing.pay_sheet
);
CREATE INDEX pay_line_corrects ON billing.pay_line (tenant_id, corrects) WHERE corrects IS NOT NULL;
CALL app.protect('billing.pay_line');
GRANT SELECT, INSERT, DELETE ON billing.pay_line TO portal_app;

CREATE TABLE billing.pay_sheet_shift (
  tenant_id uuid NOT NULL,
  sheet_id uuid NOT NULL,
  attendance_id uuid NOT NULL,
  revision bigint NOT NULL,
  unit_name text NOT NULL,
  day date NOT NULL,
  began_at timestamptz NOT NULL,
  ended_at timestamptz,
  break_minutes int NOT NULL,
  worked_minutes int NOT NULL,
  deep_night_minutes int NOT NULL,
  overtime_minutes int NOT NULL,
  rest_day_minutes int NOT NULL,
  holiday_minutes int NOT NULL,
  visit_count int NOT NULL,
  PRIMARY KEY (tenant_id, sheet_id, attendance_id),
  FOREIGN KEY (tenant_id, sheet_id) REFERENCES billing.pay_sheet
);
CALL app.protect('billing.pay_sheet_shift');
GRANT SELECT, INSERT, DELETE ON billing.pay_sheet_shift TO portal_app;

CREATE TABLE billing.pay_adjustment (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  sheet_id uuid NOT NULL,
  is_deduction boolean NOT NULL,
  amount_yen bigint NOT NULL CHECK (amount_yen <> 0),
  reason text NOT NULL,
  by_id uuid NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, sheet_id) REFERENCES billing.pay_sheet
);
CREATE INDEX pay_adjustment_of ON billing.pay_adjustment (tenant_id, sheet_id);
CALL app.protect('billing.pay_adjustment');
GRANT SELECT, INSERT ON billing.pay_adjustment TO portal_app;

CREATE TABLE billing.pay_event (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  sheet_id uuid NOT NULL,
  at timestamptz NOT NULL,
  what text NOT NULL,
  by_name text NOT NULL,
  detail text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, sheet_id) REFERENCES billing.pay_sheet
);
CREATE INDEX pay_event_of ON billing.pay_event (tenant_id, sheet_id, at);
CALL app.protect('billing.pay_event');
GRANT SELECT, INSERT ON billing.pay_event TO portal_app;

-- An approved sheet is paid, or its payment is taken back. Nothing else.
CREATE FUNCTION billing.keep_approved_pay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  free text[] := ARRAY['status', 'paid_on'];
BEGIN
  IF to_jsonb(NEW) - free <> to_jsonb(OLD) - free OR NEW.status NOT IN ('Approved', 'Paid') THEN
    RAISE EXCEPTION 'pay sheet % is approved and does not change', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER pay_sheet_kept BEFORE UPDATE ON billing.pay_sheet
  FOR EACH ROW WHEN (OLD.status IN ('Approved', 'Paid')) EXECUTE FUNCTION billing.keep_approved_pay();

-- Its lines, shifts and adjustments do not change either. The owner deletes books when their years are over; that is the one deletion.
CREATE FUNCTION billing.keep_approved_pay_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_tenant uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.tenant_id ELSE NEW.tenant_id END;
  of_sheet uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.sheet_id ELSE NEW.sheet_id END;
BEGIN
  IF (TG_OP <> 'DELETE' OR NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER'))
    AND EXISTS (SELECT 1 FROM billing.pay_sheet s WHERE s.tenant_id = of_tenant AND s.id = of_sheet AND s.status IN ('Approved', 'Paid')) THEN
    RAISE EXCEPTION 'pay sheet % is approved and does not change', of_sheet USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER pay_line_kept AFTER INSERT OR UPDATE OR DELETE ON billing.pay_line FOR EACH ROW EXECUTE FUNCTION billing.keep_approved_pay_parts();
CREATE TRIGGER pay_sheet_shift_kept AFTER INSERT OR UPDATE OR DELETE ON billing.pay_sheet_shift FOR EACH ROW EXECUTE FUNCTION billing.keep_approved_pay_parts();
CREATE TRIGGER pay_adjustment_kept AFTER INSERT OR UPDATE OR DELETE ON billing.pay_adjustment FOR EACH ROW EXECUTE FUNCTION billing.keep_approved_pay_parts();

-- 給与振込 and 総合振込: a file to the bank. A sheet is in one standing file at a time.
CREATE TABLE billing.pay_file (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('Salary', 'Contract')),
  pay_on date NOT NULL,
  name text NOT NULL,
  count int NOT NULL CHECK (count > 0),
  total_yen bigint NOT NULL CHECK (total_yen > 0),
  sha256 bytea NOT NULL,
  sealed_content bytea NOT NULL,
  by text NOT NULL,
  at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  withdrawn_by text,
  withdraw_reason text,
  PRIMARY KEY (tenant_id, id),
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (withdraw_reason IS NULL))
);
CREATE INDEX pay_file_day ON billing.pay_file (tenant_id, pay_on);
CALL app.protect('billing.pay_file');
GRANT SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by, withdraw_reason) ON billing.pay_file TO portal_app;

CREATE TABLE billing.pay_file_item (
  tenant_id uuid NOT NULL,
  file_id uuid NOT NULL,
  sheet_id uuid NOT NULL,
  amount_yen bigint NOT NULL CHECK (amount_yen > 0),
  standing boolean NOT NULL,
  PRIMARY KEY (tenant_id, file_id, sheet_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES billing.pay_file,
  FOREIGN KEY (tenant_id, sheet_id) REFERENCES billing.pay_sheet
);
CREATE UNIQUE INDEX pay_file_item_once ON billing.pay_file_item (tenant_id, sheet_id) WHERE standing;
CALL app.protect('billing.pay_file_item');
GRANT SELECT, INSERT, UPDATE (standing) ON billing.pay_file_item TO portal_app;
CREATE TRIGGER pay_file_item_falls AFTER UPDATE ON billing.pay_file_item FOR EACH ROW EXECUTE FUNCTION billing.items_only_fall();
