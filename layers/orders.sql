-- Open, overdue and the deadline are as oversight.rules.orders says; what a later reopening undid
-- was reported and accepted until then.
SELECT o.id,
       c.label_point AS geom,
       o.code,
       o.compound_id,
       c.name AS compound_name,
       o.city_code,
       c.district_code,
       c.street_code,
       o.violation_id,
       o.company_id,
       y.name AS company_name,
       o.issued_on,
       k.due_on,
       COALESCE(later.done_on, o.done_on) AS done_on,
       COALESCE(later.accepted_on, o.accepted_on) AS accepted_on,
       o.withdrawn_on,
       k.open,
       k.open AND k.due_on < CAST(:as_of AS date) AS overdue,
       o.synthetic
FROM oversight.rectification_order AS o
JOIN registry.compound AS c ON c.id = o.compound_id
LEFT JOIN registry.company AS y ON y.id = o.company_id
LEFT JOIN LATERAL (
    SELECT r.done_on, r.accepted_on
    FROM oversight.order_reopening AS r
    WHERE r.order_id = o.id AND r.superseded_at IS NULL AND r.reopened_on > CAST(:as_of AS date)
    ORDER BY r.reopened_on
    LIMIT 1
) AS later ON true
LEFT JOIN LATERAL (
    SELECT r.due_on, r.reopened_on
    FROM oversight.order_reopening AS r
    WHERE r.order_id = o.id AND r.superseded_at IS NULL AND r.reopened_on <= CAST(:as_of AS date)
    ORDER BY r.reopened_on DESC
    LIMIT 1
) AS again ON true
LEFT JOIN LATERAL (
    SELECT max(n.due_on) AS due_on
    FROM oversight.order_extension AS n
    WHERE n.order_id = o.id AND n.superseded_at IS NULL
      AND n.granted_on <= CAST(:as_of AS date)
      AND n.granted_on >= COALESCE(again.reopened_on, date '-infinity')
) AS extended ON true
CROSS JOIN LATERAL (
    SELECT GREATEST(COALESCE(again.due_on, o.due_on), extended.due_on) AS due_on,
           COALESCE(o.withdrawn_on > CAST(:as_of AS date), true)
           AND COALESCE(COALESCE(later.done_on, o.done_on) > CAST(:as_of AS date), true) AS open
) AS k
WHERE o.superseded_at IS NULL AND o.issued_on <= CAST(:as_of AS date)
