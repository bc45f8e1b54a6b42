-- The agency a violation is first referred to: of the kinds the policy names, one that enforces
-- this breach there before one that is only in the district or city; then in the policy's order of
-- kinds, the most specific area first.
SELECT agency.id
FROM registry.compound AS compound
JOIN oversight.agency AS agency
    ON agency.city_code = compound.city_code
    AND agency.superseded_at IS NULL
    AND agency.kind = ANY(:kinds)
    AND (agency.district_code IS NULL OR agency.district_code = compound.district_code)
LEFT JOIN LATERAL (
    SELECT min(CASE
        WHEN answers.geom IS NOT NULL THEN 1
        WHEN answers.street_code IS NOT NULL THEN 2
        WHEN answers.district_code IS NOT NULL THEN 3
        ELSE 4
    END) AS area
    FROM oversight.jurisdiction AS answers
    WHERE answers.agency_id = agency.id
      AND answers.role = 'enforce'
      AND answers.superseded_at IS NULL
      AND answers.valid @> CAST(:day AS date)
      AND (answers.type_code = :type OR answers.family = :family)
      AND coalesce(answers.street_code, compound.street_code, '')
          = coalesce(compound.street_code, '')
      AND coalesce(answers.district_code, compound.district_code, '')
          = coalesce(compound.district_code, '')
      AND (answers.geom IS NULL OR EXISTS (
          SELECT FROM oversight.compound_jurisdiction AS reached
          WHERE reached.jurisdiction_id = answers.id
            AND reached.compound_id = compound.id
            AND reached.superseded_at IS NULL
            AND reached.valid @> CAST(:day AS date)))
) AS enforces ON true
WHERE compound.id = :compound
ORDER BY
    enforces.area IS NULL,
    array_position(:kinds, agency.kind),
    enforces.area,
    agency.level = 'city',
    agency.id
LIMIT 1
