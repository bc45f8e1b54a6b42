-- Shares that are new hold from now on; returns how many pairs changed.
WITH opened AS (
    INSERT INTO oversight.compound_jurisdiction
        (city_code, valid, compound_id, jurisdiction_id, share, synthetic)
    SELECT
        reached.city_code,
        daterange(
            CASE
                WHEN past.known THEN greatest(CAST(:on AS date), lower(reached.valid))
                ELSE lower(reached.valid)
            END,
            upper(reached.valid)
        ),
        reached.compound_id, reached.jurisdiction_id, reached.share, reached.synthetic
    FROM reached
    CROSS JOIN LATERAL (
        SELECT
            count(*) > 0 AS known,
            coalesce(bool_or(held.valid @> CAST(:on AS date) OR lower(held.valid) > :on), FALSE)
                AS holds
        FROM oversight.compound_jurisdiction AS held
        WHERE held.compound_id = reached.compound_id
          AND held.jurisdiction_id = reached.jurisdiction_id
          AND held.superseded_at IS NULL
    ) AS past
    WHERE NOT past.known
       OR (NOT past.holds AND (upper_inf(reached.valid) OR upper(reached.valid) > :on))
    RETURNING compound_id, jurisdiction_id
),
ended AS (
    SELECT held.compound_id, held.jurisdiction_id
    FROM stale_reach AS stale
    JOIN oversight.compound_jurisdiction AS held ON held.id = stale.id
)
SELECT count(*) FROM (SELECT * FROM opened UNION SELECT * FROM ended) AS changed;
