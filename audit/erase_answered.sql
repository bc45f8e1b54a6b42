-- Answers to writes are kept for some days; they tell a statement of a lead, evidence of a violation.
WITH told AS (
    SELECT
        key,
        actor,
        CASE WHEN body #>> '{fact,statement}' = ANY(:values)
            THEN jsonb_set(body, '{fact,statement}', 'null') ELSE body END AS body
    FROM oversight.answered
    WHERE jsonb_path_exists(
        body, '$.** ? (@ == $value[*])', jsonb_build_object('value', to_jsonb(CAST(:values AS text[])))
    )
), fact AS (
    SELECT
        key,
        actor,
        CASE WHEN body #>> '{fact,evidence}' = ANY(:values)
            THEN jsonb_set(body, '{fact,evidence}', 'null') ELSE body END AS body
    FROM told
)
UPDATE oversight.answered
SET body = CASE WHEN fact.body #>> '{also,0,fact,evidence}' = ANY(:values)
    THEN jsonb_set(fact.body, '{also,0,fact,evidence}', 'null') ELSE fact.body END
FROM fact
WHERE answered.key = fact.key AND answered.actor = fact.actor
