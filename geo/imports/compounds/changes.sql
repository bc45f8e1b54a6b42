-- What is to be set aside and drawn anew.
DROP TABLE IF EXISTS changed_compound, redrawn_outline;

DELETE FROM compared
WHERE NOT EXISTS (SELECT FROM staged WHERE staged."row" = compared."row");

CREATE TEMPORARY TABLE changed_compound ON COMMIT DROP AS
SELECT id FROM compared WHERE changed;

CREATE TEMPORARY TABLE redrawn_outline ON COMMIT DROP AS
SELECT compared.id, staged.geom, staged.approximate
FROM compared
JOIN staged ON staged."row" = compared."row"
WHERE compared.redrawn;
