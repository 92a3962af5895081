-- チャージバック: the holder of a card disputes a payment at the card's company, which takes the money back until it has decided.
CREATE TABLE billing.dispute (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  payment_id uuid NOT NULL,
  gateway_id text COLLATE "C" NOT NULL,
  status text NOT NULL,
  amount_yen bigint NOT NULL CHECK (amount_yen > 0),
  reason text NOT NULL,
  respond_by timestamptz,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, payment_id) REFERENCES billing.payment
);
CREATE UNIQUE INDEX dispute_once ON billing.dispute (tenant_id, gateway_id);
CREATE INDEX dispute_payment ON billing.dispute (tenant_id, payment_id);
CALL app.protect('billing.dispute');
GRANT SELECT, INSERT ON billing.dispute TO portal_app;
GRANT UPDATE (status, amount_yen, reason, respond_by, closed_at) ON billing.dispute TO portal_app;

-- What it took, and what came back of it: money of the same payment, which is put against the invoices again.
ALTER TABLE billing.refund ADD dispute_id uuid, ADD FOREIGN KEY (tenant_id, dispute_id) REFERENCES billing.dispute;
ALTER TABLE billing.payment ADD reinstates_id uuid, ADD FOREIGN KEY (tenant_id, reinstates_id) REFERENCES billing.payment;
