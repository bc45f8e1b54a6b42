-- What holds now goes back into the histories.
INSERT INTO registry.compound_outline (city_code, valid, compound_id, geom, source, synthetic)
SELECT city_code, daterange(outline_since, NULL), id, geom, source, synthetic
FROM registry.compound WHERE superseded_at IS NULL;
INSERT INTO registry.compound_place
    (city_code, valid, compound_id, district_code, district_share, street_code, street_share,
     community_code, community_share, synthetic)
SELECT
    city_code, daterange(place_since, NULL), id, district_code, district_share, street_code,
    street_share, community_code, community_share, synthetic
FROM registry.compound WHERE superseded_at IS NULL AND district_code IS NOT NULL;
ALTER TABLE registry.compound
    DROP COLUMN approximate, DROP COLUMN outline_since, DROP COLUMN district_share,
    DROP COLUMN street_share, DROP COLUMN community_share, DROP COLUMN place_decided,
    DROP COLUMN place_since;

ALTER TABLE oversight.rating_round DROP COLUMN import_id;
ALTER TABLE registry.company DROP COLUMN import_id;
ALTER TABLE oversight.agency DROP COLUMN import_id;
ALTER TABLE registry.district_boundary DROP COLUMN import_id;
ALTER TABLE oversight.jurisdiction DROP COLUMN import_id;
ALTER TABLE registry.street_boundary DROP COLUMN import_id;
ALTER TABLE registry.community_boundary DROP COLUMN import_id;
ALTER TABLE registry.compound DROP COLUMN import_id;
ALTER TABLE oversight.complaint DROP COLUMN code, DROP COLUMN import_id;
ALTER TABLE oversight.hazard DROP COLUMN code, DROP COLUMN import_id;
ALTER TABLE oversight.rating DROP COLUMN import_id;
ALTER TABLE registry.committee DROP COLUMN code, DROP COLUMN import_id;
ALTER TABLE registry.compound_outline DROP COLUMN import_id;
ALTER TABLE registry.compound_place DROP COLUMN import_id;
ALTER TABLE registry.contract DROP COLUMN code, DROP COLUMN import_id;
ALTER TABLE oversight.violation DROP COLUMN code, DROP COLUMN import_id;
ALTER TABLE planning.inspection DROP COLUMN code, DROP COLUMN import_id;
ALTER TABLE oversight.rectification_order DROP COLUMN code, DROP COLUMN import_id;
DROP INDEX registry.company_city_code_code_key;
ALTER TABLE registry.company ADD CONSTRAINT company_city_code_code_key UNIQUE (city_code, code);
DROP INDEX registry.compound_city_code_code_key;
ALTER TABLE registry.compound ADD CONSTRAINT compound_city_code_code_key UNIQUE (city_code, code);
DROP INDEX oversight.agency_city_code_name_key;
ALTER TABLE oversight.agency ADD CONSTRAINT agency_city_code_name_key UNIQUE (city_code, name);
DROP INDEX oversight.rating_round_city_code_code_key;
ALTER TABLE oversight.rating_round ADD CONSTRAINT rating_round_city_code_code_key UNIQUE (city_code, code);
DROP INDEX registry.compound_source_ref_key;
CREATE UNIQUE INDEX compound_source_ref_key ON registry.compound (source, source_ref) WHERE source_ref IS NOT NULL;
