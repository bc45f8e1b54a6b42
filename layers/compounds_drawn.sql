SELECT c.id,
       c.geom,
       c.geom AS reach,
       c.label_point,
       c.name,
       c.city_code,
       c.district_code,
       c.street_code,
       r.star AS rated_star,
       c.synthetic
FROM registry.compound AS c
LEFT JOIN oversight.rating AS r
       ON r.compound_id = c.id AND r.valid @> CAST(:as_of AS date) AND r.superseded_at IS NULL
WHERE c.superseded_at IS NULL
