-- A city of two districts that share a border, and compounds of every form: plain, with a court, in two
-- pieces, smaller than a unit of a tile, across the edge of tiles. Made up.
INSERT INTO registry.city (code, name) VALUES ('649900', '试验市');
INSERT INTO registry.district (code, city_code, name, name_en)
VALUES ('649904', '649900', '东城区', 'East'), ('649905', '649900', '西城区', 'West');
INSERT INTO registry.street (code, district_code, city_code, name, kind)
VALUES ('649904001', '649904', '649900', '中山街街道', 'subdistrict');
INSERT INTO registry.district_boundary
    (city_code, district_code, valid, geom, area_m2, label_point, source)
SELECT '649900', code, '[1900-01-01,)', ST_Multi(shape), ST_Area(shape),
       ST_PointOnSurface(shape), 'office'
FROM (VALUES ('649904', 'POLYGON((106.1 38.3, 106.35 38.3, 106.4 38.5, 106.1 38.55, 106.12 38.4,
                                  106.1 38.3))'),
             ('649905', 'POLYGON((105.9 38.3, 106.1 38.3, 106.12 38.4, 106.1 38.55, 105.9 38.5,
                                  105.9 38.3))')) AS b (code, wkt),
     ST_GeomFromText(wkt, 4326) AS shape;
INSERT INTO registry.compound
    (id, city_code, code, name, district_code, street_code, geom, label_point, source)
SELECT id, '649900', 'C' || id, name, '649904', '649904001', ST_Multi(shape),
       ST_PointOnSurface(shape), 'office'
FROM (VALUES
    (1, '一号院', 'POLYGON((106.2 38.4, 106.2031 38.4002, 106.2034 38.4023, 106.2012 38.4036,
                           106.2 38.4))'),
    (2, '内院', 'POLYGON((106.205 38.4, 106.209 38.4, 106.209 38.404, 106.205 38.404, 106.205 38.4),
                        (106.206 38.401, 106.206 38.403, 106.208 38.403, 106.208 38.401,
                         106.206 38.401))'),
    (3, '两片', 'MULTIPOLYGON(((106.2 38.406, 106.202 38.406, 106.202 38.408, 106.2 38.406)),
                              ((106.203 38.406, 106.205 38.406, 106.205 38.408, 106.203 38.406)))'),
    (4, '一间', 'POLYGON((106.2101 38.4071, 106.21012 38.4071, 106.21012 38.40712, 106.2101 38.40712,
                         106.2101 38.4071))'),
    (5, '跨瓦片', 'POLYGON((106.2125 38.4, 106.2255 38.401, 106.2245 38.405, 106.213 38.4045,
                           106.2125 38.4))')
) AS c (id, name, wkt), ST_GeomFromText(wkt, 4326) AS shape;
INSERT INTO oversight.status_public
    (compound_id, valid, city_code, rated_star, effective_star, disclosures)
VALUES (1, '[2024-06-01,2025-06-01)', '649900', 5, 5, '{}'),
       (1, '[2025-06-01,)', '649900', 4, 4, '{}'), (2, '[2024-06-01,)', '649900', 3, 2, '{}'),
       (3, '[2024-06-01,)', '649900', 1, 0, '{}'), (5, '[2025-06-01,)', '649900', 2, 2, '{}');
INSERT INTO oversight.hazard
    (id, city_code, compound_id, type_code, severity, found_on, due_on, cleared_on, geom)
SELECT id, '649900', compound, type, severity, CAST(found AS date), CAST(due AS date),
       CAST(cleared AS date), ST_GeomFromText(wkt, 4326)
FROM (VALUES (1, 1, 'serious', '2026-01-05', '2026-02-05', NULL, NULL),
             (2, 2, 'general', '2026-02-01', '2026-03-15', NULL, 'POINT(106.2055 38.4005)'),
             (3, 3, 'minor', '2026-01-02', '2026-02-02', '2026-01-20', NULL),
             (4, 5, 'minor', '2026-03-02', '2026-04-02', NULL, NULL)
) AS h (id, compound, severity, found, due, cleared, wkt),
LATERAL (SELECT code FROM oversight.violation_type WHERE family = 'safety' ORDER BY code LIMIT 1)
    AS t (type)
