-- 未収: one row for each issued invoice that has to be paid.
CREATE TABLE billing.receivable (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  clinic_name text NOT NULL,
  number text NOT NULL,
  issued_on date NOT NULL,
  due_on date NOT NULL,
  total_yen bigint NOT NULL CHECK (total_yen > 0),
  tax_yen bigint NOT NULL,
  voided_on date,
  dunning_stopped boolean NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX receivable_clinic ON billing.receivable (tenant_id, clinic_id, due_on);
CREATE INDEX receivable_due ON billing.receivable (tenant_id, due_on);
CALL app.protect('billing.receivable');
GRANT SELECT, INSERT ON billing.receivable TO portal_app;
GRANT UPDATE (voided_on, dunning_stopped) ON billing.receivable TO portal_app;

-- 入金. Amount, clinic and channel of money that is here stay as they are; what has no clinic yet is given one, once.
CREATE TABLE billing.payment (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid,
  clinic_name text,
  channel text NOT NULL,
  status text NOT NULL,
  amount_yen bigint NOT NULL CHECK (amount_yen > 0),
  received_on date CHECK ((status = 'Succeeded') = (received_on IS NOT NULL)),
  "for" uuid[] NOT NULL,
  off_session boolean NOT NULL,
  gateway_id text,
  checkout_id text,
  checkout_url text,
  failure_code text,
  sealed_payer bytea,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX payment_gateway ON billing.payment (tenant_id, gateway_id) WHERE gateway_id IS NOT NULL;
CREATE INDEX payment_clinic ON billing.payment (tenant_id, clinic_id, received_on);
CREATE INDEX payment_received ON billing.payment (tenant_id, received_on);
CALL app.protect('billing.payment');
GRANT SELECT, INSERT ON billing.payment TO portal_app;
GRANT UPDATE (clinic_id, clinic_name, status, received_on, gateway_id, checkout_id, checkout_url, failure_code) ON billing.payment TO portal_app;

-- 消込, its reversals with amounts below zero.
CREATE TABLE billing.allocation (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  payment_id uuid NOT NULL,
  receivable_id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  amount_yen bigint NOT NULL CHECK (amount_yen <> 0 AND (amount_yen < 0) = (reverses IS NOT NULL)),
  reverses uuid,
  "on" date NOT NULL,
  by text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, payment_id) REFERENCES billing.payment,
  FOREIGN KEY (tenant_id, receivable_id) REFERENCES billing.receivable,
  FOREIGN KEY (tenant_id, reverses) REFERENCES billing.allocation
);
CREATE UNIQUE INDEX allocation_taken_back_once ON billing.allocation (tenant_id, reverses) WHERE reverses IS NOT NULL;
CREATE INDEX allocation_payment ON billing.allocation (tenant_id, payment_id);
CREATE INDEX allocation_receivable ON billing.allocation (tenant_id, receivable_id);
CALL app.protect('billing.allocation');
GRANT SELECT, INSERT ON billing.allocation TO portal_app;

CREATE TABLE billing.write_off (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  receivable_id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  kind text NOT NULL,
  amount_yen bigint NOT NULL CHECK (amount_yen <> 0 AND (amount_yen < 0) = (reverses IS NOT NULL)),
  reverses uuid,
  reason text NOT NULL,
  "on" date NOT NULL,
  by text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, receivable_id) REFERENCES billing.receivable
);
CREATE UNIQUE INDEX write_off_taken_back_once ON billing.write_off (tenant_id, reverses) WHERE reverses IS NOT NULL;
CREATE INDEX write_off_receivable ON billing.write_off (tenant_id, receivable_id);
CALL app.protect('billing.write_off');
GRANT SELECT, INSERT ON billing.write_off TO portal_app;

CREATE TABLE billing.refund (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  payment_id uuid NOT NULL,
  clinic_id uuid,
  amount_yen bigint NOT NULL CHECK (amount_yen > 0),
  status text NOT NULL,
  gateway_id text,
  failure_code text,
  reason text NOT NULL,
  by text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, payment_id) REFERENCES billing.payment
);
CREATE INDEX refund_payment ON billing.refund (tenant_id, payment_id);
CALL app.protect('billing.refund');
GRANT SELECT, INSERT ON billing.refund TO portal_app;
GRANT UPDATE (status, gateway_id, failure_code) ON billing.refund TO portal_app;

-- Of a payment no more is used and given back than came; of an invoice no more is paid and written off than it says; nothing is paid with money that
-- is not here or is another clinic's. Whoever spends the same money at the same time waits for the lock and then sees what the other took.
CREATE FUNCTION billing.check_payment(of_tenant uuid, of_payment uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  used bigint;
  came bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('billing:' || of_payment, 0));
  SELECT coalesce(sum(a.amount_yen), 0) INTO used FROM billing.allocation a WHERE a.tenant_id = of_tenant AND a.payment_id = of_payment;
  used := used + coalesce((SELECT sum(r.amount_yen) FROM billing.refund r WHERE r.tenant_id = of_tenant AND r.payment_id = of_payment AND r.status <> 'Failed'), 0);
  SELECT CASE WHEN p.status = 'Succeeded' THEN p.amount_yen ELSE 0 END INTO came FROM billing.payment p WHERE p.tenant_id = of_tenant AND p.id = of_payment;
  IF used < 0 OR used > came THEN
    RAISE EXCEPTION 'payment % has % yen, % were to be used', of_payment, came, used USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_used_once';
  END IF;
END $$;

