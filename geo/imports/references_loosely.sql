-- Of names nothing has exactly: things of that name or number but for spaces, brackets, width and
-- case; then of that name but for the words an office adds or leaves out.
CREATE TEMPORARY TABLE squeezed_thing ON COMMIT DROP AS
SELECT thing.*, said.squeezed, regexp_replace(said.squeezed, :suffix, '') AS bare, said.is_name
FROM ({things}) AS thing
CROSS JOIN LATERAL (
    SELECT lower(translate(normalize(given, NFKC), :noise, '')) AS squeezed, is_name
    FROM (VALUES (thing.code, FALSE), (thing.name, TRUE)) AS of_it (given, is_name)
) AS said
WHERE said.squeezed <> '';

INSERT INTO named_thing
SELECT
    wanted.n, thing.key, thing.code, thing.name, thing.district_code, thing.street_code,
    thing.community_code
FROM wanted_name AS wanted
JOIN squeezed_thing AS thing ON thing.squeezed = wanted.squeezed
WHERE NOT EXISTS (SELECT FROM named_thing AS known WHERE known.n = wanted.n);

INSERT INTO named_thing
SELECT
    wanted.n, thing.key, thing.code, thing.name, thing.district_code, thing.street_code,
    thing.community_code
FROM wanted_name AS wanted
JOIN squeezed_thing AS thing
  ON thing.is_name
 AND thing.bare <> ''
 AND thing.bare = regexp_replace(wanted.squeezed, :suffix, '')
WHERE NOT EXISTS (SELECT FROM named_thing AS known WHERE known.n = wanted.n);

DROP TABLE squeezed_thing;
