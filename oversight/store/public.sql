-- Spans on which nothing changed that everybody may know are one.
WITH told AS (
    SELECT s.compound_id, s.valid, s.city_code, s.company_id, s.rated_star, s.effective_star,
           r.round_id, COALESCE(s.detail -> 'disclosures', '{{}}') AS disclosures
    FROM {statuses} AS s
    LEFT JOIN oversight.rating AS r
           ON r.compound_id = s.compound_id AND r.valid @> lower(s.valid)
          AND r.superseded_at IS NULL AND r.compound_id = ANY(%(ids)s)
    WHERE s.compound_id = ANY(%(ids)s)
), turned AS (
    SELECT *, (company_id, rated_star, effective_star, round_id, disclosures)
              IS DISTINCT FROM lag((company_id, rated_star, effective_star, round_id, disclosures))
              OVER in_time AS turns
    FROM told
    WINDOW in_time AS (PARTITION BY compound_id ORDER BY valid)
), stretched AS (
    SELECT *, count(*) FILTER (WHERE turns) OVER (PARTITION BY compound_id ORDER BY valid) AS stretch
    FROM turned
)
INSERT INTO {public}
    (compound_id, valid, city_code, company_id, rated_star, effective_star, round_id, disclosures)
SELECT compound_id, range_merge(range_agg(valid)), min(city_code), min(company_id),
       min(rated_star), min(effective_star), min(round_id), (array_agg(disclosures))[1]
FROM stretched
GROUP BY compound_id, stretch
