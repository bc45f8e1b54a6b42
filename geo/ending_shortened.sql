-- Those of the listed rows that held for a while.
DROP TABLE IF EXISTS shortened;

CREATE TEMPORARY TABLE shortened ON COMMIT DROP AS
SELECT held.id
FROM ${table} AS held
JOIN ${listed} AS listed ON listed.id = held.id
WHERE lower(held.valid) < listed.day;
