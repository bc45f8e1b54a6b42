-- Figures of sets of compounds on days; the mark below is replaced by who is in which set, and when:
-- rows of place, compound_id, households, synthetic, during. What a viewer may not see, row security leaves
-- out; seen says of how many compounds it left the status.
WITH day AS MATERIALIZED (
    SELECT on_day FROM unnest(CAST(:days AS date[])) AS on_day
),
place AS (
    SELECT code FROM unnest(CAST(:places AS text[])) AS code
),
member AS MATERIALIZED (
    /*member*/
),
-- A history is read once a compound, not once a day: an index on spans costs more than the rows.
starred AS MATERIALIZED (
    SELECT m.place, m.during * p.valid AS during, p.effective_star
    FROM member AS m
    JOIN oversight.status_public AS p ON p.compound_id = m.compound_id
),
held AS MATERIALIZED (
    SELECT m.place, m.households, m.during * u.valid AS during, u.key_target, u.exit_case,
           u.orders_open, u.orders_overdue, u.hazards_open
    FROM member AS m
    JOIN oversight.status AS u ON u.compound_id = m.compound_id
),
found AS MATERIALIZED (
    SELECT m.place, m.during, t.family, v.found_on, v.confirmed_on, v.closed_on, v.revoked_on
    FROM member AS m
    JOIN oversight.violation AS v ON v.compound_id = m.compound_id AND v.superseded_at IS NULL
    JOIN oversight.violation_type AS t ON t.code = v.type_code
),
visit AS MATERIALIZED (
    SELECT m.place, m.during, m.compound_id, i.inspected_on
    FROM member AS m
    JOIN planning.inspection AS i ON i.compound_id = m.compound_id AND i.superseded_at IS NULL
),
there AS (
    SELECT m.place,
           d.on_day,
           count(*) AS compounds,
           sum(m.households) AS households,
           count(*) FILTER (WHERE m.households IS NULL) AS households_unknown,
           count(*) FILTER (WHERE m.synthetic) AS synthetic
    FROM member AS m
    JOIN day AS d ON m.during @> d.on_day
    GROUP BY m.place, d.on_day
),
star AS (
    SELECT p.place,
           d.on_day,
           count(*) AS assessed,
           count(p.effective_star) AS rated,
           count(*) FILTER (WHERE p.effective_star = 5) AS star_5,
           count(*) FILTER (WHERE p.effective_star = 4) AS star_4,
           count(*) FILTER (WHERE p.effective_star = 3) AS star_3,
           count(*) FILTER (WHERE p.effective_star = 2) AS star_2,
           count(*) FILTER (WHERE p.effective_star = 1) AS star_1,
           count(*) FILTER (WHERE p.effective_star = 0) AS star_0
    FROM starred AS p
    JOIN day AS d ON p.during @> d.on_day
    GROUP BY p.place, d.on_day
),
duty AS (
    SELECT u.place,
           d.on_day,
           count(*) AS seen,
           sum(u.households) AS households,
           count(*) FILTER (WHERE u.key_target) AS key_targets,
           count(*) FILTER (WHERE u.exit_case) AS exit_cases,
           sum(u.orders_open) AS orders_open,
           sum(u.orders_overdue) AS orders_overdue,
           count(*) FILTER (WHERE u.orders_overdue > 0) AS compounds_overdue,
           sum(u.hazards_open) AS hazards_open
    FROM held AS u
    JOIN day AS d ON u.during @> d.on_day
    GROUP BY u.place, d.on_day
),
breach AS (
    SELECT v.place,
           d.on_day,
           v.family,
           count(*) AS total,
           count(*) FILTER (WHERE v.confirmed_on <= d.on_day) AS proven,
           count(*) FILTER (WHERE v.closed_on IS NULL OR v.closed_on > d.on_day) AS open
    FROM found AS v
    JOIN day AS d ON v.during @> d.on_day AND v.found_on <= d.on_day
                 AND (v.revoked_on IS NULL OR v.revoked_on > d.on_day)
    GROUP BY v.place, d.on_day, v.family
),
family AS (
    SELECT place,
           on_day,
           jsonb_object_agg(
               family, jsonb_build_object('total', total, 'proven', proven, 'open', open)
           ) AS families
    FROM breach
    GROUP BY place, on_day
),
visited AS (
    SELECT i.place, d.on_day, count(DISTINCT i.compound_id) AS inspected
    FROM visit AS i
    JOIN day AS d ON i.during @> d.on_day AND i.inspected_on <= d.on_day
                 AND i.inspected_on > d.on_day - CAST(:inspected_days AS int)
    GROUP BY i.place, d.on_day
)
SELECT a.code AS place,
       d.on_day,
       t.compounds,
       t.households,
       t.households_unknown,
       t.synthetic,
       s.assessed,
       s.star_5,
       s.star_4,
       s.star_3,
       s.star_2,
       s.star_1,
       s.star_0,
       COALESCE(t.compounds, 0) - COALESCE(s.rated, 0) AS unrated,
       u.seen,
       u.households AS seen_households,
       u.key_targets,
       u.exit_cases,
       u.orders_open,
       u.orders_overdue,
       u.compounds_overdue,
       u.hazards_open,
       f.families,
       i.inspected
FROM place AS a
CROSS JOIN day AS d
LEFT JOIN there AS t ON t.place = a.code AND t.on_day = d.on_day
LEFT JOIN star AS s ON s.place = a.code AND s.on_day = d.on_day
LEFT JOIN duty AS u ON u.place = a.code AND u.on_day = d.on_day
LEFT JOIN family AS f ON f.place = a.code AND f.on_day = d.on_day
LEFT JOIN visited AS i ON i.place = a.code AND i.on_day = d.on_day
ORDER BY array_position(CAST(:places AS text[]), a.code), d.on_day
