-- Which compounds get another outline from ${table}.
DROP TABLE IF EXISTS redrawn_compound, ending_outline;

UPDATE registry.compound AS compound
SET approximate = drawn.approximate
FROM ${table} AS drawn
WHERE drawn.id = compound.id
  AND drawn.approximate <> compound.approximate
  AND ST_OrderingEquals(drawn.geom, compound.geom);

CREATE TEMPORARY TABLE redrawn_compound ON COMMIT DROP AS
SELECT
    compound.id,
    drawn.geom,
    drawn.approximate,
    compound.outline_since,
    NOT :correct AND compound.outline_since < :on AS lasted
FROM ${table} AS drawn
JOIN registry.compound AS compound ON compound.id = drawn.id
WHERE compound.superseded_at IS NULL
  AND NOT ST_OrderingEquals(compound.geom, drawn.geom);

-- Where the new outline begins before one that ended, that one is cut short or never held.
CREATE TEMPORARY TABLE ending_outline ON COMMIT DROP AS
SELECT held.id, CAST(:on AS date) AS day
FROM registry.compound_outline AS held
JOIN redrawn_compound AS redrawn ON redrawn.id = held.compound_id
WHERE NOT :correct AND held.superseded_at IS NULL AND upper(held.valid) > :on;
