-- An agency answers at its own level.
ALTER TABLE staged ADD COLUMN derived_level text;

UPDATE staged
SET derived_level = agency.level
FROM oversight.agency AS agency
WHERE agency.id = staged.agency_id;
