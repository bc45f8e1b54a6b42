-- What a notice says of compounds on a day, besides the agencies: where each is, who manages it,
-- who supplies it (T13), and which agencies come to it (T14).
SELECT c.id, c.code, c.name, c.city_code, t.name AS city, d.name AS district, s.name AS street,
       m.name AS community, c.address, c.synthetic, y.name AS company,
       (
           SELECT COALESCE(json_agg(json_build_array(u.kind, u.provider, u.hotline)), '[]')
           FROM registry.utility AS u
           WHERE u.compound_id = c.id AND u.valid @> CAST(:as_of AS date)
             AND u.superseded_at IS NULL
       ) AS suppliers,
       (
           SELECT COALESCE(json_agg(json_build_array(p.agency_id, p.schedule)), '[]')
           FROM registry.presence AS p
           WHERE p.compound_id = c.id AND p.valid @> CAST(:as_of AS date)
             AND p.superseded_at IS NULL AND p.schedule IS NOT NULL
       ) AS presences
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
