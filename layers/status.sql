SELECT json_build_object(
    'compound', json_build_object('id', c.id, 'code', c.code, 'name', c.name,
                                  'city_code', c.city_code, 'synthetic', c.synthetic),
    'first_day', t.first_day,
    'status', t.compound,
    'company', CASE WHEN y.id IS NOT NULL THEN json_build_object('id', y.id, 'name', y.name) END,
    'company_status', t.company,
    'policy', p.content - ARRAY['violations', 'duties', 'assessment'] || jsonb_build_object(
        'counts_as', (
            SELECT jsonb_object_agg(v ->> 'code', v ->> 'counts_as')
            FROM jsonb_array_elements(p.content -> 'violations') AS v
            WHERE v ->> 'counts_as' IS NOT NULL))
)::text AS status
FROM registry.compound AS c
CROSS JOIN LATERAL access.told('compound', c.id, CAST(:as_of AS date)) AS t
LEFT JOIN registry.company AS y ON y.id = CAST(t.compound ->> 'company_id' AS bigint)
LEFT JOIN oversight.policy AS p
       ON p.city_code = t.compound ->> 'city_code' AND p.version = t.compound ->> 'policy_version'
WHERE c.id = :compound_id AND c.superseded_at IS NULL
