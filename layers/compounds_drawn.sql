SELECT c.id,
       c.geom,
       c.geom AS reach,
       c.label_point,
       c.name,
       c.city_code,
       c.district_code,
       c.street_code,
       p.effective_star,
       -- scoped
       u.rung,
       u.key_target,
       u.exit_case,
       -- public
       p.rated_star,
       c.synthetic
FROM registry.compound AS c
LEFT JOIN oversight.status_public AS p
       ON p.compound_id = c.id AND p.valid @> CAST(:as_of AS date)
-- scoped
LEFT JOIN oversight.status AS u ON u.compound_id = c.id AND u.valid @> CAST(:as_of AS date)
-- public
WHERE c.superseded_at IS NULL
