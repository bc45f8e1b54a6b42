-- Rows that are a recorded compound by number, by reference to their source, or by a person's word.
DROP TABLE IF EXISTS known, compared;

CREATE TEMPORARY TABLE known ("row" bigint NOT NULL, id bigint NOT NULL) ON COMMIT DROP;

CREATE TEMPORARY TABLE compared (
    "row" bigint NOT NULL, id bigint NOT NULL, kept boolean, changed boolean, redrawn boolean
) ON COMMIT DROP;

INSERT INTO known
SELECT staged."row", decided.id
FROM staged
JOIN decided ON decided."row" = staged."row"
WHERE decided.id IS NOT NULL;

INSERT INTO known
SELECT staged."row", held.id
FROM staged
JOIN registry.compound AS held
  ON held.code = staged.code AND held.city_code = :city AND held.superseded_at IS NULL
WHERE NOT EXISTS (SELECT FROM known WHERE known."row" = staged."row");

-- An office may have taken over a compound that keeps its reference to a public map.
INSERT INTO known
SELECT DISTINCT ON (staged."row") staged."row", held.id
FROM staged
JOIN registry.compound AS held
  ON held.source_ref = staged.source_ref
 AND held.source IN (:source, 'office')
 AND held.superseded_at IS NULL
WHERE NOT EXISTS (SELECT FROM known WHERE known."row" = staged."row")
ORDER BY staged."row", held.source = :source DESC, held.id;

ANALYZE known;
