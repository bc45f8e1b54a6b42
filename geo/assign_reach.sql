-- Which drawn jurisdictions reach which compounds; what is as recorded stays untouched.
DROP TABLE IF EXISTS reached, stale_reach;

CREATE TEMPORARY TABLE reached ON COMMIT DROP AS
WITH measured AS MATERIALIZED (
    SELECT
        compound.id AS compound_id,
        office.id AS jurisdiction_id,
        compound.city_code,
        office.valid,
        compound.synthetic OR office.synthetic AS synthetic,
        CASE
            WHEN ST_Covers(office.geom, compound.geom) THEN 1
            ELSE least(
                1, ST_Area(ST_Intersection(office.geom, compound.geom)) / ST_Area(compound.geom)
            )
        END AS share
    FROM oversight.jurisdiction AS office
    JOIN registry.compound AS compound
      ON ST_Intersects(office.geom, compound.geom) AND compound.city_code = office.city_code
    WHERE office.superseded_at IS NULL
      AND compound.superseded_at IS NULL
      AND (CAST(:city AS text) IS NULL OR office.city_code = :city)
      AND (CAST(:compound_ids AS bigint[]) IS NULL
           OR compound.id = ANY(CAST(:compound_ids AS bigint[])))
      AND (CAST(:jurisdiction_ids AS bigint[]) IS NULL
           OR office.id = ANY(CAST(:jurisdiction_ids AS bigint[])))
)
SELECT * FROM measured WHERE share > :least;

-- Recorded shares that no longer hold end with the jurisdiction, at the latest on that day; those
-- of a jurisdiction that was taken back never held.
CREATE TEMPORARY TABLE stale_reach ON COMMIT DROP AS
SELECT
    held.id,
    CASE WHEN office.superseded_at IS NULL THEN cut.day ELSE lower(held.valid) END AS day
FROM oversight.compound_jurisdiction AS held
JOIN oversight.jurisdiction AS office ON office.id = held.jurisdiction_id
LEFT JOIN reached
  ON reached.compound_id = held.compound_id AND reached.jurisdiction_id = held.jurisdiction_id
CROSS JOIN LATERAL (SELECT least(upper(office.valid), CAST(:on AS date)) AS day) AS cut
WHERE held.superseded_at IS NULL
  AND (CAST(:city AS text) IS NULL OR held.city_code = :city)
  AND (CAST(:compound_ids AS bigint[]) IS NULL
       OR held.compound_id = ANY(CAST(:compound_ids AS bigint[])))
  AND (CAST(:jurisdiction_ids AS bigint[]) IS NULL
       OR held.jurisdiction_id = ANY(CAST(:jurisdiction_ids AS bigint[])))
  AND (upper_inf(held.valid) OR upper(held.valid) > cut.day OR office.superseded_at IS NOT NULL)
  AND (reached.share IS NULL
       OR abs(reached.share - held.share) > :least
       OR upper(held.valid) IS DISTINCT FROM upper(office.valid));
