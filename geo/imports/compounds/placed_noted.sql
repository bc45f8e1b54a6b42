-- How many of the placed rows that go in lie on a line; compounds from elsewhere need a city.
INSERT INTO registry.city (code, name)
SELECT DISTINCT city_code, :nowhere_name
FROM settled
WHERE city_code = :nowhere
ON CONFLICT (code) DO NOTHING;

UPDATE compared
SET changed = TRUE
FROM settled, registry.compound AS held
WHERE settled."row" = compared."row"
  AND held.id = compared.id
  AND NOT compared.kept
  AND settled.city_code <> held.city_code;

SELECT
    count(*) FILTER (WHERE NOT place_decided AND district_share < 1 - :noise) AS crosses_district,
    count(*) FILTER (WHERE found_district IS NOT NULL AND district_code IS NULL) AS unclear_place,
    count(*) FILTER (
        WHERE district_code IS NOT NULL AND street_code IS NULL AND found_street_share IS NOT NULL
    ) AS unclear_street
FROM settled
WHERE EXISTS (SELECT FROM staged WHERE staged."row" = settled."row");
