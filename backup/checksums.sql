-- The number of rows and the sums of both halves of each row's SHA-256: whatever the order, in
-- memory that does not grow. PostgreSQL writes floats exactly and geometry as EWKB.
SELECT count(*),
       coalesce(sum(('x' || substr(h, 1, 16))::bit(64)::bigint), 0),
       coalesce(sum(('x' || substr(h, 17, 16))::bit(64)::bigint), 0)
FROM (
    SELECT encode(sha256(convert_to("a row"::text, 'UTF8')), 'hex') AS h
    FROM ONLY {table} AS "a row"
) AS rows
