-- Recorded compounds that a person puts somewhere else: the place they had moves to the history.
DROP TABLE IF EXISTS moved_by_hand;

CREATE TEMPORARY TABLE moved_by_hand ON COMMIT DROP AS
SELECT
    held.id,
    (held.district_code, held.street_code) IS DISTINCT FROM
        (settled.district_code, settled.street_code) AS moved,
    settled.*
FROM compared
JOIN staged ON staged."row" = compared."row"
JOIN settled ON settled."row" = compared."row" AND settled.place_decided
JOIN registry.compound AS held ON held.id = compared.id
WHERE NOT compared.kept;

UPDATE registry.compound_place AS past
SET superseded_at = now()
FROM moved_by_hand AS moved
WHERE moved.moved
  AND past.compound_id = moved.id
  AND past.superseded_at IS NULL
  AND upper(past.valid) > :on;

INSERT INTO registry.compound_place
    (city_code, valid, compound_id, district_code, district_share, street_code, street_share,
     community_code, community_share, synthetic, superseded_at, import_id)
SELECT
    held.city_code,
    daterange(held.place_since, CASE WHEN held.place_since < :on THEN CAST(:on AS date) END),
    held.id, held.district_code, held.district_share, held.street_code, held.street_share,
    held.community_code, held.community_share, held.synthetic,
    CASE WHEN held.place_since >= :on THEN now() END,
    held.import_id
FROM registry.compound AS held
JOIN moved_by_hand AS moved ON moved.id = held.id
WHERE moved.moved AND held.district_code IS NOT NULL;

UPDATE registry.compound AS held
SET district_code = moved.district_code,
    district_share = moved.district_share,
    street_code = moved.street_code,
    street_share = moved.street_share,
    community_code = moved.community_code,
    community_share = moved.community_share,
    place_decided = TRUE,
    place_since = CASE
        WHEN moved.moved AND held.district_code IS NOT NULL THEN CAST(:on AS date)
        ELSE held.place_since
    END
FROM moved_by_hand AS moved
WHERE moved.id = held.id;

SELECT id FROM moved_by_hand WHERE moved;
