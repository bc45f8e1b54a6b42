CREATE TABLE oversight.status_public (
    compound_id BIGINT NOT NULL,
    valid DATERANGE NOT NULL,
    city_code TEXT NOT NULL,
    company_id BIGINT,
    rated_star SMALLINT,
    effective_star SMALLINT,
    round_id BIGINT,
    disclosures JSONB NOT NULL,
    CONSTRAINT status_public_pkey PRIMARY KEY (compound_id, valid),
    CONSTRAINT status_public_valid_check CHECK (NOT isempty(valid) AND NOT lower_inf(valid)),
    CONSTRAINT status_public_rated_star_check CHECK (rated_star BETWEEN 0 AND 5),
    CONSTRAINT status_public_effective_star_check CHECK (effective_star BETWEEN 0 AND 5)
);
CREATE INDEX status_public_city_code_idx ON oversight.status_public (city_code);
CREATE UNIQUE INDEX status_public_compound_id_open_idx ON oversight.status_public (compound_id) WHERE upper_inf(valid);
