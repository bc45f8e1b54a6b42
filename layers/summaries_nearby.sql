-- The compounds in a circle on a day, nearest first; the mark stands as in summaries.sql.
WITH member AS MATERIALIZED (
    /*member*/
),
found AS (
    SELECT m.compound_id, m.distance_m
    FROM member AS m
    WHERE m.during @> CAST(:as_of AS date)
    ORDER BY m.distance_m, m.compound_id
    LIMIT CAST(:rows AS bigint)
)
SELECT c.id,
       c.code,
       c.name,
       c.district_code,
       c.street_code,
       c.households,
       f.distance_m,
       p.effective_star,
       u.key_target
FROM found AS f
JOIN registry.compound AS c ON c.id = f.compound_id
LEFT JOIN oversight.status_public AS p
       ON p.compound_id = c.id AND p.valid @> CAST(:as_of AS date)
LEFT JOIN oversight.status AS u ON u.compound_id = c.id AND u.valid @> CAST(:as_of AS date)
ORDER BY f.distance_m, c.id
