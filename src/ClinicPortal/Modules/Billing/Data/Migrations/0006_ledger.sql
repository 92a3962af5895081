-- 仕訳帳: what clinics owe and pay, in double entry. Entries are only added.
CREATE TABLE billing.journal_entry (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  source_id uuid NOT NULL,
  booked_on date NOT NULL,
  clinic_id uuid,
  note text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
-- Whatever is told twice is booked once.
CREATE UNIQUE INDEX journal_entry_once ON billing.journal_entry (tenant_id, kind, source_id);
CREATE INDEX journal_entry_day ON billing.journal_entry (tenant_id, booked_on);
CREATE INDEX journal_entry_clinic ON billing.journal_entry (tenant_id, clinic_id, booked_on);
CALL app.protect('billing.journal_entry');
GRANT SELECT, INSERT ON billing.journal_entry TO portal_app;

CREATE TABLE billing.journal_posting (
  tenant_id uuid NOT NULL,
  entry_id uuid NOT NULL,
  line int NOT NULL,
  account text NOT NULL,
  debit_yen bigint NOT NULL CHECK (debit_yen >= 0),
  credit_yen bigint NOT NULL CHECK (credit_yen >= 0),
  PRIMARY KEY (tenant_id, entry_id, line),
  FOREIGN KEY (tenant_id, entry_id) REFERENCES billing.journal_entry,
  CHECK ((debit_yen > 0) <> (credit_yen > 0))
);
CALL app.protect('billing.journal_posting');
GRANT SELECT, INSERT ON billing.journal_posting TO portal_app;

-- At the end of the transaction every entry that it touched has postings, and they balance. An entry of an earlier transaction can be
-- given no further postings but such as balance in themselves, and the line numbers are taken.
CREATE FUNCTION billing.check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entry uuid := CASE TG_TABLE_NAME WHEN 'journal_entry' THEN (to_jsonb(NEW) ->> 'id')::uuid ELSE (to_jsonb(NEW) ->> 'entry_id')::uuid END;
  debits bigint;
  credits bigint;
BEGIN
  SELECT sum(debit_yen), sum(credit_yen) INTO debits, credits FROM billing.journal_posting p WHERE p.tenant_id = NEW.tenant_id AND p.entry_id = entry;
  IF debits IS NULL OR debits <> credits THEN
    RAISE EXCEPTION 'journal entry % does not balance: % debit, % credit', entry, debits, credits USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER journal_entry_balances AFTER INSERT OR UPDATE ON billing.journal_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing.check_entry();
CREATE CONSTRAINT TRIGGER journal_posting_balances AFTER INSERT OR UPDATE ON billing.journal_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing.check_entry();
