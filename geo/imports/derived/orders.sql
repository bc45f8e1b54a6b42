-- An order follows its violation; without one it is for the company that serves when it is issued.
ALTER TABLE staged
    ADD COLUMN derived_compound_id bigint,
    ADD COLUMN derived_company_id bigint;
ANALYZE staged;

UPDATE staged
SET derived_compound_id = violation.compound_id,
    derived_company_id =
        CASE WHEN violation.id IS NULL THEN contract.company_id ELSE violation.company_id END
FROM staged AS said
LEFT JOIN oversight.violation AS violation ON violation.id = said.violation_id
LEFT JOIN registry.contract AS contract
  ON contract.compound_id = said.compound_id
 AND contract.superseded_at IS NULL
 AND contract.valid @> said.issued_on
WHERE said."row" = staged."row";

INSERT INTO problem ("row", code, field, value, given)
SELECT
    staged."row",
    'violation_elsewhere',
    'violation',
    staged.violation,
    jsonb_build_object('compound', compound.code || ' ' || compound.name)
FROM staged
JOIN registry.compound AS compound ON compound.id = staged.derived_compound_id
WHERE staged.compound_id <> staged.derived_compound_id;
