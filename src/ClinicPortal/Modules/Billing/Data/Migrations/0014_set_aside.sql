-- Visits whose report does not open any more: named to the secretariat, and not paid for.
ALTER TABLE billing.pay_run ADD set_aside text[] NOT NULL DEFAULT '{}';
