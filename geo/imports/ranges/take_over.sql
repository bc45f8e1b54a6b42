-- A new fact that is said to be right takes the place of the one recorded fact it overlaps, which
-- keeps its number.
CREATE TEMPORARY TABLE taken_over ON COMMIT DROP AS
SELECT "row", min(id) AS id
FROM overlap
WHERE is_new
GROUP BY "row"
HAVING count(*) = 1;

DELETE FROM taken_over
WHERE id IN (SELECT id FROM overlap GROUP BY id HAVING count(*) > 1);

DELETE FROM timeline
USING taken_over
WHERE timeline.id = taken_over.id AND timeline."row" IS NULL;

UPDATE timeline
SET id = taken_over.id, is_new = FALSE
FROM taken_over
WHERE timeline."row" = taken_over."row";

UPDATE draft
SET id = taken_over.id, is_new = FALSE, against = ARRAY['valid_from']
FROM taken_over
WHERE draft."row" = taken_over."row";

DROP TABLE taken_over;
