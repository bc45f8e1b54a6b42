-- A reason is a list (code, row, facts, setting, detail) without what is empty at its end, a fact a
-- text of its kind, number and day: a history holds so many that names for these took a third of a
-- row.
UPDATE oversight.status SET reasons = (
    SELECT COALESCE(jsonb_agg(
        CASE
            WHEN one ? 'detail' THEN jsonb_build_array(
                one -> 'code', one -> 'row', f.facts, one -> 'setting', one -> 'detail')
            WHEN one ? 'setting' THEN jsonb_build_array(
                one -> 'code', one -> 'row', f.facts, one -> 'setting')
            WHEN one ? 'facts' THEN jsonb_build_array(one -> 'code', one -> 'row', f.facts)
            ELSE jsonb_build_array(one -> 'code', one -> 'row')
        END ORDER BY place), '[]')
    FROM jsonb_array_elements(reasons) WITH ORDINALITY AS listed (one, place),
         LATERAL (
             SELECT COALESCE(jsonb_agg(
                 concat_ws(' ', fact ->> 0, fact ->> 1, fact ->> 2) ORDER BY nth), '[]') AS facts
             FROM jsonb_array_elements(one -> 'facts') WITH ORDINALITY AS named (fact, nth)) AS f)
WHERE reasons <> '[]';

UPDATE oversight.company_status SET reasons = (
    SELECT COALESCE(jsonb_agg(
        CASE
            WHEN one ? 'detail' THEN jsonb_build_array(
                one -> 'code', one -> 'row', f.facts, one -> 'setting', one -> 'detail')
            WHEN one ? 'setting' THEN jsonb_build_array(
                one -> 'code', one -> 'row', f.facts, one -> 'setting')
            WHEN one ? 'facts' THEN jsonb_build_array(one -> 'code', one -> 'row', f.facts)
            ELSE jsonb_build_array(one -> 'code', one -> 'row')
        END ORDER BY place), '[]')
    FROM jsonb_array_elements(reasons) WITH ORDINALITY AS listed (one, place),
         LATERAL (
             SELECT COALESCE(jsonb_agg(
                 concat_ws(' ', fact ->> 0, fact ->> 1, fact ->> 2) ORDER BY nth), '[]') AS facts
             FROM jsonb_array_elements(one -> 'facts') WITH ORDINALITY AS named (fact, nth)) AS f)
WHERE reasons <> '[]';
