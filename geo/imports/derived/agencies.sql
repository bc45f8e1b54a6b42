-- An agency of a district is a county-level one.
ALTER TABLE staged ADD COLUMN derived_level text;

UPDATE staged
SET derived_level = CASE WHEN district_code IS NULL THEN 'city' ELSE 'county' END;
