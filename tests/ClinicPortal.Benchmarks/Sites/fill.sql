-- Fills an empty site whose associations and desks are imported, as the owner. benchmark.patients says how many patients in all.
-- Ids say what they are and whose: kind, association, number; SiteIds works them out alike. No search terms: nothing here searches.
CREATE FUNCTION pg_temp.id(kind int, association bigint, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT format('%s-0000-8000-%s-%s', lpad(to_hex(kind), 8, '0'), lpad(to_hex(association), 4, '0'), lpad(to_hex(number), 12, '0'))::uuid $$;

CREATE TEMP TABLE association AS
SELECT t.id AS tenant_id, substr(t.identifier, 13)::int AS n, d.id AS desk_id, d.identifier AS desk
FROM app.tenant t JOIN app.desk d ON d.identifier = 'desk-' || substr(t.identifier, 13);

CREATE TEMP TABLE size AS
SELECT current_setting('benchmark.patients')::int / count(*)::int AS patients, greatest(2, 2000 / count(*)::int) AS clinics FROM association;

INSERT INTO associations.member_clinic (tenant_id, id, name, kana, institution_code, home_care_support, phone, address, town_block, latitude, longitude, posted_hours)
SELECT tenant_id, pg_temp.id(1, n, i), format('在宅クリニック%s', i), format('ザイタククリニック%s', i), lpad(i::text, 10, '0'), 'Support', '03-5555-0000',
       '世田谷区経堂一丁目1-1', '13112-110', 35.65, 139.63, '[]'
FROM association, size, generate_series(1, size.clinics) i;

INSERT INTO coverage.cover_subscription (tenant_id, id, clinic_id, plan, starts_on, patients_covered, contract_id, price_from, contract_starts_on)
SELECT tenant_id, pg_temp.id(2, n, i), pg_temp.id(1, n, i), 'standard', '2026-04-01', size.patients / size.clinics, pg_temp.id(2, n, i), '2026-04-01', '2026-04-01'
FROM association, size, generate_series(1, size.clinics) i;

INSERT INTO patients.patient (tenant_id, id, family_name, given_name, family_kana, given_kana, birth_date, sex, phone, sealed_place,
  primary_clinic_id, primary_clinic_name, chart_number, sealed_chart, search_text, registered_at)
SELECT tenant_id, pg_temp.id(3, n, i), family.name, given.name, family.kana, given.kana, date '1928-01-01' + (i * 37 % 14000)::int, given.sex,
       format('03-5555-%s', lpad((i % 10000)::text, 4, '0')), convert_to(jsonb_build_object('address', format('世田谷区経堂一丁目%s-%s', i % 40 + 1, i % 20 + 1), 'townName', '経堂一丁目',
         'latitude', 35.63 + (i % 400) / 10000.0, 'longitude', 139.61 + (i % 500) / 10000.0)::text, 'UTF8'),
       pg_temp.id(1, n, i % size.clinics + 1), format('在宅クリニック%s', i % size.clinics + 1), format('B%s', i),
       convert_to('{"diagnoses":["慢性心不全","心房細動"],"medicines":["フロセミド錠20mg 朝1錠","ビソプロロール錠2.5mg 朝1錠"],"dnar":false,"keyPersons":[{"name":"佐藤 恵","relation":"長女","phone":"090-0000-4711"}],"careLevel":"要介護4","burdenTenths":1}', 'UTF8'),
       family.name || given.name || ' ' || family.kana || given.kana, now()
FROM association, size, generate_series(0, size.patients - 1) i
CROSS JOIN LATERAL (SELECT * FROM (VALUES (0, '佐藤', 'サトウ'), (1, '鈴木', 'スズキ'), (2, '高橋', 'タカハシ'), (3, '宮本', 'ミヤモト'), (4, '小松', 'コマツ')) AS v (k, name, kana) WHERE k = i % 5) family
CROSS JOIN LATERAL (SELECT * FROM (VALUES (0, '節子', 'セツコ', 'Female'), (1, '勝', 'マサル', 'Male'), (2, '和子', 'カズコ', 'Female')) AS v (k, name, kana, sex) WHERE k = i % 3) given;

-- Two units on duty now, each with a doctor and a driver.
INSERT INTO roster.unit (tenant_id, id, name, phone, base_name, latitude, longitude)
SELECT tenant_id, pg_temp.id(5, n, i), format('%s号車', i), '050-5555-0111', '医師会診療所', 35.64, 139.65 FROM association, generate_series(1, 2) i;
INSERT INTO roster.shift (tenant_id, id, unit_id, starts_at, ends_at, doctor_account_id, doctor_name, driver_account_id, driver_name, employer_name, employer_code, performs_as)
SELECT tenant_id, pg_temp.id(6, n, i), pg_temp.id(5, n, i), now() - interval '4 hours', now() + interval '20 hours', pg_temp.id(7, n, i), format('往診 太郎%s', i),
       pg_temp.id(8, n, i), format('運転 次郎%s', i), '世田谷区医師会診療所', '1319900013', 'PrimaryClinic'
FROM association, generate_series(1, 2) i;

-- One operator a desk, signed in on the boards that are measured; one key a desk.
INSERT INTO identity.account (id, user_name, normalized_user_name, security_stamp, concurrency_stamp, display_name, kana, created_at)
VALUES (pg_temp.id(9, 0, 0), 'operator@example.jp', 'OPERATOR@EXAMPLE.JP', 'stamp', 'stamp', '受付 一郎', 'ウケツケ イチロウ', now());
INSERT INTO identity.membership (id, account_id, tenant_id, organisation_kind, organisation_id, organisation_name, role, valid_from)
SELECT id, pg_temp.id(9, 0, 0), NULL, 'Desk', id, identifier, 'desk-operator', now() - interval '1 day' FROM app.desk;
INSERT INTO identity.session (sha256, id, sign_in_id, account_id, membership_id, host, created_at, last_seen_at, expires_at)
SELECT sha256(convert_to(s.token, 'UTF8')), d.id, d.id, pg_temp.id(9, 0, 0), d.id, d.identifier, now(), now(), now() + interval '16 hours'
FROM app.desk d JOIN (VALUES ('desk-0000', 'benchmark-session-of-one-desk'), ('desk-shared', 'benchmark-session-of-the-shared-desk')) AS s (desk, token) ON s.desk = d.identifier;
INSERT INTO identity.api_key (id, sha256, account_id, display_name, tenant_id, organisation_kind, organisation_id, role, created_at)
SELECT id, sha256(convert_to('benchmark.' || substr(identifier, 6), 'UTF8')), NULL, '受付 一郎', NULL, 'Desk', id, 'desk-operator', now() FROM app.desk;

-- The nights before: closed cases with what they left, so that tables have the size at which indexes count. Kind 10 is theirs alone.
CREATE TEMP TABLE old_case AS
SELECT tenant_id, n, i, pg_temp.id(10, n, i) AS id, pg_temp.id(10, n, 0) AS actor, now() - (2 + i % 26) * interval '1 day' - i * interval '1 second' AS at
FROM association, generate_series(1, (SELECT greatest(20, 20000 / count(*)) FROM association)) i;
INSERT INTO nightdesk.case (tenant_id, id, number, night, status, channel, received_at, opened_by_id, opened_by_name, caller_kind, sealed_told, covered, closed_at)
SELECT tenant_id, id, format('SG-%s-%s', to_char(at, 'YYMMDD'), i), at::date, 'Acknowledged', 'Phone', at, actor, '受付 一郎', 'Family', convert_to('{"complaint":"発熱"}', 'UTF8'), true, at + interval '9 hours' FROM old_case;
INSERT INTO nightdesk.case_event (tenant_id, id, case_id, at, kind, actor_id, actor_name, actor_role, sealed_details)
SELECT tenant_id, id, id, at, 'Opened', actor, '受付 一郎', 'desk-operator', convert_to('{}', 'UTF8') FROM old_case;
INSERT INTO app.audit_entry (tenant_id, id, at, actor_id, actor_name, role, action, record_kind, record_ids)
SELECT tenant_id, id, at, actor, '受付 一郎', 'desk-operator', 'Changed', 'case', ARRAY[id] FROM old_case;
INSERT INTO app.idempotency (owner, key, request_sha256, status, created_at) SELECT actor, id::text, sha256('old'), 201, at FROM old_case;

-- The board of the first association: 50 open cases of the last hours, in all states.
CREATE TEMP TABLE open_case AS
SELECT a.tenant_id, i, pg_temp.id(4, a.n, i) AS id, now() - i * interval '4 minutes' AS received_at,
       ((now() AT TIME ZONE 'Asia/Tokyo') - interval '9 hours')::date AS night,
       (ARRAY['Received', 'Triaged', 'DispatchRequested', 'DispatchRequested', 'Accepted', 'EnRoute', 'OnSite', 'ReportDue'])[i % 8 + 1] AS status,
       (ARRAY[NULL, NULL, NULL, 'Offered', 'Accepted', 'Departed', 'Arrived', 'Completed'])[i % 8 + 1] AS dispatch
FROM association a, generate_series(1, 50) i WHERE a.n = 0;
INSERT INTO nightdesk.case (tenant_id, id, number, night, status, channel, received_at, opened_by_id, opened_by_name, caller_kind, sealed_told,
  patient_id, patient_name, patient_kana, patient_birth_date, patient_sex, patient_phone,
  primary_clinic_id, primary_clinic_name, covered, level, triaged_at, triaged_by_name, outcome, deciding_doctor_name, decided_at)
SELECT c.tenant_id, c.id, format('SG-%s-%s', to_char(c.night, 'YYMMDD'), lpad(i::text, 3, '0')), c.night, c.status, 'Phone', c.received_at,
       pg_temp.id(9, 0, 0), '受付 一郎', 'Family',
       -- The place is still in the open while this runs.
       convert_to((convert_from(p.sealed_place, 'UTF8')::jsonb - 'townName' || jsonb_strip_nulls(jsonb_build_object('callerName', '佐藤 恵', 'callerPhone', '090-0000-4711',
         'complaint', '夕方から熱があり、痰がからんで苦しそう。', 'complaintCode', 'fever', 'levelReason', CASE WHEN c.status <> 'Received' THEN '発熱と呼吸苦' END,
         'outcomeReason', CASE WHEN decided THEN '往診が必要' END, 'requestedBy', CASE WHEN decided THEN '家族' END)))::text, 'UTF8'),
       p.id, p.family_name || ' ' || p.given_name, p.family_kana || ' ' || p.given_kana, p.birth_date, p.sex, p.phone,
       p.primary_clinic_id, p.primary_clinic_name, true,
       CASE WHEN c.status <> 'Received' THEN (ARRAY['Orange', 'Yellow', 'Green'])[i % 3 + 1] END,
       CASE WHEN c.status <> 'Received' THEN c.received_at + interval '2 minutes' END, CASE WHEN c.status <> 'Received' THEN '看護 花子' END,
       CASE WHEN decided THEN 'HomeVisit' END,
       CASE WHEN decided THEN '往診 太郎1' END, CASE WHEN decided THEN c.received_at + interval '3 minutes' END
FROM open_case c JOIN patients.patient p ON p.tenant_id = c.tenant_id AND p.id = pg_temp.id(3, 0, c.i)
CROSS JOIN LATERAL (SELECT c.status NOT IN ('Received', 'Triaged') AS decided) d;
INSERT INTO nightdesk.case_event (tenant_id, id, case_id, at, kind, actor_id, actor_name, actor_role, sealed_details)
SELECT tenant_id, id, id, received_at, 'Opened', pg_temp.id(9, 0, 0), '受付 一郎', 'desk-operator', convert_to('{"channel":"Phone","caller":"Family"}', 'UTF8') FROM open_case;
INSERT INTO nightdesk.dispatch (tenant_id, id, case_id, shift_id, unit_id, unit_name, unit_phone, doctor_id, doctor_name, driver_id, driver_name, employer_name, employer_code,
  performs_as, state, distance_metres, minutes_to_door, offered_at, answered_at, departed_at, arrived_at, completed_at)
SELECT c.tenant_id, c.id, c.id, s.id, u.id, u.name, u.phone, s.doctor_account_id, s.doctor_name, s.driver_account_id, s.driver_name, s.employer_name, s.employer_code,
       s.performs_as, c.dispatch, 2400, 8, c.received_at + interval '3 minutes',
       CASE WHEN dispatch <> 'Offered' THEN c.received_at + interval '4 minutes' END,
       CASE WHEN dispatch IN ('Departed', 'Arrived', 'Completed') THEN c.received_at + interval '5 minutes' END,
       CASE WHEN dispatch IN ('Arrived', 'Completed') THEN c.received_at + interval '9 minutes' END,
       CASE WHEN dispatch = 'Completed' THEN c.received_at + interval '20 minutes' END
FROM open_case c
JOIN roster.unit u ON u.tenant_id = c.tenant_id AND u.id = pg_temp.id(5, 0, c.i % 2 + 1)
JOIN roster.shift s ON s.tenant_id = u.tenant_id AND s.unit_id = u.id
WHERE c.dispatch IS NOT NULL;
INSERT INTO nightdesk.night_counter (tenant_id, night, last) SELECT tenant_id, min(night), 50 FROM open_case GROUP BY tenant_id;
