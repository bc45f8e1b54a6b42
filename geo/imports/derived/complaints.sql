-- The compound at the complaint's point, unless it is about the street or community itself, and the
-- day by which it must be answered.
ALTER TABLE staged
    ADD COLUMN derived_compound_id bigint,
    ADD COLUMN derived_due_on date;
ANALYZE staged;

CREATE TEMPORARY TABLE near_compound ON COMMIT DROP AS
SELECT
    staged."row",
    CASE
        WHEN count(*) FILTER (WHERE covers.it) = 1
            THEN min(compound.id) FILTER (WHERE covers.it)
        WHEN count(*) = 1 THEN min(compound.id)
    END AS compound_id,
    string_agg(compound.code || ' ' || compound.name, '; ' ORDER BY compound.code) AS candidates
FROM staged
JOIN registry.compound AS compound
  ON compound.city_code = :city
 AND compound.superseded_at IS NULL
 AND compound.geom && ST_Expand(staged.geom, 0.0005)
 AND ST_DWithin(compound.geom::geography, staged.geom::geography, :near_m)
CROSS JOIN LATERAL (SELECT ST_Covers(compound.geom, staged.geom) AS it) AS covers
WHERE staged.compound IS NULL
  AND coalesce(staged.subject, 'company') NOT IN ('street', 'community')
GROUP BY staged."row";

UPDATE staged
SET derived_due_on = said.received_on + :days, derived_compound_id = near.compound_id
FROM staged AS said
LEFT JOIN near_compound AS near ON near."row" = said."row"
WHERE said."row" = staged."row";

INSERT INTO problem ("row", code, value, given)
SELECT
    staged."row",
    'several_compounds_here',
    ST_AsText(staged.geom, 6),
    jsonb_build_object('candidates', near.candidates)
FROM staged
JOIN near_compound AS near USING ("row")
WHERE near.compound_id IS NULL AND staged.street_code IS NULL AND staged.community_code IS NULL;

DROP TABLE near_compound;
