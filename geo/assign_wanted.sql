-- The believed compounds to be assigned.
DROP TABLE IF EXISTS wanted_compound;

CREATE TEMPORARY TABLE wanted_compound ON COMMIT DROP AS
SELECT compound.id AS key, compound.geom
FROM registry.compound AS compound
WHERE compound.superseded_at IS NULL
  AND (CAST(:city AS text) IS NULL OR compound.city_code = :city)
  AND (CAST(:ids AS bigint[]) IS NULL OR compound.id = ANY(CAST(:ids AS bigint[])))
  AND ${met};

CREATE INDEX ON wanted_compound USING gist (geom);
ANALYZE wanted_compound;
