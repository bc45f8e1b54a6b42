UPDATE oversight.status SET reasons = (
    SELECT COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'code', one -> 0, 'row', one -> 1, 'facts', f.facts,
        'setting', one -> 3, 'detail', one -> 4)) ORDER BY place), '[]')
    FROM jsonb_array_elements(reasons) WITH ORDINALITY AS listed (one, place),
         LATERAL (
             SELECT jsonb_agg(jsonb_build_array(
                 split_part(fact, ' ', 1), split_part(fact, ' ', 2)::bigint,
                 split_part(fact, ' ', 3)) ORDER BY nth) AS facts
             FROM jsonb_array_elements_text(one -> 2) WITH ORDINALITY AS named (fact, nth)) AS f)
WHERE reasons <> '[]';

UPDATE oversight.company_status SET reasons = (
    SELECT COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'code', one -> 0, 'row', one -> 1, 'facts', f.facts,
        'setting', one -> 3, 'detail', one -> 4)) ORDER BY place), '[]')
    FROM jsonb_array_elements(reasons) WITH ORDINALITY AS listed (one, place),
         LATERAL (
             SELECT jsonb_agg(jsonb_build_array(
                 split_part(fact, ' ', 1), split_part(fact, ' ', 2)::bigint,
                 split_part(fact, ' ', 3)) ORDER BY nth) AS facts
             FROM jsonb_array_elements_text(one -> 2) WITH ORDINALITY AS named (fact, nth)) AS f)
WHERE reasons <> '[]';
