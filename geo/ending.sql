-- Rows of ${table} listed in ${listed} (id, day) hold no more from that day on.
UPDATE ${table} AS held
SET valid = CASE
        WHEN lower(held.valid) < listed.day THEN daterange(lower(held.valid), listed.day)
        ELSE held.valid
    END,
    recorded_at = CASE WHEN lower(held.valid) < listed.day THEN now() ELSE held.recorded_at END,
    superseded_at = CASE WHEN lower(held.valid) >= listed.day THEN now() END
FROM ${listed} AS listed
WHERE listed.id = held.id;
