-- A page of the compounds in a shape on a day, by number; the mark stands as in summaries.sql.
WITH member AS MATERIALIZED (
    /*member*/
)
SELECT c.id,
       c.code,
       c.name,
       c.district_code,
       c.street_code,
       c.households,
       p.effective_star,
       u.key_target
FROM member AS m
JOIN registry.compound AS c ON c.id = m.compound_id
LEFT JOIN oversight.status_public AS p
       ON p.compound_id = c.id AND p.valid @> CAST(:as_of AS date)
LEFT JOIN oversight.status AS u ON u.compound_id = c.id AND u.valid @> CAST(:as_of AS date)
WHERE m.during @> CAST(:as_of AS date) AND c.id > CAST(:after AS bigint)
ORDER BY c.id
LIMIT CAST(:rows AS bigint)
