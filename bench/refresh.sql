-- Cities of two thousand compounds and a hundred companies; one statement a table, in this order.
-- pick(i, k, n) draws 0 … n-1 for the k-th question about i, always the same.

-- name: pick
CREATE FUNCTION pg_temp.pick(i bigint, k int, n int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ((hashint8(i * 997 + k)::bigint & 2147483647) % n)::int

-- name: registry.city
INSERT INTO registry.city (code, name)
SELECT (100000 + c)::text, 'City ' || c FROM generate_series(1, CAST(:cities AS int)) AS c

-- name: registry.company
INSERT INTO registry.company (id, city_code, code, name, synthetic)
SELECT (c - 1) * 100 + k, (100000 + c)::text, 'C' || (c - 1) * 100 + k, 'Company ' || k, true
FROM generate_series(1, CAST(:cities AS int)) AS c, generate_series(1, 100) AS k

-- name: registry.compound
INSERT INTO registry.compound (id, city_code, code, name, households, geom, source, synthetic)
SELECT i, (100001 + (i - 1) / 2000)::text, 'B' || i, 'Compound ' || i, 200 + pg_temp.pick(i, 1, 2000),
       ST_Multi(ST_SetSRID(ST_MakeEnvelope(x, y, x + 0.001, y + 0.001), 4326)), 'bench', true
FROM generate_series(1, CAST(:compounds AS int)) AS i,
     LATERAL (SELECT 80 + (i % 800) * 0.05 AS x, 20 + (i / 800) * 0.04 AS y) AS corner

-- name: registry.contract
INSERT INTO registry.contract (id, city_code, compound_id, company_id, kind, filed, model_text, valid,
                               end_reason, synthetic)
SELECT 2 * i - 2 + n, (100001 + (i - 1) / 2000)::text, i,
       (i - 1) / 2000 * 100 + 1
           + pg_temp.pick(i, CASE WHEN n = 2 AND pg_temp.pick(i, 3, 10) < 3 THEN 5 ELSE 4 END, 100),
       CASE n WHEN 1 THEN 'early' ELSE 'ordinary' END, pg_temp.pick(i, 6, 10) < 8, true,
       CASE n WHEN 1 THEN daterange(began, began + 1095) ELSE daterange(began + 1095, NULL) END,
       CASE n WHEN 1 THEN 'expired' END, true
FROM generate_series(1, CAST(:compounds AS int)) AS i, generate_series(1, 2) AS n,
     LATERAL (SELECT date '2020-01-01' + pg_temp.pick(i, 2, 700) AS began) AS first

-- name: oversight.rating_round
INSERT INTO oversight.rating_round (id, city_code, code, name, cutoff_on, published_on, synthetic)
SELECT (c - 1) * 3 + n, (100000 + c)::text, (2022 + n)::text, 'Round ' || 2022 + n,
       make_date(2022 + n, 10, 31), make_date(2022 + n, 12, 15), true
FROM generate_series(1, CAST(:cities AS int)) AS c, generate_series(1, 3) AS n

-- name: oversight.rating
INSERT INTO oversight.rating (id, city_code, compound_id, round_id, star, valid, company_id, synthetic)
SELECT 3 * i - 3 + n, (100001 + (i - 1) / 2000)::text, i, (i - 1) / 2000 * 3 + n,
       (ARRAY[0, 1, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 5])[1 + pg_temp.pick(i, 10 + n, 13)],
       daterange(make_date(2022 + n, 12, 15),
                 CASE WHEN n < 3 THEN make_date(2023 + n, 12, 15) END), NULL, true
FROM generate_series(1, CAST(:compounds AS int)) AS i, generate_series(1, 3) AS n

-- name: oversight.violation
INSERT INTO oversight.violation (id, city_code, compound_id, type_code, offender_kind, company_id,
                                 severity, occurred_on, found_on, confirmed_on, appealed_on,
                                 closed_on, revoked_on, synthetic)
SELECT v, (100001 + (i - 1) / 2000)::text, i,
       CASE WHEN f.company_id IS NULL THEN k.residents[1 + pg_temp.pick(v, 26, cardinality(k.residents))]
            WHEN pg_temp.pick(v, 21, 100) < 40 THEN 'P' || 1 + pg_temp.pick(v, 22, 9)
            ELSE k.companies[1 + pg_temp.pick(v, 23, cardinality(k.companies))] END,
       CASE WHEN f.company_id IS NULL THEN 'resident' ELSE 'company' END, f.company_id,
       (ARRAY['minor', 'general', 'general', 'serious'])[1 + pg_temp.pick(v, 24, 4)],
       found - 3, found, found + 5,
       CASE WHEN pg_temp.pick(v, 25, 20) = 0 THEN found + 15 END,
       CASE WHEN pg_temp.pick(v, 27, 10) < 7 THEN found + 20 + pg_temp.pick(v, 28, 60) END,
       CASE WHEN pg_temp.pick(v, 29, 30) = 0 THEN found + 90 END, true
FROM generate_series(1, CAST(:compounds AS int)) AS i
CROSS JOIN generate_series(1, 4) AS j
CROSS JOIN LATERAL (
    SELECT 4 * i::bigint - 4 + j AS v,
           date '2022-01-05' + pg_temp.pick(4 * i::bigint - 4 + j, 20, 1700) AS found
) AS drawn
LEFT JOIN registry.contract AS f
    ON f.compound_id = i AND f.valid @> found AND pg_temp.pick(v, 19, 10) < 7
CROSS JOIN (
    SELECT array_agg(code ORDER BY code) FILTER (WHERE family IN ('conduct', 'safety')) AS companies,
           array_agg(code ORDER BY code) FILTER (WHERE family = 'public_management') AS residents
    FROM oversight.violation_type
) AS k

-- name: oversight.rectification_order
INSERT INTO oversight.rectification_order (city_code, compound_id, violation_id, company_id, issued_on,
                                           due_on, done_on, accepted_on, synthetic)
SELECT city_code, compound_id, id, company_id, confirmed_on, confirmed_on + 15,
       CASE WHEN pg_temp.pick(id, 31, 10) < 9 THEN confirmed_on + 5 + pg_temp.pick(id, 32, 20) END,
       CASE WHEN pg_temp.pick(id, 31, 10) < 8 THEN confirmed_on + 30 END, true
FROM oversight.violation WHERE offender_kind = 'company'

-- name: oversight.agency
INSERT INTO oversight.agency (id, city_code, kind, level, name, synthetic)
SELECT c, (100000 + c)::text, 'urban_enforcement', 'city', 'Agency', true
FROM generate_series(1, CAST(:cities AS int)) AS c

-- name: oversight.referral
INSERT INTO oversight.referral (city_code, compound_id, violation_id, agency_id, sent_on, due_on,
                                answered_on, outcome, synthetic)
SELECT city_code, compound_id, id, 1 + (compound_id - 1) / 2000, confirmed_on + 2, confirmed_on + 32,
       CASE WHEN pg_temp.pick(id, 36, 10) < 8 THEN confirmed_on + 20 END,
       CASE WHEN pg_temp.pick(id, 36, 10) < 8 THEN 'penalised' END, true
FROM oversight.violation WHERE pg_temp.pick(id, 35, 10) < 4

-- name: oversight.exit_case
INSERT INTO oversight.exit_case (city_code, compound_id, company_id, ground, opened_on, decided_on,
                                 synthetic)
SELECT city_code, compound_id, company_id, 'substandard', date '2024-02-01', date '2024-06-01', true
FROM registry.contract
WHERE valid @> date '2024-02-01' AND pg_temp.pick(compound_id, 41, 50) = 0

-- name: oversight.measure
INSERT INTO oversight.measure (city_code, kind, company_id, compound_id, due_on, decided_on, authority,
                               document, synthetic)
SELECT city_code, 'talk', company_id, compound_id, confirmed_on, confirmed_on + 10, 'Housing', 'No. 1',
       true
FROM oversight.violation WHERE offender_kind = 'company' AND pg_temp.pick(id, 43, 4) = 0
UNION ALL
SELECT city_code, 'blacklist', id, NULL, date '2024-09-01', date '2024-10-01', 'Housing', 'No. 2', true
FROM registry.company WHERE pg_temp.pick(id, 45, 20) = 0

-- name: registry.committee
INSERT INTO registry.committee (city_code, compound_id, kind, valid, term, members_count, synthetic)
SELECT (100001 + (i - 1) / 2000)::text, i, 'committee', daterange(began, NULL),
       daterange(began, began + 1826), 7, true
FROM generate_series(1, CAST(:compounds AS int)) AS i,
     LATERAL (SELECT date '2019-01-01' + pg_temp.pick(i, 50, 1800) AS began) AS first
WHERE pg_temp.pick(i, 51, 10) < 6

-- name: registry.disclosure
INSERT INTO registry.disclosure (city_code, compound_id, kind, disclosed, valid, synthetic)
SELECT (100001 + (i - 1) / 2000)::text, i, kind, pg_temp.pick(i, 60 + position::int, 10) < 8,
       daterange(date '2022-03-01' + pg_temp.pick(i, 70, 300), NULL), true
FROM generate_series(1, CAST(:compounds AS int)) AS i,
     unnest(ARRAY['contract', 'content', 'telephone', 'method', 'fees', 'revenue'])
         WITH ORDINALITY AS k(kind, position)

-- name: planning.inspection
INSERT INTO planning.inspection (city_code, compound_id, inspected_on, kind, reason, agency_kind,
                                 findings_count, synthetic)
SELECT (100001 + (i - 1) / 2000)::text, i, date '2022-02-01' + pg_temp.pick(i, 80 + n, 1700), 'routine',
       (ARRAY['routine', 'safety_check', 'nine_prohibitions', 'fee_check'])[n], 'housing', 0, true
FROM generate_series(1, CAST(:compounds AS int)) AS i, generate_series(1, 4) AS n

-- name: oversight.hazard
INSERT INTO oversight.hazard (city_code, compound_id, type_code, severity, found_on, due_on, cleared_on,
                              synthetic)
SELECT (100001 + (i - 1) / 2000)::text, i, k.codes[1 + pg_temp.pick(i, 91, cardinality(k.codes))],
       (ARRAY['minor', 'general', 'serious'])[1 + pg_temp.pick(i, 92, 3)], found, found + 20,
       CASE WHEN pg_temp.pick(i, 93, 10) < 8 THEN found + 5 + pg_temp.pick(i, 94, 30) END, true
FROM generate_series(1, CAST(:compounds AS int)) AS i,
     LATERAL (SELECT date '2022-02-01' + pg_temp.pick(i, 90, 1700) AS found) AS drawn,
     (SELECT array_agg(code ORDER BY code) AS codes FROM oversight.violation_type
      WHERE family = 'safety') AS k

-- name: oversight.complaint
INSERT INTO oversight.complaint (city_code, compound_id, subject, channel, received_on, due_on,
                                 closed_on, synthetic)
SELECT (100001 + (i - 1) / 2000)::text, i, 'company', 'hotline', received, received + 15,
       CASE WHEN pg_temp.pick(i, 101, 10) < 9 THEN received + 3 + pg_temp.pick(i, 102, 20) END, true
FROM generate_series(1, CAST(:compounds AS int)) AS i,
     LATERAL (SELECT date '2022-02-01' + pg_temp.pick(i, 100, 1700) AS received) AS drawn

-- name: registry.utility
INSERT INTO registry.utility (city_code, compound_id, kind, provider, serves_end_user, valid, synthetic)
SELECT (100001 + (i - 1) / 2000)::text, i, kind, 'Utility', pg_temp.pick(i, 110, 10) < 8,
       daterange(date '2020-01-01', NULL), true
FROM generate_series(1, CAST(:compounds AS int)) AS i,
     unnest(ARRAY['water', 'drainage', 'power', 'gas', 'heat', 'telecom', 'cable_tv']) AS kind

-- name: registry.emergency_plan
INSERT INTO registry.emergency_plan (city_code, compound_id, kind, supplies, valid, synthetic)
SELECT (100001 + (i - 1) / 2000)::text, i, kind, true,
       daterange(date '2022-06-01' + pg_temp.pick(i, 120, 300), NULL), true
FROM generate_series(1, CAST(:compounds AS int)) AS i,
     unnest(ARRAY['fire', 'public_order', 'public_health', 'extreme_weather']) AS kind
WHERE pg_temp.pick(i, 121, 10) < 7

-- name: registry.guard_filing
INSERT INTO registry.guard_filing (city_code, compound_id, guards, certified, filed, valid, synthetic)
SELECT (100001 + (i - 1) / 2000)::text, i, 8, 6, true, daterange(date '2022-01-01', NULL), true
FROM generate_series(1, CAST(:compounds AS int)) AS i WHERE pg_temp.pick(i, 130, 10) < 7

-- name: registry.notice
INSERT INTO registry.notice (city_code, compound_id, posted_on, synthetic)
SELECT (100001 + (i - 1) / 2000)::text, i, date '2023-01-01' + pg_temp.pick(i, 140, 300), true
FROM generate_series(1, CAST(:compounds AS int)) AS i WHERE pg_temp.pick(i, 141, 10) < 5

-- name: numbers
SELECT setval('oversight.violation_id_seq', 4 * CAST(:compounds AS bigint))
