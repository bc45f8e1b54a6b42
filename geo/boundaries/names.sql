-- Names of a city, its districts and streets; known codes take the name of the source.
INSERT INTO registry.city (code, name, name_en)
VALUES (:city, :name, :name_en)
ON CONFLICT (code) DO UPDATE
    SET name = excluded.name, name_en = coalesce(excluded.name_en, city.name_en)
    WHERE (city.name, city.name_en)
        IS DISTINCT FROM (excluded.name, coalesce(excluded.name_en, city.name_en));

INSERT INTO registry.district (code, city_code, name, name_en)
SELECT given.code, :city, given.name, given.name_en
FROM unnest(
    CAST(:district_codes AS text[]),
    CAST(:district_names AS text[]),
    CAST(:district_names_en AS text[])
) AS given (code, name, name_en)
ON CONFLICT (code) DO UPDATE
    SET name = excluded.name, name_en = coalesce(excluded.name_en, district.name_en)
    WHERE (district.name, district.name_en)
        IS DISTINCT FROM (excluded.name, coalesce(excluded.name_en, district.name_en));

INSERT INTO registry.street (code, district_code, city_code, name, kind)
SELECT given.code, given.district_code, :city, given.name, given.kind
FROM unnest(
    CAST(:street_codes AS text[]),
    CAST(:street_districts AS text[]),
    CAST(:street_names AS text[]),
    CAST(:street_kinds AS text[])
) AS given (code, district_code, name, kind)
ON CONFLICT (code) DO UPDATE
    SET name = excluded.name, kind = excluded.kind, district_code = excluded.district_code
    WHERE (street.name, street.kind, street.district_code)
        IS DISTINCT FROM (excluded.name, excluded.kind, excluded.district_code);