CREATE FUNCTION billing.check_receivable(of_tenant uuid, of_receivable uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  settled bigint;
  owed bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('billing:' || of_receivable, 0));
  SELECT coalesce(sum(a.amount_yen), 0) INTO settled FROM billing.allocation a WHERE a.tenant_id = of_tenant AND a.receivable_id = of_receivable;
  settled := settled + coalesce((SELECT sum(w.amount_yen) FROM billing.write_off w WHERE w.tenant_id = of_tenant AND w.receivable_id = of_receivable), 0);
  SELECT CASE WHEN r.voided_on IS NULL THEN r.total_yen ELSE 0 END INTO owed FROM billing.receivable r WHERE r.tenant_id = of_tenant AND r.id = of_receivable;
  IF settled < 0 OR settled > owed THEN
    RAISE EXCEPTION 'invoice % is of % yen, % were to be settled', of_receivable, owed, settled USING ERRCODE = 'check_violation', CONSTRAINT = 'receivable_settled_once';
  END IF;
END $$;

CREATE FUNCTION billing.check_allocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM billing.check_payment(NEW.tenant_id, NEW.payment_id);
  PERFORM billing.check_receivable(NEW.tenant_id, NEW.receivable_id);
  IF NOT EXISTS (SELECT 1 FROM billing.payment p JOIN billing.receivable r ON r.tenant_id = p.tenant_id AND r.clinic_id = p.clinic_id
      WHERE p.tenant_id = NEW.tenant_id AND p.id = NEW.payment_id AND r.id = NEW.receivable_id AND r.clinic_id = NEW.clinic_id) THEN
    RAISE EXCEPTION 'payment % is not of the clinic of invoice %', NEW.payment_id, NEW.receivable_id USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_of_its_clinic';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER allocation_fits AFTER INSERT ON billing.allocation FOR EACH ROW EXECUTE FUNCTION billing.check_allocation();

CREATE FUNCTION billing.check_write_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM billing.check_receivable(NEW.tenant_id, NEW.receivable_id);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER write_off_fits AFTER INSERT ON billing.write_off FOR EACH ROW EXECUTE FUNCTION billing.check_write_off();

CREATE FUNCTION billing.check_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM billing.check_payment(NEW.tenant_id, NEW.payment_id);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refund_fits AFTER INSERT ON billing.refund FOR EACH ROW EXECUTE FUNCTION billing.check_refund();
-- A void invoice has nothing to be paid: what was paid is taken back first.
CREATE FUNCTION billing.check_void() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM billing.check_receivable(NEW.tenant_id, NEW.id);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER void_is_unpaid AFTER UPDATE OF voided_on ON billing.receivable FOR EACH ROW EXECUTE FUNCTION billing.check_void();

-- How the association is paid: keys of the payment service, direct debit, dunning. One row an association.
CREATE TABLE billing.payment_setting (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  gateway_enabled boolean NOT NULL,
  live boolean NOT NULL,
  sealed_secret_key bytea,
  sealed_signing_secret bytea,
  debtor_code text,
  debtor_name text,
  bank_code text,
  bank_name text,
  branch_code text,
  branch_name text,
  account_kind text,
  account_number text,
  dunning jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX payment_setting_one ON billing.payment_setting (tenant_id);
CALL app.protect('billing.payment_setting');
GRANT SELECT, INSERT, UPDATE ON billing.payment_setting TO portal_app;

-- How a clinic pays: its number on transfers, its customer at the payment service with a card kept there, its account for direct debit.
CREATE TABLE billing.payer (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_name text NOT NULL,
  reference text COLLATE "C" NOT NULL,
  customer_id text,
  card_id text,
  card_label text,
  setup_checkout_id text,
  setup_checkout_url text,
  charge_automatically boolean NOT NULL,
  known_payers text[] NOT NULL,
  sealed_transfer_account bytea,
  sealed_debit_account bytea,
  debit_is_new boolean NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX payer_reference ON billing.payer (tenant_id, reference);
CREATE UNIQUE INDEX payer_customer ON billing.payer (tenant_id, customer_id) WHERE customer_id IS NOT NULL;
CALL app.protect('billing.payer');
GRANT SELECT, INSERT, UPDATE ON billing.payer TO portal_app;

-- What the payment service sent: only added.
CREATE TABLE billing.gateway_event (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  type text NOT NULL,
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  sealed_payload bytea NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX gateway_event_once ON billing.gateway_event (tenant_id, event_id);
CALL app.protect('billing.gateway_event');
GRANT SELECT, INSERT ON billing.gateway_event TO portal_app;

CREATE TABLE billing.dunning_notice (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  receivable_id uuid NOT NULL,
  step int NOT NULL,
  open_yen bigint NOT NULL,
  interest_yen bigint NOT NULL,
  sent_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX dunning_notice_once ON billing.dunning_notice (tenant_id, receivable_id, step);
CALL app.protect('billing.dunning_notice');
GRANT SELECT, INSERT ON billing.dunning_notice TO portal_app;

-- 照合: what the payment service says and the books say otherwise.
CREATE TABLE billing.reconciliation (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  from_day date NOT NULL,
  until_day date NOT NULL,
  state text NOT NULL,
  gateway_yen bigint NOT NULL,
  books_yen bigint NOT NULL,
  fees_yen bigint NOT NULL,
  compared int NOT NULL,
  differences jsonb NOT NULL,
  asked_by text NOT NULL,
  asked_at timestamptz NOT NULL,
  done_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CALL app.protect('billing.reconciliation');
GRANT SELECT, INSERT, UPDATE ON billing.reconciliation TO portal_app;
