-- What the rows say in one field, each name once with the place that narrows it, and which things
-- have exactly that number, or else exactly that name.
DROP TABLE IF EXISTS wanted_name, named_thing;

CREATE TEMPORARY TABLE wanted_name ON COMMIT DROP AS
SELECT
    row_number() OVER () AS n,
    said.*,
    lower(translate(normalize(said.name, NFKC), :noise, '')) AS squeezed
FROM (
    SELECT DISTINCT
        {field} AS name,
        {district} AS district_code,
        {street} AS street_code,
        {community} AS community_code
    FROM staged
    WHERE {field} IS NOT NULL
) AS said;

CREATE TEMPORARY TABLE named_thing (
    n bigint, key text, code text, name text, district_code text, street_code text,
    community_code text
) ON COMMIT DROP;

ANALYZE wanted_name;

INSERT INTO named_thing
SELECT wanted.n, thing.*
FROM wanted_name AS wanted
JOIN ({things}) AS thing ON thing.code = wanted.name;

INSERT INTO named_thing
SELECT wanted.n, thing.*
FROM wanted_name AS wanted
JOIN ({things}) AS thing ON thing.name = wanted.name
WHERE NOT EXISTS (SELECT FROM named_thing AS known WHERE known.n = wanted.n);

SELECT count(*)
FROM wanted_name AS wanted
WHERE NOT EXISTS (SELECT FROM named_thing AS known WHERE known.n = wanted.n);
