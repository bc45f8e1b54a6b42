-- What the head of a notice says of compounds on a day.
SELECT c.id, c.code, c.name, c.city_code, t.name AS city, d.name AS district, s.name AS street,
       m.name AS community, c.address, c.synthetic, y.name AS company
FROM registry.compound AS c
JOIN registry.city AS t ON t.code = c.city_code
LEFT JOIN registry.district AS d ON d.code = c.district_code
LEFT JOIN registry.street AS s ON s.code = c.street_code
LEFT JOIN registry.community AS m ON m.code = c.community_code
LEFT JOIN registry.contract AS k
       ON k.compound_id = c.id AND k.valid @> CAST(:as_of AS date) AND k.superseded_at IS NULL
LEFT JOIN registry.company AS y ON y.id = k.company_id
WHERE c.id = ANY(:ids) AND c.superseded_at IS NULL
ORDER BY c.name, c.id
