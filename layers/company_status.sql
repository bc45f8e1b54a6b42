SELECT json_build_object(
    'company', json_build_object('id', y.id, 'code', y.code, 'name', y.name,
                                 'city_code', y.city_code, 'synthetic', y.synthetic),
    'first_day', t.first_day,
    'status', t.company,
    'policy', p.content - ARRAY['violations', 'duties', 'assessment'] || jsonb_build_object(
        'counts_as', (
            SELECT jsonb_object_agg(v ->> 'code', v ->> 'counts_as')
            FROM jsonb_array_elements(p.content -> 'violations') AS v
            WHERE v ->> 'counts_as' IS NOT NULL)),
    'projects', (
        SELECT COALESCE(json_agg(json_build_object(
                   'id', c.id, 'name', c.name, 'households', c.households,
                   'effective_star', u.effective_star, 'rung', COALESCE(u.rung, 0),
                   'key_target', COALESCE(u.key_target, false),
                   'exit_case', COALESCE(u.exit_case, false))
               ORDER BY u.effective_star NULLS LAST, c.name, c.id), '[]')
        FROM registry.contract AS s
        JOIN registry.compound AS c ON c.id = s.compound_id AND c.superseded_at IS NULL
        LEFT JOIN oversight.status AS u
               ON u.compound_id = c.id AND u.valid @> CAST(:as_of AS date)
        WHERE s.company_id = y.id AND s.valid @> CAST(:as_of AS date)
          AND s.superseded_at IS NULL)
)::text AS status
FROM registry.company AS y
CROSS JOIN LATERAL access.told('company', y.id, CAST(:as_of AS date)) AS t
LEFT JOIN oversight.policy AS p
       ON p.city_code = y.city_code AND p.version = t.company ->> 'policy_version'
WHERE y.id = :company_id AND y.superseded_at IS NULL
