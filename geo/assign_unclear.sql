-- Compounds whose district or street is open: nobody decided, and no share is large enough.
SELECT
    compound.id,
    compound.code,
    compound.name,
    compound.district_code AS district,
    compound.district_share,
    compound.street_code AS street,
    compound.street_share
FROM registry.compound AS compound
WHERE compound.superseded_at IS NULL
  AND (CAST(:city AS text) IS NULL OR compound.city_code = :city)
  AND NOT compound.place_decided
  AND (
      compound.district_share < :clear
      OR compound.street_share < :clear
      OR (
          compound.district_code IS NULL
          AND EXISTS (
              SELECT
              FROM registry.district_boundary AS held
              WHERE held.city_code = compound.city_code
                AND held.superseded_at IS NULL
                AND held.valid @> CAST(:on AS date)
          )
      )
      OR (
          compound.street_code IS NULL
          AND EXISTS (
              SELECT
              FROM registry.street_boundary AS held
              JOIN registry.street AS unit ON unit.code = held.street_code
              WHERE unit.district_code = compound.district_code
                AND held.superseded_at IS NULL
                AND held.valid @> CAST(:on AS date)
          )
      )
  )
ORDER BY compound.city_code, compound.code, compound.id;
