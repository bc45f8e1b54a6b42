-- The company that serves, or the body that speaks for the owners, on the day of the breach.
ALTER TABLE staged
    ADD COLUMN derived_company_id bigint,
    ADD COLUMN derived_committee_id bigint,
    ADD COLUMN derived_severity text;
ANALYZE staged;

UPDATE staged
SET derived_severity = kind.severity,
    derived_company_id = contract.company_id,
    derived_committee_id = committee.id
FROM staged AS said
LEFT JOIN oversight.violation_type AS kind ON kind.code = said.type_code
LEFT JOIN registry.contract AS contract
  ON coalesce(said.offender_kind, 'company') = 'company'
 AND contract.compound_id = said.compound_id
 AND contract.superseded_at IS NULL
 AND contract.valid @> coalesce(said.occurred_on, said.found_on)
LEFT JOIN LATERAL (
    SELECT acting.id
    FROM registry.committee AS acting
    WHERE said.offender_kind IN ('committee', 'member')
      AND acting.compound_id = said.compound_id
      AND acting.superseded_at IS NULL
      AND acting.valid @> coalesce(said.occurred_on, said.found_on)
    ORDER BY array_position(ARRAY['committee', 'pmc', 'community_acting'], acting.kind)
    LIMIT 1
) AS committee ON TRUE
WHERE said."row" = staged."row";
