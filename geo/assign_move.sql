-- Compounds take the places settled for them; returns how many moved. The old place ends; one
-- recorded as beginning on that day or later never held.
INSERT INTO registry.compound_place
    (city_code, valid, compound_id, district_code, district_share, street_code, street_share,
     community_code, community_share, synthetic, superseded_at, import_id)
SELECT
    compound.city_code,
    daterange(compound.place_since, CASE WHEN compound.place_since < :on THEN :on END),
    compound.id,
    compound.district_code,
    compound.district_share,
    compound.street_code,
    compound.street_share,
    compound.community_code,
    compound.community_share,
    compound.synthetic,
    CASE WHEN compound.place_since >= :on THEN now() END,
    compound.import_id
FROM settled_compound AS settled
JOIN registry.compound AS compound ON compound.id = settled.id
WHERE settled.moved AND compound.district_code IS NOT NULL;

UPDATE registry.compound AS compound
SET district_code = settled.district_code,
    district_share = settled.district_share,
    street_code = settled.street_code,
    street_share = settled.street_share,
    community_code = settled.community_code,
    community_share = settled.community_share,
    place_decided = settled.place_decided,
    place_since = CASE
        WHEN NOT settled.moved THEN compound.place_since
        WHEN settled.old_district IS NULL AND compound.place_since = :first_day THEN :first_day
        ELSE :on
    END
FROM settled_compound AS settled
WHERE settled.id = compound.id
  AND (
      settled.moved
      OR settled.place_decided <> compound.place_decided
      OR coalesce(abs(settled.district_share - compound.district_share) > :least,
                  settled.district_share IS DISTINCT FROM compound.district_share)
      OR coalesce(abs(settled.street_share - compound.street_share) > :least,
                  settled.street_share IS DISTINCT FROM compound.street_share)
      OR coalesce(abs(settled.community_share - compound.community_share) > :least,
                  settled.community_share IS DISTINCT FROM compound.community_share)
  );

SELECT count(*) FROM settled_compound WHERE moved;
