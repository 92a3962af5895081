-- Invoices: drafted by month, reviewed, issued under numbers without gaps, and from then on unchangeable.

-- As Shared/Money/ConsumptionTax computes it; a test compares the two.
CREATE FUNCTION billing.tax_on(net bigint, rate int, rounding text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sign(net)::bigint * ((abs(net) * rate + CASE rounding WHEN 'Up' THEN 99 WHEN 'Half' THEN 50 ELSE 0 END) / 100)
$$;

-- A month's work for all clinics of the association.
CREATE TABLE billing.invoice_run (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  month date NOT NULL CHECK (date_trunc('month', month::timestamp) = month::timestamp),
  closing_on date NOT NULL,
  status text NOT NULL CHECK (status IN ('Drafting', 'InReview', 'Issuing', 'Issued')),
  started_by text NOT NULL,
  started_at timestamptz NOT NULL,
  drafted int NOT NULL DEFAULT 0,
  issue_on date,
  issued_by text,
  issued int NOT NULL DEFAULT 0,
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK (status NOT IN ('Issuing', 'Issued') OR issue_on IS NOT NULL AND issued_by IS NOT NULL)
);
CREATE UNIQUE INDEX invoice_run_month ON billing.invoice_run (tenant_id, month);
CALL app.protect('billing.invoice_run');
GRANT SELECT, INSERT, UPDATE ON billing.invoice_run TO portal_app;

-- The last number given, by issuer and year. Taken in the transaction that issues: what is rolled back gives its numbers back, so there are no gaps.
CREATE TABLE billing.invoice_number (
  tenant_id uuid NOT NULL,
  registration_number text NOT NULL,
  year int NOT NULL,
  last int NOT NULL CHECK (last > 0),
  PRIMARY KEY (tenant_id, registration_number, year)
);
CALL app.protect('billing.invoice_number');
GRANT SELECT, INSERT, UPDATE ON billing.invoice_number TO portal_app;

-- As people say it: SG-2026-00042. As Domain/Invoice.NumberOf.
CREATE FUNCTION billing.invoice_number_text(prefix text, year int, in_year int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT prefix || '-' || year || '-' || CASE WHEN in_year < 100000 THEN lpad(in_year::text, 5, '0') ELSE in_year::text END
$$;

CREATE TABLE billing.invoice (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  run_id uuid,
  kind text NOT NULL CHECK (kind IN ('Invoice', 'CorrectedInvoice', 'ReturnInvoice')),
  status text NOT NULL CHECK (status IN ('Draft', 'InReview', 'Issued', 'Void')),
  left_out boolean NOT NULL DEFAULT false,
  clinic_id uuid NOT NULL,
  clinic_name text NOT NULL,
  clinic_address text NOT NULL,
  month date NOT NULL,
  supply_from date NOT NULL,
  supply_until date NOT NULL,
  line_count int NOT NULL CHECK (line_count > 0),
  net10_yen bigint NOT NULL,
  tax10_yen bigint NOT NULL,
  net8_yen bigint NOT NULL,
  tax8_yen bigint NOT NULL,
  exempt_yen bigint NOT NULL,
  outside_scope_yen bigint NOT NULL,
  total_yen bigint NOT NULL CHECK (total_yen = net10_yen + tax10_yen + net8_yen + tax8_yen + exempt_yen + outside_scope_yen),
  tax_rounding text NOT NULL,
  number text,
  number_year int,
  number_in_year int,
  issuer jsonb,
  issued_on date,
  due_on date,
  issued_at timestamptz,
  issued_by text,
  original_id uuid,
  replaced_by_id uuid,
  reason text,
  note text,
  voided_at timestamptz,
  voided_by text,
  void_reason text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES billing.invoice_run (tenant_id, id),
  FOREIGN KEY (tenant_id, original_id) REFERENCES billing.invoice (tenant_id, id),
  CHECK (supply_from <= supply_until),
  -- Numbered, dated and complete if, and only if, it was issued; a void one keeps all of that.
  CHECK ((status IN ('Issued', 'Void')) = (number IS NOT NULL AND number_year IS NOT NULL AND number_in_year IS NOT NULL
    AND issuer IS NOT NULL AND issued_on IS NOT NULL AND issued_at IS NOT NULL AND issued_by IS NOT NULL)),
  CHECK ((status = 'Void') = (voided_at IS NOT NULL AND voided_by IS NOT NULL AND void_reason IS NOT NULL)),
  CHECK ((kind = 'Invoice') = (original_id IS NULL)),
  CHECK (kind = 'Invoice' OR reason IS NOT NULL)
);
CREATE UNIQUE INDEX invoice_numbered ON billing.invoice (tenant_id, number);
CREATE UNIQUE INDEX invoice_counted ON billing.invoice (tenant_id, (issuer ->> 'registrationNumber'), number_year, number_in_year);
CREATE INDEX invoice_of_run ON billing.invoice (tenant_id, run_id, status);
CREATE INDEX invoice_of_clinic ON billing.invoice (tenant_id, clinic_id, issued_on);
CREATE INDEX invoice_issued ON billing.invoice (tenant_id, issued_on, total_yen);
CREATE INDEX invoice_replaced ON billing.invoice (tenant_id, original_id) WHERE original_id IS NOT NULL;
CALL app.protect('billing.invoice');
GRANT SELECT, INSERT, UPDATE, DELETE ON billing.invoice TO portal_app;

-- What is on an invoice: a line as it was written, or what a correction says instead of it. A line is on one standing document at a time.
CREATE TABLE billing.invoice_item (
  tenant_id uuid NOT NULL,
  invoice_id uuid NOT NULL,
  position int NOT NULL,
  line_id uuid,
  standing boolean NOT NULL,
  supplied_on date,
  description text,
  reference text,
  quantity int,
  unit_yen int,
  amount_yen int,
  tax_category text,
  PRIMARY KEY (tenant_id, invoice_id, position),
  FOREIGN KEY (tenant_id, invoice_id) REFERENCES billing.invoice (tenant_id, id),
  CHECK (line_id IS NOT NULL OR description IS NOT NULL),
  CHECK (description IS NULL AND amount_yen IS NULL AND quantity IS NULL AND unit_yen IS NULL AND tax_category IS NULL AND supplied_on IS NULL
    OR description IS NOT NULL AND quantity IS NOT NULL AND unit_yen IS NOT NULL AND tax_category IS NOT NULL AND supplied_on IS NOT NULL
      AND amount_yen = quantity * unit_yen)
);
CREATE UNIQUE INDEX invoice_item_once ON billing.invoice_item (tenant_id, line_id) WHERE standing;
CALL app.protect('billing.invoice_item');
GRANT SELECT, INSERT, DELETE, UPDATE (standing) ON billing.invoice_item TO portal_app;

-- Lines that are on no standing invoice: what the next run takes, found without looking at those of all years.
CREATE TABLE billing.open_line (
  tenant_id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  night date NOT NULL,
  line_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, clinic_id, night, line_id)
);
CALL app.protect('billing.open_line');
GRANT SELECT, INSERT, DELETE ON billing.open_line TO portal_app;
INSERT INTO billing.open_line (tenant_id, clinic_id, night, line_id) SELECT tenant_id, clinic_id, night, id FROM billing.invoice_line;

CREATE FUNCTION billing.open_new_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO billing.open_line (tenant_id, clinic_id, night, line_id) SELECT tenant_id, clinic_id, night, id FROM written;
  RETURN NULL;
END $$;
CREATE TRIGGER invoice_line_opens AFTER INSERT ON billing.invoice_line
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION billing.open_new_lines();

-- What happened to an invoice, in order; only added to.
CREATE TABLE billing.invoice_event (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  invoice_id uuid NOT NULL,
  at timestamptz NOT NULL,
  what text NOT NULL,
  by_name text NOT NULL,
  detail text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, invoice_id) REFERENCES billing.invoice (tenant_id, id)
);
CREATE INDEX invoice_event_of ON billing.invoice_event (tenant_id, invoice_id, at);
CALL app.protect('billing.invoice_event');
GRANT SELECT, INSERT, DELETE ON billing.invoice_event TO portal_app;
-- With a draft that is taken back, and never with an invoice that was issued.
CREATE FUNCTION billing.keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') AND EXISTS (
    SELECT 1 FROM gone g JOIN billing.invoice i ON i.tenant_id = g.tenant_id AND i.id = g.invoice_id WHERE i.status IN ('Issued', 'Void')) THEN
    RAISE EXCEPTION 'the history of an issued invoice stays' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER invoice_event_kept AFTER DELETE ON billing.invoice_event
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION billing.keep_history();

