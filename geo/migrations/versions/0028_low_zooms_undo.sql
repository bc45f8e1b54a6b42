DROP INDEX registry.compound_cell_zoom_x_y_idx;
CREATE INDEX compound_cell_zoom_x_y_idx ON registry.compound_cell (zoom, x, y);
DROP INDEX registry.community_boundary_label_point_gist;
DROP INDEX registry.street_boundary_label_point_gist;
DROP INDEX registry.district_boundary_label_point_gist;
