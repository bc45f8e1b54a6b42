SELECT json_build_object(
    'id', c.id,
    'code', c.code,
    'name', c.name,
    'name_generated', c.name_generated,
    'address', c.address,
    'synthetic', c.synthetic,
    'source', c.source,
    'approximate', c.approximate,
    'as_of', CAST(:as_of AS date),
    'place', json_build_object(
        'city', (SELECT json_build_object('code', code, 'name', name, 'name_en', name_en)
                 FROM registry.city WHERE code = c.city_code),
        'district', (SELECT json_build_object('code', code, 'name', name, 'name_en', name_en,
                                              'share', p.district_share)
                     FROM registry.district WHERE code = p.district_code),
        'street', (SELECT json_build_object(
                              'code', s.code, 'name', s.name, 'share', p.street_share,
                              'synthetic', (SELECT synthetic FROM registry.street_boundary AS b
                                            WHERE b.street_code = s.code
                                              AND b.valid @> CAST(:as_of AS date)
                                              AND b.superseded_at IS NULL))
                   FROM registry.street AS s WHERE s.code = p.street_code),
        'community', (SELECT json_build_object('code', code, 'name', name,
                                               'share', p.community_share)
                      FROM registry.community WHERE code = p.community_code),
        'label_point', json_build_array(round(ST_X(c.label_point)::numeric, 6),
                                        round(ST_Y(c.label_point)::numeric, 6)),
        'bbox', json_build_array(round(ST_XMin(c.geom)::numeric, 6),
                                 round(ST_YMin(c.geom)::numeric, 6),
                                 round(ST_XMax(c.geom)::numeric, 6),
                                 round(ST_YMax(c.geom)::numeric, 6)),
        'area_m2', round(c.area_m2)),
    'building', json_build_object('households', c.households,
                                  'floor_area_m2', c.floor_area_m2,
                                  'year_built', c.year_built),
    'rated_star', u.rated_star,
    'effective_star', u.effective_star,
    'rating_round', (SELECT json_build_object('code', code, 'name', name,
                                              'published_on', published_on)
                     FROM oversight.rating_round WHERE id = u.round_id),
    'company', (SELECT json_build_object('id', id, 'name', name)
                FROM registry.company WHERE id = u.company_id),
    'published_cases', (
        SELECT COALESCE(json_agg(json_build_object(
                   'published_on', e.published_on, 'title', e.title, 'text', e.text)
               ORDER BY e.published_on DESC, e.id DESC), '[]')
        FROM oversight.published_case AS e
        WHERE e.compound_id = c.id AND e.superseded_at IS NULL
          AND e.published_on <= CAST(:as_of AS date)),
    'service', (
        SELECT COALESCE(json_agg(json_build_object(
                   'company', json_build_object('id', y.id, 'name', y.name),
                   'kind', k.kind,
                   'from', lower(k.valid),
                   'to', upper(k.valid) - 1,
                   'filed', k.filed,
                   'filed_on', k.filed_on,
                   'current', k.valid @> CAST(:as_of AS date)) ORDER BY lower(k.valid) DESC), '[]')
        FROM registry.contract AS k
        JOIN registry.company AS y ON y.id = k.company_id
        WHERE k.compound_id = c.id AND k.superseded_at IS NULL
          AND lower(k.valid) <= CAST(:as_of AS date)),
    'ratings', (
        SELECT COALESCE(json_agg(json_build_object(
                   'round', json_build_object('code', n.code, 'name', n.name),
                   'published_on', n.published_on,
                   'star', r.star,
                   'current', r.valid @> CAST(:as_of AS date),
                   'total_score', r.total_score,
                   'scores', json_build_object(
                       'sanitation', r.sanitation, 'waste_sorting', r.waste_sorting,
                       'greening', r.greening, 'order', r."order", 'facilities', r.facilities,
                       'disclosure', r.disclosure, 'governance', r.governance))
               ORDER BY lower(r.valid) DESC), '[]')
        FROM oversight.rating AS r
        JOIN oversight.rating_round AS n ON n.id = r.round_id
        WHERE r.compound_id = c.id AND r.superseded_at IS NULL
          AND lower(r.valid) <= CAST(:as_of AS date)),
    'violations', (
        SELECT json_build_object(
            'total', count(*),
            'open', count(*) FILTER (WHERE NOT COALESCE(v.closed_on <= CAST(:as_of AS date), false)
                                       AND NOT COALESCE(v.revoked_on <= CAST(:as_of AS date), false)),
            'items', COALESCE(json_agg(json_build_object(
                'id', v.id,
                'type', json_build_object('code', t.code, 'name', t.name, 'name_en', t.name_en,
                                          'row', t.row, 'family', t.family),
                'offender_kind', v.offender_kind,
                'company', CASE WHEN y.id IS NOT NULL
                                THEN json_build_object('id', y.id, 'name', y.name) END,
                'severity', v.severity,
                'occurred_on', v.occurred_on,
                'found_on', v.found_on,
                'confirmed_on', v.confirmed_on,
                'closed_on', CASE WHEN v.closed_on <= CAST(:as_of AS date) THEN v.closed_on END,
                'revoked_on', CASE WHEN v.revoked_on <= CAST(:as_of AS date) THEN v.revoked_on END)
                ORDER BY v.found_on DESC, v.id DESC), '[]'))
        FROM oversight.violation AS v
        JOIN oversight.violation_type AS t ON t.code = v.type_code
        LEFT JOIN registry.company AS y ON y.id = v.company_id
        WHERE v.compound_id = c.id AND v.superseded_at IS NULL
          AND v.confirmed_on <= CAST(:as_of AS date)),
    'orders', (
        SELECT COALESCE(json_agg(json_build_object(
                   'id', o.id,
                   'violation_id', o.violation_id,
                   'issued_on', o.issued_on,
                   'due_on', o.due_on,
                   'done_on', o.done_on,
                   'state', o.state) ORDER BY o.issued_on DESC, o.id DESC), '[]')
        FROM (
            SELECT o.id, o.violation_id, o.issued_on, e.due_on, e.done_on,
                   CASE WHEN o.withdrawn_on <= CAST(:as_of AS date) THEN 'withdrawn'
                        WHEN e.done_on <= e.due_on THEN 'kept'
                        WHEN e.done_on IS NOT NULL THEN 'late'
                        WHEN e.due_on < CAST(:as_of AS date) THEN 'overdue'
                        ELSE 'open' END AS state
            FROM oversight.rectification_order AS o
            CROSS JOIN LATERAL (
                SELECT COALESCE(max(x.due_on), o.due_on) AS due_on,
                       CASE WHEN o.done_on <= CAST(:as_of AS date) THEN o.done_on END AS done_on
                FROM oversight.order_extension AS x
                WHERE x.order_id = o.id AND x.granted_on <= CAST(:as_of AS date)
                  AND x.superseded_at IS NULL
            ) AS e
            WHERE o.compound_id = c.id AND o.superseded_at IS NULL
              AND o.issued_on <= CAST(:as_of AS date)
        ) AS o),
    'self_government', (
        SELECT COALESCE(json_agg(json_build_object(
                   'kind', g.kind,
                   'from', lower(g.valid),
                   'to', upper(g.valid) - 1,
                   'term_ends', upper(g.term) - 1,
                   'members_count', g.members_count,
                   'pilot', g.pilot,
                   'current', g.valid @> CAST(:as_of AS date),
                   'in_term', COALESCE(g.term @> CAST(:as_of AS date), g.term IS NULL))
               ORDER BY lower(g.valid) DESC), '[]')
        FROM registry.committee AS g
        WHERE g.compound_id = c.id AND g.superseded_at IS NULL
          AND lower(g.valid) <= CAST(:as_of AS date)),
    'disclosures', (
        SELECT COALESCE(json_agg(json_build_object(
                   'kind', d.kind, 'disclosed', (u.disclosures ->> d.kind)::boolean,
                   'since', (SELECT lower(i.valid) FROM registry.disclosure AS i
                             WHERE i.compound_id = c.id AND i.kind = d.kind
                               AND i.valid @> CAST(:as_of AS date) AND i.superseded_at IS NULL))
               ORDER BY d.place), '[]')
        FROM unnest(ARRAY['contract', 'content', 'telephone', 'method', 'fees', 'revenue'])
             WITH ORDINALITY AS d (kind, place)
        WHERE u.disclosures ? d.kind),
    'agencies', (
        SELECT COALESCE(json_agg(json_build_object(
                   'agency', json_build_object('id', a.id, 'kind', a.kind, 'name', a.name,
                                               'level', a.level),
                   'roles', a.roles,
                   'families', a.families,
                   'hotline', a.hotline,
                   'legal_basis', a.legal_basis,
                   'area', json_build_object('kind', a.area_kind, 'name', a.area_name))
               ORDER BY a.rank, a.level, a.kind, a.id), '[]')
        FROM (
            SELECT a.id, a.kind, a.name, a.level, j.rank, j.area_kind, j.area_name,
                   j.legal_basis,
                   COALESCE(max(j.hotline), a.hotline) AS hotline,
                   array_agg(DISTINCT j.role ORDER BY j.role) AS roles,
                   array_agg(DISTINCT j.breach ORDER BY j.breach) AS families
            FROM (
                SELECT q.agency_id, q.role, q.hotline, q.legal_basis,
                       COALESCE(q.family, q.type_code) AS breach,
                       CASE WHEN q.geom IS NOT NULL THEN 1
                            WHEN q.street_code IS NOT NULL THEN 2
                            WHEN q.district_code IS NOT NULL THEN 3 ELSE 4 END AS rank,
                       CASE WHEN q.geom IS NOT NULL THEN 'custom'
                            WHEN q.street_code IS NOT NULL THEN 'street'
                            WHEN q.district_code IS NOT NULL THEN 'district'
                            ELSE 'city' END AS area_kind,
                       COALESCE(q.area_name, s.name, d.name, t.name) AS area_name
                FROM oversight.jurisdiction AS q
                JOIN registry.city AS t ON t.code = q.city_code
                LEFT JOIN registry.district AS d ON d.code = q.district_code
                LEFT JOIN registry.street AS s ON s.code = q.street_code
                WHERE q.city_code = c.city_code
                  AND q.valid @> CAST(:as_of AS date) AND q.superseded_at IS NULL
                  AND (q.street_code IS NULL OR q.street_code = p.street_code)
                  AND (q.district_code IS NULL OR q.district_code = p.district_code)
                  AND (q.geom IS NULL OR ST_Intersects(q.geom, c.geom))
            ) AS j
            JOIN oversight.agency AS a ON a.id = j.agency_id
            GROUP BY a.id, a.kind, a.name, a.level, a.hotline, j.rank, j.area_kind, j.area_name,
                     j.legal_basis
        ) AS a)
)::text AS dossier
FROM registry.compound AS c
LEFT JOIN LATERAL (
    SELECT c.district_code, c.district_share, c.street_code, c.street_share,
           c.community_code, c.community_share
    WHERE c.place_since <= CAST(:as_of AS date)
    UNION ALL
    SELECT h.district_code, h.district_share, h.street_code, h.street_share,
           h.community_code, h.community_share
    FROM registry.compound_place AS h
    WHERE h.compound_id = c.id AND h.valid @> CAST(:as_of AS date) AND h.superseded_at IS NULL
      AND c.place_since > CAST(:as_of AS date)
) AS p ON true
LEFT JOIN oversight.status_public AS u
       ON u.compound_id = c.id AND u.valid @> CAST(:as_of AS date)
WHERE c.id = :compound_id AND c.superseded_at IS NULL
