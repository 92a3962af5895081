-- How a doctor or driver is paid: as an employee or contractor, and to which account. Its id is the person's account in the portal.
CREATE TABLE billing.payee (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  as_doctor text CHECK (as_doctor IN ('Salary', 'Contract')),
  as_driver text CHECK (as_driver IN ('Salary', 'Contract')),
  registration_number text,
  employee_number text COLLATE "C",
  sealed_account bytea,
  account_changed_at timestamptz,
  account_changed_by text,
  account_by_person boolean NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CHECK ((account_changed_at IS NULL) = (account_changed_by IS NULL))
);
CREATE UNIQUE INDEX payee_employee_number ON billing.payee (tenant_id, employee_number) WHERE employee_number IS NOT NULL;
CALL app.protect('billing.payee');
GRANT SELECT, INSERT, UPDATE ON billing.payee TO portal_app;

-- What was entered before: only added. Whoever asks where money went finds the account of that day.
CREATE TABLE billing.payee_change (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  payee_id uuid NOT NULL,
  as_doctor text,
  as_driver text,
  registration_number text,
  employee_number text,
  sealed_account bytea,
  account_changed boolean NOT NULL,
  by_id uuid NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, payee_id) REFERENCES billing.payee (tenant_id, id)
);
CREATE INDEX payee_change_payee ON billing.payee_change (tenant_id, payee_id, at);
CALL app.protect('billing.payee_change');
GRANT SELECT, INSERT ON billing.payee_change TO portal_app;
