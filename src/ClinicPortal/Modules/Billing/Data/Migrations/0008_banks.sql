-- The banks' files: a file is taken once, known by its content.
CREATE TABLE billing.bank_file (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  sha256 bytea NOT NULL,
  count int NOT NULL,
  total_yen bigint NOT NULL,
  debit_on date,
  sealed_content bytea NOT NULL,
  by text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX bank_file_once ON billing.bank_file (tenant_id, sha256);
CALL app.protect('billing.bank_file');
GRANT SELECT, INSERT ON billing.bank_file TO portal_app;

-- 振込入金: one line of such a file beside the payment that it became.
CREATE TABLE billing.bank_receipt (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  file_id uuid NOT NULL,
  line int NOT NULL,
  value_date date NOT NULL,
  amount_yen bigint NOT NULL CHECK (amount_yen > 0),
  payer_code text NOT NULL,
  edi text NOT NULL,
  sealed_payer bytea NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES billing.bank_file
);
CREATE UNIQUE INDEX bank_receipt_line ON billing.bank_receipt (tenant_id, file_id, line);
CALL app.protect('billing.bank_receipt');
GRANT SELECT, INSERT ON billing.bank_receipt TO portal_app;

-- 口座振替: which payment a line of a file asks for, and what the bank answered.
CREATE TABLE billing.direct_debit (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  file_id uuid NOT NULL,
  payment_id uuid NOT NULL,
  customer_number text NOT NULL,
  amount_yen bigint NOT NULL CHECK (amount_yen > 0),
  result text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES billing.bank_file,
  FOREIGN KEY (tenant_id, payment_id) REFERENCES billing.payment
);
CREATE UNIQUE INDEX direct_debit_line ON billing.direct_debit (tenant_id, file_id, customer_number);
CALL app.protect('billing.direct_debit');
GRANT SELECT, INSERT, UPDATE (result) ON billing.direct_debit TO portal_app;
