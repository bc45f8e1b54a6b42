SELECT k.id,
       c.label_point AS geom,
       k.code,
       k.compound_id,
       c.name AS compound_name,
       k.city_code,
       c.district_code,
       c.street_code,
       k.kind,
       k.pilot,
       k.members_count,
       k.party_members_count,
       lower(k.term) AS term_from,
       upper(k.term) AS term_until,
       COALESCE(upper(k.term) <= CAST(:as_of AS date), false) AS term_over,
       k.filed_on,
       k.funds_published_on,
       k.synthetic
FROM registry.committee AS k
JOIN registry.compound AS c ON c.id = k.compound_id
WHERE k.superseded_at IS NULL AND k.valid @> CAST(:as_of AS date)
