-- What will be on the clinics' invoices.
CREATE SCHEMA billing;
GRANT USAGE ON SCHEMA billing TO portal_app;

-- Written once: what is wrong is corrected by another line. No patient is named here; the case's number stands for the visit.
CREATE TABLE billing.invoice_line (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  clinic_name text NOT NULL,
  month date NOT NULL CHECK (date_trunc('month', month::timestamp) = month::timestamp),
  night date NOT NULL,
  case_id uuid NOT NULL,
  case_number text NOT NULL,
  visit_id uuid NOT NULL,
  kind text NOT NULL,
  fee_class text NOT NULL,
  plan text NOT NULL,
  quantity int NOT NULL,
  unit_yen int NOT NULL,
  amount_yen int NOT NULL CHECK (amount_yen = quantity * unit_yen),
  tax_category text NOT NULL,
  occurred_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX invoice_line_once ON billing.invoice_line (tenant_id, visit_id, kind);
CREATE INDEX invoice_line_month ON billing.invoice_line (tenant_id, month, clinic_id);
CALL app.protect('billing.invoice_line');
GRANT SELECT, INSERT ON billing.invoice_line TO portal_app;
