-- Personal values that are not those the events hold the hashes of.
SELECT kept.event_id, kept.field
FROM audit.person_value AS kept
LEFT JOIN audit.event ON event.id = kept.event_id
WHERE (CASE kept.side WHEN 'before' THEN event.before ELSE event.after END)
    -> kept.field ->> 'sha256'
    IS DISTINCT FROM encode(sha256(kept.salt || convert_to(kept.value, 'UTF8')), 'hex')
ORDER BY kept.event_id, kept.field
