-- Lines of everything a price list has a price for, each with what it came of, once.
ALTER TABLE billing.invoice_line
  ADD source_kind text,
  ADD source_id uuid,
  -- The line that was wrong, where this one makes up the difference, and why.
  ADD adjusts_line_id uuid,
  ADD reason text,
  ADD covers_from date,
  ADD covers_until date,
  ALTER visit_id DROP NOT NULL,
  ALTER case_number DROP NOT NULL,
  ALTER fee_class DROP NOT NULL;
UPDATE billing.invoice_line SET source_kind = 'Visit', source_id = visit_id;
ALTER TABLE billing.invoice_line
  ALTER source_kind SET NOT NULL,
  ALTER source_id SET NOT NULL,
  ADD FOREIGN KEY (tenant_id, adjusts_line_id) REFERENCES billing.invoice_line (tenant_id, id),
  ADD CHECK ((kind = 'Adjustment') = (adjusts_line_id IS NOT NULL)),
  ADD CHECK (covers_until >= covers_from);
DROP INDEX billing.invoice_line_once;
CREATE UNIQUE INDEX invoice_line_once ON billing.invoice_line (tenant_id, source_kind, source_id, kind);
CREATE INDEX invoice_line_adjusts ON billing.invoice_line (tenant_id, adjusts_line_id) WHERE adjusts_line_id IS NOT NULL;

-- What happened that has a price, as it was told: the history that lines are computed from, and computed again. Written once.
CREATE TABLE billing.usage (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  source_id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  clinic_name text NOT NULL,
  month date NOT NULL CHECK (date_trunc('month', month::timestamp) = month::timestamp),
  night date NOT NULL,
  case_id uuid,
  case_number text NOT NULL,
  fee_class text,
  end_of_life boolean NOT NULL,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX usage_once ON billing.usage (tenant_id, kind, source_id);
CREATE INDEX usage_month ON billing.usage (tenant_id, month, clinic_id);
CALL app.protect('billing.usage');
GRANT SELECT, INSERT ON billing.usage TO portal_app;
-- What was charged before there was a history of it.
INSERT INTO billing.usage (tenant_id, id, kind, source_id, clinic_id, clinic_name, month, night, case_id, case_number, fee_class, end_of_life, occurred_at, recorded_at)
  SELECT l.tenant_id, l.id, l.kind, l.visit_id, l.clinic_id, l.clinic_name, l.month, l.night, l.case_id, l.case_number, l.fee_class,
    EXISTS (SELECT FROM billing.invoice_line e WHERE e.tenant_id = l.tenant_id AND e.visit_id = l.visit_id AND e.kind = 'EndOfLife'), l.occurred_at, l.occurred_at
  FROM billing.invoice_line l WHERE l.kind IN ('Visit', 'Video', 'Phone');

-- What of the history does not count, and who said so: visits of another clinic, calls that were none.
CREATE TABLE billing.usage_void (
  tenant_id uuid NOT NULL,
  usage_id uuid NOT NULL,
  reason text NOT NULL,
  by_id uuid NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, usage_id),
  FOREIGN KEY (tenant_id, usage_id) REFERENCES billing.usage (tenant_id, id)
);
CALL app.protect('billing.usage_void');
GRANT SELECT, INSERT ON billing.usage_void TO portal_app;
