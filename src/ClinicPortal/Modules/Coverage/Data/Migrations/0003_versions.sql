-- A subscription (契約) is a row of each of its versions: what changes begins another, so that every past night knows its plan and its prices.
ALTER TABLE coverage.cover_subscription
  -- The same for all versions of one.
  ADD contract_id uuid,
  -- The price list in force on this day holds until the subscription changes.
  ADD price_from date,
  ADD contract_starts_on date,
  -- The last night without a monthly base, and the first last night that a cancellation may name.
  ADD trial_until date,
  ADD minimum_until date,
  -- The last night of a pause whose end is known.
  ADD paused_until date CHECK (paused_until >= paused_from);
UPDATE coverage.cover_subscription SET contract_id = id, price_from = starts_on, contract_starts_on = starts_on;
ALTER TABLE coverage.cover_subscription
  ALTER contract_id SET NOT NULL, ALTER price_from SET NOT NULL, ALTER contract_starts_on SET NOT NULL;

-- Nights without cover inside subscriptions, also those that are over: they are not charged for.
CREATE TABLE coverage.paused_nights (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  from_night date NOT NULL,
  until_night date,
  -- Membership: the clinic is suspended. Own: it asked for it.
  reason text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CHECK (until_night IS NULL OR until_night >= from_night - 1)
);
CREATE INDEX paused_nights_clinic ON coverage.paused_nights (tenant_id, clinic_id, from_night);
CALL app.protect('coverage.paused_nights');
GRANT SELECT, INSERT, UPDATE, DELETE ON coverage.paused_nights TO portal_app;
INSERT INTO coverage.paused_nights (tenant_id, id, clinic_id, from_night, reason)
  SELECT tenant_id, id, clinic_id, paused_from, 'Membership' FROM coverage.cover_subscription WHERE paused_from IS NOT NULL;

-- Nights bought one by one. Two cannot buy the same one, and what was bought stays bought.
CREATE TABLE coverage.bought_night (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  night date NOT NULL,
  kind text NOT NULL,
  plan text NOT NULL,
  price_from date NOT NULL,
  yen int NOT NULL CHECK (yen >= 0),
  bought_at timestamptz NOT NULL,
  bought_by_id uuid NOT NULL,
  bought_by_name text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, clinic_id, night)
);
CREATE INDEX bought_night_by_night ON coverage.bought_night (tenant_id, night);
CALL app.protect('coverage.bought_night');
GRANT SELECT, INSERT ON coverage.bought_night TO portal_app;

-- Who changed what of a subscription, and from when.
CREATE TABLE coverage.cover_change (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  contract_id uuid,
  kind text NOT NULL,
  effective_on date NOT NULL,
  until date,
  plan_before text,
  plan_after text,
  by_id uuid NOT NULL,
  by_name text NOT NULL,
  by_role text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX cover_change_clinic ON coverage.cover_change (tenant_id, clinic_id, at);
CALL app.protect('coverage.cover_change');
GRANT SELECT, INSERT ON coverage.cover_change TO portal_app;

-- Home patients of a clinic at the end of a month: what the tier of its base goes by.
CREATE TABLE coverage.patient_count (
  tenant_id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  on_day date NOT NULL,
  patients int NOT NULL CHECK (patients >= 0),
  counted_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, clinic_id, on_day)
);
CREATE INDEX patient_count_day ON coverage.patient_count (tenant_id, on_day);
CALL app.protect('coverage.patient_count');
GRANT SELECT, INSERT ON coverage.patient_count TO portal_app;
