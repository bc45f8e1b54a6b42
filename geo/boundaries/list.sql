-- Cities with outlines that hold on :on.
SELECT
    city.code,
    city.name,
    count(*) AS districts,
    (
        SELECT count(*)
        FROM registry.street_boundary AS street
        WHERE street.city_code = city.code
          AND street.superseded_at IS NULL
          AND street.valid @> CAST(:on AS date)
    ) AS streets,
    round(CAST(sum(held.area_m2) / 1e6 AS numeric), 1) AS km2,
    min(held.source) AS source,
    min(held.source_version) AS version
FROM registry.city AS city
JOIN registry.district_boundary AS held ON held.city_code = city.code
WHERE held.superseded_at IS NULL
  AND held.valid @> CAST(:on AS date)
GROUP BY city.code, city.name
ORDER BY city.code;
