SELECT c.id,
       c.geom,
       c.code,
       c.name,
       c.name_generated,
       c.address,
       c.city_code,
       c.district_code,
       d.name AS district_name,
       c.street_code,
       s.name AS street_name,
       p.company_id,
       y.name AS company_name,
       c.households,
       c.floor_area_m2,
       c.year_built,
       round(c.area_m2) AS area_m2,
       p.effective_star,
       -- scoped
       u.rung,
       u.key_target,
       u.exit_case,
       CASE WHEN u.rung IS NOT NULL THEN v.open END AS violations_open,
       CASE WHEN u.rung IS NOT NULL THEN v.total END AS violations_total,
       u.orders_open,
       u.orders_overdue,
       u.hazards_open,
       i.last_inspected_on,
       u.next_inspection_on,
       -- public
       p.rated_star,
       n.name AS rating_round,
       n.published_on AS rated_on,
       c.approximate,
       c.synthetic,
       round(ST_X(c.label_point)::numeric, 6) AS label_lon,
       round(ST_Y(c.label_point)::numeric, 6) AS label_lat
FROM registry.compound AS c
LEFT JOIN registry.district AS d ON d.code = c.district_code
LEFT JOIN registry.street AS s ON s.code = c.street_code
LEFT JOIN oversight.status_public AS p
       ON p.compound_id = c.id AND p.valid @> CAST(:as_of AS date)
LEFT JOIN registry.company AS y ON y.id = p.company_id
LEFT JOIN oversight.rating_round AS n ON n.id = p.round_id
-- scoped
LEFT JOIN oversight.status AS u ON u.compound_id = c.id AND u.valid @> CAST(:as_of AS date)
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE o.closed_on IS NULL OR o.closed_on > CAST(:as_of AS date)) AS open,
           count(*) AS total
    FROM oversight.violation AS o
    WHERE o.compound_id = c.id AND o.superseded_at IS NULL AND o.found_on <= CAST(:as_of AS date)
      AND (o.revoked_on IS NULL OR o.revoked_on > CAST(:as_of AS date))
) AS v ON true
LEFT JOIN LATERAL (
    SELECT max(n.inspected_on) AS last_inspected_on
    FROM planning.inspection AS n
    WHERE n.compound_id = c.id AND n.superseded_at IS NULL
      AND n.inspected_on <= CAST(:as_of AS date)
) AS i ON true
-- public
WHERE c.superseded_at IS NULL
