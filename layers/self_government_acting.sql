-- Compounds in which the community acts because nobody else does (T15), as their status says; where
-- that is recorded the record stands for it. The numbers begin where no record's will.
SELECT 1000000000000000 + c.id AS id,
       c.label_point AS geom,
       NULL::text AS code,
       c.id AS compound_id,
       c.name AS compound_name,
       c.city_code,
       c.district_code,
       c.street_code,
       'community_acting' AS kind,
       false AS pilot,
       NULL::integer AS members_count,
       NULL::integer AS party_members_count,
       NULL::date AS term_from,
       NULL::date AS term_until,
       false AS term_over,
       NULL::date AS filed_on,
       NULL::date AS funds_published_on,
       c.synthetic
FROM registry.compound AS c
WHERE c.superseded_at IS NULL
  AND EXISTS (
      SELECT FROM oversight.status AS s
      WHERE s.compound_id = c.id AND s.self_government = 'community_acting'
        AND s.valid @> CAST(:as_of AS date)
  )
  AND NOT EXISTS (
      SELECT FROM registry.committee AS n
      WHERE n.compound_id = c.id AND n.kind = 'community_acting' AND n.superseded_at IS NULL
        AND n.valid @> CAST(:as_of AS date)
  )
