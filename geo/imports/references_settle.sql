-- One thing of a name is meant; of several, the one in the district and street the row states.
CREATE TEMPORARY TABLE settled_name ON COMMIT DROP AS
SELECT
    wanted.n,
    wanted.name,
    wanted.district_code,
    wanted.street_code,
    wanted.community_code,
    count(DISTINCT thing.key) AS things,
    CASE
        WHEN count(DISTINCT thing.key) = 1 THEN min(thing.key)
        WHEN count(DISTINCT thing.key) FILTER (WHERE fits.it) = 1
            THEN min(thing.key) FILTER (WHERE fits.it)
    END AS key,
    (array_agg(
        DISTINCT concat_ws(' ', thing.code, nullif(thing.name, thing.code), thing.district_code)
    ))[1:10] AS candidates
FROM wanted_name AS wanted
LEFT JOIN named_thing AS thing ON thing.n = wanted.n
CROSS JOIN LATERAL (
    SELECT wanted.district_code IN ('', thing.district_code)
       AND wanted.street_code IN ('', thing.street_code)
       AND wanted.community_code IN ('', thing.community_code) AS it
) AS fits
GROUP BY wanted.n, wanted.name, wanted.district_code, wanted.street_code, wanted.community_code;

UPDATE staged
SET {assigned}
FROM settled_name AS settled
WHERE {field} = settled.name
  AND {district} = settled.district_code
  AND {street} = settled.street_code
  AND {community} = settled.community_code
  AND settled.key IS NOT NULL;

INSERT INTO problem ("row", code, field, value, given)
SELECT
    staged."row",
    'ambiguous_reference',
    :name,
    settled.name,
    jsonb_build_object('candidates', array_to_string(settled.candidates, '; '))
FROM staged
JOIN settled_name AS settled
  ON {field} = settled.name
 AND {district} = settled.district_code
 AND {street} = settled.street_code
 AND {community} = settled.community_code
WHERE settled.key IS NULL AND settled.things > 1;

-- Names close to an unknown one help a person; they cost time, so only the first hundreds get them.
INSERT INTO problem ("row", code, field, value, given)
SELECT
    staged."row",
    'unknown_reference',
    :name,
    unknown.name,
    jsonb_build_object(
        'close', coalesce(to_jsonb(near.names), '[]'),
        'close_zh', coalesce('；相近的有：' || array_to_string(near.names, '、'), ''),
        'close_en', coalesce('; close to it: ' || array_to_string(near.names, ', '), '')
    )
FROM (
    SELECT settled.name, row_number() OVER (ORDER BY min(settled.n)) AS place
    FROM settled_name AS settled
    WHERE settled.things = 0
    GROUP BY settled.name
) AS unknown
LEFT JOIN LATERAL (
    SELECT array_agg(close.name ORDER BY close.likeness DESC) AS names
    FROM (
        SELECT thing.name, max(similarity(thing.name, unknown.name)) AS likeness
        FROM ({things}) AS thing
        WHERE thing.name % unknown.name AND unknown.place <= :helped
        GROUP BY thing.name
        ORDER BY likeness DESC, thing.name
        LIMIT 3
    ) AS close
) AS near ON TRUE
JOIN staged ON {field} = unknown.name;

DROP TABLE wanted_name, named_thing, settled_name;
