-- What a month of one association leaves behind: so many clinics, all under cover, each with as many reported visits. benchmark.clinics, benchmark.visits and
-- benchmark.month say how many and when; the clinics and subscriptions that fill.sql made are among them.
CREATE TEMP TABLE billed AS
SELECT t.id AS tenant_id, i, format('00000001-0000-8000-0000-%s', lpad(to_hex(i), 12, '0'))::uuid AS clinic_id, format('在宅クリニック%s', i) AS name
FROM app.tenant t, generate_series(1, current_setting('benchmark.clinics')::int) i WHERE t.identifier = 'association-0000';

INSERT INTO associations.member_clinic (tenant_id, id, name, kana, institution_code, home_care_support, phone, address, town_block, latitude, longitude, posted_hours)
SELECT tenant_id, clinic_id, name, format('ザイタククリニック%s', i), lpad(i::text, 10, '0'), 'Support', '03-5555-0000', '世田谷区経堂一丁目1-1', '13112-110', 35.65, 139.63, '[]'
FROM billed b WHERE NOT EXISTS (SELECT FROM associations.member_clinic c WHERE c.tenant_id = b.tenant_id AND c.id = b.clinic_id);

INSERT INTO coverage.cover_subscription (tenant_id, id, clinic_id, plan, starts_on, patients_covered, contract_id, price_from, contract_starts_on)
SELECT tenant_id, clinic_id, clinic_id, 'standard', '2026-04-01', 20, clinic_id, '2026-04-01', '2026-04-01'
FROM billed b WHERE NOT EXISTS (SELECT FROM coverage.cover_subscription s WHERE s.tenant_id = b.tenant_id AND s.clinic_id = b.clinic_id);

-- All of them take digital invoices: JP PINT is written beside the PDF.
INSERT INTO billing.payer (tenant_id, id, clinic_name, reference, charge_automatically, known_payers, debit_is_new, peppol_id)
SELECT tenant_id, clinic_id, name, lpad(i::text, 7, '0'), false, '{}', false, '0188:7010001008844' FROM billed;

-- As they become known: night after night, whosever they are.
INSERT INTO billing.usage (tenant_id, id, kind, source_id, clinic_id, clinic_name, month, night, case_id, case_number, fee_class, end_of_life, occurred_at, recorded_at)
SELECT tenant_id, format('%s-%s-7%s-8000-%s', lpad(to_hex(v), 8, '0'), lpad(to_hex(i >> 12), 4, '0'), lpad(to_hex(i & 4095), 3, '0'), lpad(to_hex(i), 12, '0'))::uuid, 'Visit', gen_random_uuid(), clinic_id, name, month, night,
  gen_random_uuid(), format('SG-%s-%s', to_char(night, 'YYMMDD'), i), (ARRAY['Night', 'DeepNight', 'Holiday', 'None'])[v % 4 + 1], false, night + interval '21 hours', night + interval '23 hours'
FROM generate_series(1, current_setting('benchmark.visits')::int) v, billed,
  LATERAL (SELECT current_setting('benchmark.month')::date AS month, current_setting('benchmark.month')::date + (v - 1) % 28 AS night) AS at;

-- Documents and books are measured by themselves: until then their work waits.
CREATE FUNCTION app.hold_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.due_at := 'infinity';
  RETURN NEW;
END $$;
CREATE TRIGGER hold_back BEFORE INSERT ON app.work_item FOR EACH ROW
  WHEN (NEW.kind IN ('billing.store-documents', 'billing.post-invoices', 'billing.meter-night')) EXECUTE FUNCTION app.hold_back();
