-- Spans on which nothing changed that everybody may know are one; they follow each other, and the
-- last is open-ended, as statuses do and are. Ratings by themselves: joined as a table they were read
-- again for each status of their compound.
WITH rated AS MATERIALIZED (
    SELECT compound_id, valid, round_id FROM oversight.rating
    WHERE compound_id = ANY(%(ids)s) AND superseded_at IS NULL
), told AS (
    SELECT s.compound_id, s.valid, s.city_code, s.company_id, s.rated_star, s.effective_star,
           r.round_id, COALESCE(s.detail -> 'disclosures', '{{}}') AS disclosures
    FROM {statuses} AS s
    LEFT JOIN rated AS r ON r.compound_id = s.compound_id AND r.valid @> lower(s.valid)
    WHERE s.compound_id = ANY(%(ids)s)
), turned AS (
    SELECT *,
           company_id IS DISTINCT FROM lag(company_id) OVER in_time
           OR rated_star IS DISTINCT FROM lag(rated_star) OVER in_time
           OR effective_star IS DISTINCT FROM lag(effective_star) OVER in_time
           OR round_id IS DISTINCT FROM lag(round_id) OVER in_time
           OR disclosures IS DISTINCT FROM lag(disclosures) OVER in_time AS turns
    FROM told
    WINDOW in_time AS (PARTITION BY compound_id ORDER BY valid)
), begun AS (
    SELECT *, lead(lower(valid)) OVER (PARTITION BY compound_id ORDER BY valid) AS following
    FROM turned WHERE turns
)
INSERT INTO {public}
    (compound_id, valid, city_code, company_id, rated_star, effective_star, round_id, disclosures)
SELECT compound_id, daterange(lower(valid), following), city_code, company_id, rated_star,
       effective_star, round_id, disclosures
FROM begun
