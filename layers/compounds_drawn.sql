SELECT c.id,
       c.geom,
       c.geom AS reach,
       c.label_point,
       c.name,
       c.city_code,
       c.district_code,
       c.street_code,
       u.effective_star,
       u.rung,
       u.key_target,
       u.exit_case,
       r.star AS rated_star,
       c.synthetic
FROM registry.compound AS c
LEFT JOIN oversight.rating AS r
       ON r.compound_id = c.id AND r.valid @> CAST(:as_of AS date) AND r.superseded_at IS NULL
LEFT JOIN oversight.status AS u ON u.compound_id = c.id AND u.valid @> CAST(:as_of AS date)
WHERE c.superseded_at IS NULL
