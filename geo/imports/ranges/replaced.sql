-- A contract cut short by another company's was replaced, unless another reason is given.
UPDATE draft
SET end_reason = 'replaced'
FROM cut
JOIN timeline AS next ON next.subject = cut.subject AND next.since = cut.until
LEFT JOIN draft AS later ON later.id = next.id
LEFT JOIN registry.contract AS recorded ON recorded.id = next.id
WHERE cut."row" = draft."row"
  AND cut.until IS DISTINCT FROM cut.said_until
  AND draft.end_reason IS NULL
  AND coalesce(later.company_id, recorded.company_id) <> draft.company_id;

ALTER TABLE shifted ADD COLUMN end_reason text;

UPDATE shifted
SET end_reason = 'replaced'
FROM draft, registry.contract AS recorded
WHERE draft.id = shifted.next_id
  AND recorded.id = shifted.id
  AND recorded.company_id <> draft.company_id;
