-- What an import touched: rows that were written or set aside in this very transaction.

-- name: compound
SELECT f.id AS compound_id, CAST(NULL AS bigint) AS company_id
FROM registry.compound AS f
WHERE f.city_code = :city AND f.recorded_at = now() AND f.superseded_at IS NULL
  AND NOT EXISTS (
      SELECT FROM oversight.status AS s WHERE s.compound_id = f.id AND upper_inf(s.valid)
  )

-- name: company
SELECT CAST(NULL AS bigint) AS compound_id, f.id AS company_id
FROM registry.company AS f
WHERE f.city_code = :city AND f.recorded_at = now() AND f.superseded_at IS NULL
  AND NOT EXISTS (
      SELECT FROM oversight.company_status AS s WHERE s.company_id = f.id AND upper_inf(s.valid)
  )

-- name: contract
SELECT compound_id, company_id FROM registry.contract
WHERE city_code = :city AND (recorded_at = now() OR superseded_at = now())

-- name: violation
SELECT compound_id, CASE WHEN offender_kind = 'company' THEN company_id END AS company_id
FROM oversight.violation
WHERE city_code = :city AND (recorded_at = now() OR superseded_at = now())

-- name: rectification_order
SELECT compound_id, CAST(NULL AS bigint) AS company_id FROM oversight.rectification_order
WHERE city_code = :city AND (recorded_at = now() OR superseded_at = now())

-- name: committee
SELECT compound_id, CAST(NULL AS bigint) AS company_id FROM registry.committee
WHERE city_code = :city AND (recorded_at = now() OR superseded_at = now())

-- name: hazard
SELECT compound_id, CAST(NULL AS bigint) AS company_id FROM oversight.hazard
WHERE city_code = :city AND (recorded_at = now() OR superseded_at = now())

-- name: complaint
SELECT compound_id, CAST(NULL AS bigint) AS company_id FROM oversight.complaint
WHERE city_code = :city AND (recorded_at = now() OR superseded_at = now())

-- name: inspection
SELECT compound_id, CAST(NULL AS bigint) AS company_id FROM planning.inspection
WHERE city_code = :city AND (recorded_at = now() OR superseded_at = now())

-- name: rating
-- A round that is new or moved numbers the others anew, so it concerns all that were ever rated.
SELECT compound_id, CAST(NULL AS bigint) AS company_id FROM oversight.rating
WHERE city_code = :city
  AND (recorded_at = now() OR superseded_at = now() OR EXISTS (
      SELECT FROM oversight.rating_round
      WHERE city_code = :city AND (recorded_at = now() OR superseded_at = now())
  ))

-- name: bare_company
-- Companies of which nothing is known yet.
SELECT id FROM unnest(CAST(:ids AS bigint[])) AS id
EXCEPT (
    SELECT company_id FROM registry.contract WHERE city_code = :city
    UNION ALL SELECT company_id FROM oversight.violation WHERE city_code = :city
    UNION ALL SELECT company_id FROM oversight.measure WHERE city_code = :city
    UNION ALL SELECT company_id FROM oversight.exit_case WHERE city_code = :city
)
ORDER BY 1

-- name: bare_compound
-- Compounds of which nothing is known yet.
SELECT id FROM unnest(CAST(:ids AS bigint[])) AS id
EXCEPT (
    SELECT compound_id FROM registry.contract WHERE city_code = :city
    UNION ALL SELECT compound_id FROM oversight.rating WHERE city_code = :city
    UNION ALL SELECT compound_id FROM oversight.violation WHERE city_code = :city
    UNION ALL SELECT compound_id FROM oversight.rectification_order WHERE city_code = :city
    UNION ALL SELECT compound_id FROM oversight.referral WHERE city_code = :city
    UNION ALL SELECT compound_id FROM oversight.measure WHERE city_code = :city
    UNION ALL SELECT compound_id FROM oversight.exit_case WHERE city_code = :city
    UNION ALL SELECT compound_id FROM registry.committee WHERE city_code = :city
    UNION ALL SELECT compound_id FROM registry.disclosure WHERE city_code = :city
    UNION ALL SELECT compound_id FROM oversight.hazard WHERE city_code = :city
    UNION ALL SELECT compound_id FROM oversight.complaint WHERE city_code = :city
    UNION ALL SELECT compound_id FROM oversight.lead WHERE city_code = :city
    UNION ALL SELECT compound_id FROM planning.inspection WHERE city_code = :city
    UNION ALL SELECT compound_id FROM registry.utility WHERE city_code = :city
    UNION ALL SELECT compound_id FROM registry.guard_filing WHERE city_code = :city
    UNION ALL SELECT compound_id FROM registry.emergency_plan WHERE city_code = :city
    UNION ALL SELECT compound_id FROM registry.notice WHERE city_code = :city
    UNION ALL SELECT compound_id FROM registry.plaque WHERE city_code = :city
)
ORDER BY 1