-- 電子取引の記録: each file that went out, byte for byte.
CREATE TABLE billing.invoice_document (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  invoice_id uuid NOT NULL,
  format text NOT NULL CHECK (format IN ('Pdf', 'Xml')),
  content bytea NOT NULL,
  sha256 bytea NOT NULL CHECK (sha256 = pg_catalog.sha256(content)),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, invoice_id) REFERENCES billing.invoice (tenant_id, id)
);
CREATE UNIQUE INDEX invoice_document_once ON billing.invoice_document (tenant_id, invoice_id, format);
CALL app.protect('billing.invoice_document');
GRANT SELECT, INSERT ON billing.invoice_document TO portal_app;

-- An issued invoice does not change: it can become void, and it can learn by which document it was replaced. Nothing else, and not once more.
-- The owner deletes books when their years are over; that is the one deletion.
CREATE FUNCTION billing.keep_issued() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  free text[] := ARRAY['status', 'voided_at', 'voided_by', 'void_reason', 'replaced_by_id'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
      RETURN OLD;
    END IF;
    RAISE EXCEPTION 'invoice % is issued and stays', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF to_jsonb(NEW) - free <> to_jsonb(OLD) - free
    OR OLD.status = 'Void' AND NEW IS DISTINCT FROM OLD
    OR NEW.status NOT IN ('Issued', 'Void')
    OR OLD.replaced_by_id IS NOT NULL AND NEW.replaced_by_id IS DISTINCT FROM OLD.replaced_by_id THEN
    RAISE EXCEPTION 'invoice % is issued and does not change', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoice_kept BEFORE UPDATE OR DELETE ON billing.invoice
  FOR EACH ROW WHEN (OLD.status IN ('Issued', 'Void')) EXECUTE FUNCTION billing.keep_issued();

-- Neither do its items; they only stop standing. Checked by statement, for a run writes a million of them.
CREATE FUNCTION billing.keep_issued_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN NULL;
  END IF;
  IF EXISTS (
    SELECT 1 FROM (SELECT DISTINCT tenant_id, invoice_id FROM touched) t
    JOIN billing.invoice i ON i.tenant_id = t.tenant_id AND i.id = t.invoice_id WHERE i.status IN ('Issued', 'Void')) THEN
    RAISE EXCEPTION 'items of an issued invoice do not change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER invoice_item_added AFTER INSERT ON billing.invoice_item
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION billing.keep_issued_items();
CREATE TRIGGER invoice_item_taken AFTER DELETE ON billing.invoice_item
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION billing.keep_issued_items();
CREATE FUNCTION billing.items_only_fall() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT OLD.standing OR NEW.standing THEN
    RAISE EXCEPTION 'an item only stops standing' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER invoice_item_falls AFTER UPDATE ON billing.invoice_item FOR EACH ROW EXECUTE FUNCTION billing.items_only_fall();
