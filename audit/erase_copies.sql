-- The same words in versions of the compound's facts that were set aside, in the violation that a
-- lead became, and in the lead that became a violation.
WITH lead AS (
    UPDATE oversight.lead SET statement = NULL
    WHERE compound_id = :compound AND statement = ANY(:values)
      AND (superseded_at IS NOT NULL OR (:violation AND violation_id = :id))
    RETURNING id, 'oversight.lead' AS table_name
), violation AS (
    UPDATE oversight.violation SET evidence = NULL
    WHERE compound_id = :compound AND evidence = ANY(:values)
      AND (superseded_at IS NOT NULL OR (:lead AND id IN (
          SELECT violation_id FROM oversight.lead WHERE lead.id = :id
      )))
    RETURNING id, 'oversight.violation' AS table_name
), touched AS (
    SELECT * FROM lead UNION ALL SELECT * FROM violation
), kept AS (
    DELETE FROM audit.person_value
    USING audit.event, touched
    WHERE event.id = person_value.event_id
      AND event.table_name = touched.table_name AND event.row_key = touched.id::text
      AND person_value.value = ANY(:values)
)
SELECT count(*) FROM touched
