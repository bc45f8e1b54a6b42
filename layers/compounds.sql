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
       u.rung,
       u.key_target,
       u.exit_case,
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
LEFT JOIN oversight.status AS u ON u.compound_id = c.id AND u.valid @> CAST(:as_of AS date)
WHERE c.superseded_at IS NULL
