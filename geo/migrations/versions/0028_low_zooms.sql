-- Label points of places are found by place, as their outlines are; cells of low zooms
-- are read from the index alone.
CREATE INDEX district_boundary_label_point_gist
    ON registry.district_boundary USING gist (label_point) WHERE superseded_at IS NULL;
CREATE INDEX street_boundary_label_point_gist
    ON registry.street_boundary USING gist (label_point) WHERE superseded_at IS NULL;
CREATE INDEX community_boundary_label_point_gist
    ON registry.community_boundary USING gist (label_point) WHERE superseded_at IS NULL;
DROP INDEX registry.compound_cell_zoom_x_y_idx;
CREATE INDEX compound_cell_zoom_x_y_idx ON registry.compound_cell (zoom, x, y)
    INCLUDE (district_code, effective_star, compounds);
