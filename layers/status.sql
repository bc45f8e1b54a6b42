SELECT json_build_object(
    'compound', json_build_object('id', c.id, 'code', c.code, 'name', c.name,
                                  'city_code', c.city_code, 'synthetic', c.synthetic),
    'first_day', (SELECT min(lower(valid)) FROM oversight.status WHERE compound_id = c.id),
    'valid', json_build_object('from', lower(u.valid), 'to', upper(u.valid) - 1),
    'status', to_jsonb(u) - ARRAY['compound_id', 'valid', 'city_code'],
    'company', CASE WHEN y.id IS NOT NULL THEN json_build_object('id', y.id, 'name', y.name) END,
    'company_valid', json_build_object('from', lower(k.valid), 'to', upper(k.valid) - 1),
    'company_status', to_jsonb(k) - ARRAY['company_id', 'valid', 'city_code'],
    'policy', p.content - ARRAY['violations', 'duties', 'assessment', 'committee']
)::text AS status
FROM registry.compound AS c
LEFT JOIN oversight.status AS u ON u.compound_id = c.id AND u.valid @> CAST(:as_of AS date)
LEFT JOIN registry.company AS y ON y.id = u.company_id
LEFT JOIN oversight.company_status AS k
       ON k.company_id = u.company_id AND k.valid @> CAST(:as_of AS date)
LEFT JOIN oversight.policy AS p
       ON p.city_code = u.city_code AND p.version = u.policy_version
WHERE c.id = :compound_id AND c.superseded_at IS NULL
