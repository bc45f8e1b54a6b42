ALTER TABLE registry.street_generalised DROP COLUMN flat;
ALTER TABLE registry.district_generalised
    DROP COLUMN flat_line,
    DROP COLUMN flat,
    DROP COLUMN line;
