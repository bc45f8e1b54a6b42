WITH event AS (
    SELECT e.on_day, 'contract' AS kind, e.event, k.id, 'T7' AS row,
           jsonb_build_object('company', y.name, 'kind', k.kind, 'filed', k.filed,
                              'end_reason', k.end_reason) AS data
    FROM registry.contract AS k
    JOIN registry.company AS y ON y.id = k.company_id
    CROSS JOIN LATERAL (VALUES (lower(k.valid), 'began'), (k.filed_on, 'filed'),
                               (upper(k.valid) - 1, 'ended')) AS e (on_day, event)
    WHERE k.compound_id = :compound_id AND k.superseded_at IS NULL
    UNION ALL
    SELECT n.published_on, 'rating', 'published', r.id, 'T5',
           jsonb_build_object('star', r.star, 'round', n.name)
    FROM oversight.rating AS r
    JOIN oversight.rating_round AS n ON n.id = r.round_id
    WHERE r.compound_id = :compound_id AND r.superseded_at IS NULL
    UNION ALL
    -- A breach is told of once it is proven.
    SELECT e.on_day, 'violation', e.event, v.id, t.row,
           jsonb_build_object('type', t.code, 'name', t.name, 'name_en', t.name_en,
                              'offender', v.offender_kind, 'company', y.name)
    FROM oversight.violation AS v
    JOIN oversight.violation_type AS t ON t.code = v.type_code
    LEFT JOIN registry.company AS y ON y.id = v.company_id
    CROSS JOIN LATERAL (VALUES (v.occurred_on, 'occurred'), (v.found_on, 'found'),
                               (v.confirmed_on, 'confirmed'), (v.appealed_on, 'appealed'),
                               (v.closed_on, 'closed'), (v.revoked_on, 'revoked'))
               AS e (on_day, event)
    WHERE v.compound_id = :compound_id AND v.superseded_at IS NULL
      AND v.confirmed_on <= CAST(:known AS date)
    UNION ALL
    SELECT e.on_day, 'order', e.event, o.id, 'T3',
           jsonb_build_object('due_on', e.due_on, 'type', t.code, 'name', t.name,
                              'name_en', t.name_en, 'violation_id', o.violation_id)
    FROM oversight.rectification_order AS o
    LEFT JOIN oversight.violation AS v ON v.id = o.violation_id
    LEFT JOIN oversight.violation_type AS t ON t.code = v.type_code
    CROSS JOIN LATERAL (
        VALUES (o.issued_on, 'issued', o.due_on), (o.done_on, 'reported_done', NULL),
               (o.accepted_on, 'accepted', NULL), (o.withdrawn_on, 'withdrawn', NULL)
        UNION ALL
        SELECT x.granted_on, 'extended', x.due_on FROM oversight.order_extension AS x
        WHERE x.order_id = o.id AND x.superseded_at IS NULL
        UNION ALL
        SELECT s.on_day, s.event, s.due_on FROM oversight.order_reopening AS x
        CROSS JOIN LATERAL (VALUES (x.reopened_on, 'reopened', x.due_on),
                                   (x.done_on, 'reported_done', NULL),
                                   (x.accepted_on, 'accepted', NULL)) AS s (on_day, event, due_on)
        WHERE x.order_id = o.id AND x.superseded_at IS NULL
    ) AS e (on_day, event, due_on)
    WHERE o.compound_id = :compound_id AND o.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'referral', e.event, f.id, 'T3',
           jsonb_build_object('agency', a.name, 'outcome', e.outcome, 'due_on', e.due_on,
                              'type', t.code, 'name', t.name, 'name_en', t.name_en,
                              'violation_id', f.violation_id)
    FROM oversight.referral AS f
    JOIN oversight.agency AS a ON a.id = f.agency_id
    JOIN oversight.violation AS v ON v.id = f.violation_id
    JOIN oversight.violation_type AS t ON t.code = v.type_code
    CROSS JOIN LATERAL (
        VALUES (f.sent_on, 'sent', NULL, f.due_on), (f.received_on, 'received', NULL, NULL),
               (f.answered_on, 'answered', f.outcome, NULL),
               (f.withdrawn_on, 'withdrawn', NULL, NULL)
        UNION ALL
        SELECT x.granted_on, 'extended', NULL, x.due_on FROM oversight.referral_extension AS x
        WHERE x.referral_id = f.id AND x.superseded_at IS NULL
        UNION ALL
        SELECT s.on_day, s.event, s.outcome, s.due_on FROM oversight.referral_reopening AS x
        CROSS JOIN LATERAL (VALUES (x.reopened_on, 'reopened', NULL, x.due_on),
                                   (x.answered_on, 'answered', x.outcome, NULL))
                   AS s (on_day, event, outcome, due_on)
        WHERE x.referral_id = f.id AND x.superseded_at IS NULL
    ) AS e (on_day, event, outcome, due_on)
    WHERE f.compound_id = :compound_id AND f.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'measure', e.event, m.id, 'T3',
           jsonb_build_object('measure', m.kind, 'company', y.name, 'authority', m.authority,
                              'document', m.document)
    FROM oversight.measure AS m
    LEFT JOIN registry.company AS y ON y.id = m.company_id
    CROSS JOIN LATERAL (VALUES (m.due_on, 'due'), (m.decided_on, 'decided'),
                               (m.done_on, 'done'), (m.withdrawn_on, 'withdrawn'),
                               (m.ends_on, 'ended')) AS e (on_day, event)
    WHERE m.compound_id = :compound_id AND m.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'exit_case', e.event, x.id,
           CASE x.ground WHEN 'third_rung' THEN 'T3' ELSE 'T5' END,
           jsonb_build_object('ground', x.ground, 'company', y.name)
    FROM oversight.exit_case AS x
    JOIN registry.company AS y ON y.id = x.company_id
    CROSS JOIN LATERAL (VALUES (x.opened_on, 'opened'), (x.decided_on, 'decided'),
                               (x.closed_on, 'closed'), (x.withdrawn_on, 'withdrawn'))
               AS e (on_day, event)
    WHERE x.compound_id = :compound_id AND x.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'committee', e.event, g.id, CASE g.kind WHEN 'committee' THEN 'T11' ELSE 'T15' END,
           jsonb_build_object('body', g.kind, 'pilot', g.pilot)
    FROM registry.committee AS g
    CROSS JOIN LATERAL (VALUES (lower(g.valid), 'began'), (upper(g.term), 'term_over'),
                               (upper(g.valid) - 1, 'ended'), (g.filed_on, 'filed'),
                               (g.funds_published_on, 'funds_published'))
               AS e (on_day, event)
    WHERE g.compound_id = :compound_id AND g.superseded_at IS NULL
    UNION ALL
    SELECT s.taken_on, 'committee_step', s.kind, s.id,
           CASE WHEN s.kind IN ('revoked', 'prosecuted') THEN 'T11' ELSE 'T12' END,
           jsonb_build_object('of_member', s.member_id IS NOT NULL)
    FROM registry.committee_step AS s
    JOIN registry.committee AS g ON g.id = s.committee_id
    WHERE g.compound_id = :compound_id AND s.superseded_at IS NULL
    UNION ALL
    SELECT i.inspected_on, 'inspection', 'made', i.id,
           CASE i.reason WHEN 'hazard' THEN 'T9' WHEN 'exit_case' THEN 'T5' WHEN 'deadline' THEN 'T3'
                         WHEN 'key_target' THEN 'T5' WHEN 'complaint' THEN 'T8'
                         WHEN 'fee_check' THEN 'T8' WHEN 'safety_check' THEN 'T10'
                         WHEN 'joint_presence' THEN 'T14' WHEN 'random' THEN 'T1' ELSE 'T4' END,
           jsonb_build_object('reason', i.reason, 'agency_kind', i.agency_kind, 'visit', i.kind,
                              'findings', i.findings_count)
    FROM planning.inspection AS i
    WHERE i.compound_id = :compound_id AND i.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'hazard', e.event, h.id, t.row,
           jsonb_build_object('type', t.code, 'name', t.name, 'name_en', t.name_en,
                              'severity', h.severity, 'due_on', h.due_on)
    FROM oversight.hazard AS h
    JOIN oversight.violation_type AS t ON t.code = h.type_code
    CROSS JOIN LATERAL (VALUES (h.found_on, 'found'), (h.cleared_on, 'cleared'))
               AS e (on_day, event)
    WHERE h.compound_id = :compound_id AND h.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'complaint', e.event, p.id, 'T8',
           jsonb_build_object('subject', p.subject, 'channel', p.channel, 'upheld', p.upheld,
                              'type', t.code, 'name', t.name, 'name_en', t.name_en)
    FROM oversight.complaint AS p
    LEFT JOIN oversight.violation_type AS t ON t.code = p.type_code
    CROSS JOIN LATERAL (VALUES (p.received_on, 'received'), (p.closed_on, 'closed'))
               AS e (on_day, event)
    WHERE p.compound_id = :compound_id AND p.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'notice', e.event, n.id, 'T14', '{}'
    FROM registry.notice AS n
    CROSS JOIN LATERAL (VALUES (n.posted_on, 'posted'), (n.removed_on, 'removed'))
               AS e (on_day, event)
    WHERE n.compound_id = :compound_id AND n.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'plaque', e.event, q.id, 'T6', jsonb_build_object('star', q.star)
    FROM registry.plaque AS q
    CROSS JOIN LATERAL (VALUES (q.issued_on, 'issued'), (q.withdrawn_on, 'withdrawn'))
               AS e (on_day, event)
    WHERE q.compound_id = :compound_id AND q.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'lead', e.event, l.id, 'T3',
           jsonb_build_object('reporter', l.reporter_kind, 'agency', a.name, 'outcome', l.outcome,
                              'type', t.code, 'name', t.name, 'name_en', t.name_en,
                              'violation_id', l.violation_id)
    FROM oversight.lead AS l
    LEFT JOIN oversight.agency AS a ON a.id = l.agency_id
    LEFT JOIN oversight.violation_type AS t ON t.code = l.type_code
    CROSS JOIN LATERAL (VALUES (l.reported_on, 'reported'), (l.decided_on, 'decided'))
               AS e (on_day, event)
    WHERE l.compound_id = :compound_id AND l.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'disclosure', e.event, d.id, 'T7',
           jsonb_build_object('what', d.kind, 'disclosed', d.disclosed)
    FROM registry.disclosure AS d
    CROSS JOIN LATERAL (VALUES (lower(d.valid), 'began'), (upper(d.valid) - 1, 'ended'))
               AS e (on_day, event)
    WHERE d.compound_id = :compound_id AND d.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'utility', e.event, w.id, 'T13',
           jsonb_build_object('supply', w.kind, 'provider', w.provider,
                              'to_end_user', w.serves_end_user)
    FROM registry.utility AS w
    CROSS JOIN LATERAL (VALUES (lower(w.valid), 'began'), (upper(w.valid) - 1, 'ended'))
               AS e (on_day, event)
    WHERE w.compound_id = :compound_id AND w.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'guard_filing', e.event, b.id, 'T13',
           jsonb_build_object('guards', b.guards, 'certified', b.certified, 'filed', b.filed)
    FROM registry.guard_filing AS b
    CROSS JOIN LATERAL (VALUES (lower(b.valid), 'began'), (b.filed_on, 'filed'),
                               (upper(b.valid) - 1, 'ended')) AS e (on_day, event)
    WHERE b.compound_id = :compound_id AND b.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'emergency_plan', e.event, j.id, 'T9',
           jsonb_build_object('plan', j.kind, 'supplies', j.supplies)
    FROM registry.emergency_plan AS j
    CROSS JOIN LATERAL (VALUES (lower(j.valid), 'began'), (j.trained_on, 'trained'),
                               (j.drilled_on, 'drilled'), (upper(j.valid) - 1, 'ended'))
               AS e (on_day, event)
    WHERE j.compound_id = :compound_id AND j.superseded_at IS NULL
    UNION ALL
    -- A seat, and not who holds it.
    SELECT e.on_day, 'committee_member', e.event, z.id, 'T12',
           jsonb_build_object('body', g.kind, 'position', z.position)
    FROM registry.member AS z
    JOIN registry.committee AS g ON g.id = z.committee_id
    CROSS JOIN LATERAL (VALUES (lower(z.valid), 'began'), (upper(z.valid) - 1, 'ended'))
               AS e (on_day, event)
    WHERE g.compound_id = :compound_id AND z.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'mediation', e.event, m.id, 'T15',
           jsonb_build_object('party', m.party, 'counterparty', m.counterparty,
                              'dispute', m.subject, 'outcome', m.outcome)
    FROM oversight.mediation AS m
    CROSS JOIN LATERAL (VALUES (m.opened_on, 'opened'), (m.closed_on, 'closed'))
               AS e (on_day, event)
    WHERE m.compound_id = :compound_id AND m.superseded_at IS NULL
    UNION ALL
    SELECT e.on_day, 'presence', e.event, r.id, 'T14',
           jsonb_build_object('agency', a.name, 'schedule', r.schedule)
    FROM registry.presence AS r
    JOIN oversight.agency AS a ON a.id = r.agency_id
    CROSS JOIN LATERAL (VALUES (lower(r.valid), 'began'), (upper(r.valid) - 1, 'ended'))
               AS e (on_day, event)
    WHERE r.compound_id = :compound_id AND r.superseded_at IS NULL
    UNION ALL
    SELECT lower(u.valid), 'status', e.event, NULL, e.row,
           jsonb_build_object('before', e.before, 'after', e.after, 'ground', u.exit_ground)
    FROM (
        SELECT s.valid, s.rung, s.effective_star, s.key_target, s.exit_case, s.exit_ground,
               lag(s.rung) OVER w AS rung_before,
               lag(s.effective_star) OVER w AS star_before,
               lag(s.key_target) OVER w AS target_before,
               lag(s.exit_case) OVER w AS exit_before
        FROM oversight.status AS s
        WHERE s.compound_id = :compound_id
        WINDOW w AS (ORDER BY lower(s.valid))
    ) AS u
    CROSS JOIN LATERAL (
        VALUES ('rung', 'T3', to_jsonb(COALESCE(u.rung_before, 0)), to_jsonb(u.rung)),
               ('star', 'T5', to_jsonb(u.star_before), to_jsonb(u.effective_star)),
               ('key_target', 'T5', to_jsonb(COALESCE(u.target_before, false)),
                to_jsonb(u.key_target)),
               ('exit', 'T5', to_jsonb(COALESCE(u.exit_before, false)), to_jsonb(u.exit_case))
    ) AS e (event, row, before, after)
    WHERE e.before IS DISTINCT FROM e.after
)
SELECT on_day, kind, event, id, row, data::text AS data
FROM event
WHERE on_day BETWEEN CAST(:since AS date) AND CAST(:until AS date)
ORDER BY on_day DESC, kind, id DESC, event
LIMIT :rows
