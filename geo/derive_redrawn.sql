-- Compounds take their new outlines, the old ones move to the history; returns how many.
INSERT INTO registry.compound_outline
    (city_code, valid, compound_id, geom, source, synthetic, superseded_at, import_id)
SELECT
    compound.city_code,
    daterange(compound.outline_since, CASE WHEN redrawn.lasted THEN CAST(:on AS date) END),
    compound.id,
    compound.geom,
    compound.source,
    compound.synthetic,
    CASE WHEN NOT redrawn.lasted THEN now() END,
    compound.import_id
FROM redrawn_compound AS redrawn
JOIN registry.compound AS compound ON compound.id = redrawn.id;

UPDATE registry.compound AS compound
SET geom = redrawn.geom,
    approximate = redrawn.approximate,
    outline_since = CASE WHEN :correct THEN compound.outline_since ELSE :on END,
    import_id = coalesce(:import_id, compound.import_id),
    area_m2 = ST_Area(ST_Transform(redrawn.geom, 6933)),
    label_point = ST_PointOnSurface(redrawn.geom)
FROM redrawn_compound AS redrawn
WHERE redrawn.id = compound.id;

SELECT count(*) FROM redrawn_compound;
