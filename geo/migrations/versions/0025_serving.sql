-- Whose contracts run is asked for each query of a company's or an office's people: read from the
-- index alone.
CREATE INDEX contract_area_code_company_id_idx
    ON registry.contract (area_code, company_id) INCLUDE (valid) WHERE superseded_at IS NULL;
CREATE INDEX contract_company_id_compound_id_idx
    ON registry.contract (company_id, compound_id) INCLUDE (valid) WHERE superseded_at IS NULL;
