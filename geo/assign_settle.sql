-- What becomes of the places of the wanted compounds, from placed.
DROP TABLE IF EXISTS kept_share, settled_compound, ending_place;

-- Units that compounds may keep: those decided by a person, and those that nothing clear replaces.
CREATE TEMPORARY TABLE kept_share ON COMMIT DROP AS
SELECT
    compound.id,
    district.share AS district_share,
    street.share AS street_share,
    community.share AS community_share
FROM registry.compound AS compound
JOIN placed ON placed.key = compound.id
LEFT JOIN LATERAL (
    SELECT least(1, ST_Area(ST_Intersection(held.geom, compound.geom)) / ST_Area(compound.geom))
        AS share
    FROM registry.district_boundary AS held
    WHERE held.district_code = compound.district_code
      AND held.superseded_at IS NULL
      AND held.valid @> CAST(:on AS date)
) AS district ON TRUE
LEFT JOIN LATERAL (
    SELECT least(1, ST_Area(ST_Intersection(held.geom, compound.geom)) / ST_Area(compound.geom))
        AS share
    FROM registry.street_boundary AS held
    WHERE held.street_code = compound.street_code
      AND held.superseded_at IS NULL
      AND held.valid @> CAST(:on AS date)
) AS street ON TRUE
LEFT JOIN LATERAL (
    SELECT least(1, ST_Area(ST_Intersection(held.geom, compound.geom)) / ST_Area(compound.geom))
        AS share
    FROM registry.community_boundary AS held
    WHERE held.community_code = compound.community_code
      AND held.superseded_at IS NULL
      AND held.valid @> CAST(:on AS date)
) AS community ON TRUE
WHERE compound.district_code IS NOT NULL
  AND (
      compound.place_decided
      OR coalesce(placed.district_share, 0) < :clear
      OR (compound.street_code IS NOT NULL AND coalesce(placed.street_share, 0) < :clear)
      OR (compound.community_code IS NOT NULL AND coalesce(placed.community_share, 0) < :clear)
  );

CREATE TEMPORARY TABLE settled_compound ON COMMIT DROP AS
WITH judged AS (
    SELECT
        compound.id,
        compound.district_code AS old_district,
        compound.street_code AS old_street,
        compound.community_code AS old_community,
        placed.*,
        kept.district_share AS kept_district,
        kept.street_share AS kept_street,
        kept.community_share AS kept_community,
        compound.place_decided AND coalesce(kept.district_share > :least, FALSE) AS decided
    FROM registry.compound AS compound
    JOIN placed ON placed.key = compound.id
    LEFT JOIN kept_share AS kept ON kept.id = compound.id
),
in_district AS (
    SELECT
        judged.*,
        CASE
            WHEN district_share >= :clear AND NOT decided THEN district_code
            WHEN kept_district > :least THEN old_district
        END AS new_district
    FROM judged
),
in_street AS (
    SELECT
        held.*,
        CASE
            WHEN decided AND kept_street > :least AND unit.district_code = new_district
                THEN old_street
            WHEN street_share >= :clear AND held.district_code = new_district THEN street_code
            WHEN kept_street > :least AND unit.district_code = new_district THEN old_street
        END AS new_street
    FROM in_district AS held
    LEFT JOIN registry.street AS unit ON unit.code = held.old_street
),
in_community AS (
    SELECT
        held.*,
        CASE
            WHEN community_share >= :clear AND held.street_code = new_street THEN community_code
            WHEN kept_community > :least AND unit.street_code = new_street THEN old_community
        END AS new_community
    FROM in_street AS held
    LEFT JOIN registry.community AS unit ON unit.code = held.old_community
)
SELECT
    id,
    old_district,
    new_district AS district_code,
    CASE new_district WHEN district_code THEN district_share WHEN old_district THEN kept_district END
        AS district_share,
    new_street AS street_code,
    CASE new_street WHEN street_code THEN street_share WHEN old_street THEN kept_street END
        AS street_share,
    new_community AS community_code,
    CASE new_community
        WHEN community_code THEN community_share WHEN old_community THEN kept_community
    END AS community_share,
    decided AS place_decided,
    (old_district, old_street, old_community)
        IS DISTINCT FROM (new_district, new_street, new_community) AS moved
FROM in_community;

-- Where the new place begins before one that ended, that one is cut short or never held.
CREATE TEMPORARY TABLE ending_place ON COMMIT DROP AS
SELECT held.id, CAST(:on AS date) AS day
FROM registry.compound_place AS held
JOIN settled_compound AS settled ON settled.id = held.compound_id
WHERE settled.moved AND held.superseded_at IS NULL AND upper(held.valid) > :on;
