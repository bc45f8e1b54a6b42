-- A result is that of the company serving when the round is published.
ALTER TABLE staged ADD COLUMN derived_company_id bigint;
ANALYZE staged;

UPDATE staged
SET derived_company_id = contract.company_id
FROM staged AS said
LEFT JOIN oversight.rating_round AS known
  ON known.city_code = :city AND known.code = said.round AND known.superseded_at IS NULL
JOIN registry.contract AS contract
  ON contract.compound_id = said.compound_id
 AND contract.superseded_at IS NULL
 AND contract.valid @> coalesce(said.published_on, known.published_on)
WHERE said."row" = staged."row";
