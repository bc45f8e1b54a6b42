-- Districts and streets by code, with what is above them and below.
SELECT d.code, d.name, d.name_en, 'district' AS level, d.city_code, NULL AS district_code,
       NULL AS district_name,
       COALESCE((SELECT jsonb_agg(jsonb_build_object('code', s.code, 'name', s.name) ORDER BY s.code)
                 FROM registry.street AS s WHERE s.district_code = d.code), '[]') AS streets
FROM registry.district AS d
WHERE d.code = ANY(CAST(:places AS text[]))
UNION ALL
SELECT s.code, s.name, NULL, 'street', s.city_code, s.district_code, d.name, '[]'
FROM registry.street AS s
JOIN registry.district AS d ON d.code = s.district_code
WHERE s.code = ANY(CAST(:places AS text[]))
