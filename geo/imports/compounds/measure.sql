-- What pairs whose boxes meet, or whose names are alike, have in common on the ground.
DROP TABLE IF EXISTS alike, measured, measured_in_file;

-- The centre of a circle about a point is all that is known of it: it lies on the other or not.
CREATE TEMPORARY TABLE measured ON COMMIT DROP AS
SELECT
    pair.*,
    staged.approximate OR held.approximate AS approximate,
    CASE
        WHEN staged.approximate OR held.approximate THEN CAST(centre.inside AS integer)
        ELSE shared.area / (own.area + other.area - shared.area)
    END AS iou,
    shared.area / least(own.area, other.area) AS share,
    ST_DWithin(CAST(staged.geom AS geography), CAST(held.geom AS geography), :near_m) AS near
FROM pair
JOIN staged ON staged."row" = pair."row"
JOIN registry.compound AS held ON held.id = pair.id
CROSS JOIN LATERAL (SELECT ST_Area(staged.geom) AS area) AS own
CROSS JOIN LATERAL (SELECT ST_Area(held.geom) AS area) AS other
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN ST_Intersects(staged.geom, held.geom)
            THEN ST_Area(ST_Intersection(staged.geom, held.geom))
        ELSE 0
    END AS area
) AS shared
CROSS JOIN LATERAL (
    SELECT (staged.approximate AND ST_Intersects(ST_Centroid(staged.geom), held.geom))
        OR (held.approximate AND ST_Intersects(ST_Centroid(held.geom), staged.geom)) AS inside
) AS centre;

CREATE TEMPORARY TABLE measured_in_file ON COMMIT DROP AS
SELECT
    pair.*,
    first.approximate OR second.approximate AS approximate,
    CASE
        WHEN first.approximate OR second.approximate THEN CAST(centre.inside AS integer)
        ELSE shared.area / (own.area + other.area - shared.area)
    END AS iou,
    shared.area / least(own.area, other.area) AS share
FROM pair_in_file AS pair
JOIN staged AS first ON first."row" = pair."row"
JOIN staged AS second ON second."row" = pair.other
CROSS JOIN LATERAL (SELECT ST_Area(first.geom) AS area) AS own
CROSS JOIN LATERAL (SELECT ST_Area(second.geom) AS area) AS other
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN ST_Intersects(first.geom, second.geom)
            THEN ST_Area(ST_Intersection(first.geom, second.geom))
        ELSE 0
    END AS area
) AS shared
CROSS JOIN LATERAL (
    SELECT (first.approximate AND ST_Intersects(ST_Centroid(first.geom), second.geom))
        OR (second.approximate AND ST_Intersects(ST_Centroid(second.geom), first.geom)) AS inside
) AS centre;

-- The same without a doubt: outline and name agree, and no other row or compound agrees as well.
CREATE TEMPORARY TABLE alike ON COMMIT DROP AS
SELECT
    "row",
    id,
    NOT numbered
    AND count(*) OVER (PARTITION BY "row") = 1
    AND count(*) OVER (PARTITION BY id) = 1 AS certain
FROM measured
WHERE candidate AND iou >= :same_iou AND similarity >= :same_name;

INSERT INTO known SELECT "row", id FROM alike WHERE certain;
