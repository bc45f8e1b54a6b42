-- Made anew: what a function returns cannot be replaced.
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'access'::regnamespace
          AND proname IN ('among', 'seen', 'named', 'veiled', 'told')
    LOOP
        EXECUTE 'DROP FUNCTION ' || one;
    END LOOP;
END
$$;

-- Of facts given by kind and number, those that the row policies leave somebody of such a scope.
CREATE FUNCTION access.among(kinds text[], numbers bigint[], {parameters})
    RETURNS TABLE (kind text, number bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    {among}
END
$$;

-- The same of whoever asks.
CREATE FUNCTION access.seen(kinds text[], numbers bigint[])
    RETURNS TABLE (kind text, number bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
DECLARE
    {declared}
BEGIN
    RETURN QUERY SELECT * FROM access.among(kinds, numbers, {arguments});
END
$$;

-- The facts that a status names, but those that whoever sees it sees (in PL/pgSQL, which keeps its
-- plans). The number of an exit is that of a fact of the compound itself.
CREATE FUNCTION access.named(status jsonb)
    RETURNS TABLE (kind text, number bigint)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
BEGIN
    RETURN QUERY
    SELECT split_part(fact, ' ', 1), split_part(fact, ' ', 2)::bigint
    FROM jsonb_array_elements(status -> 'reasons') AS reason,
         jsonb_array_elements_text(reason -> 2) AS fact
    WHERE split_part(fact, ' ', 1) = ANY('{asked}')
    UNION
    SELECT list.kind, one::bigint
    FROM jsonb_each_text('{lists}') AS list (name, kind),
         jsonb_array_elements_text(status -> 'detail' -> list.name) AS one
    UNION
    SELECT 'measure', (measure ->> 4)::bigint
    FROM jsonb_array_elements(status -> 'detail' -> 'measures') AS measure
    WHERE measure ->> 0 <> 'exit' AND measure ->> 4 IS NOT NULL
    UNION
    SELECT 'violation', (measure ->> 5)::bigint
    FROM jsonb_array_elements(status -> 'detail' -> 'measures') AS measure
    WHERE measure ->> 5 IS NOT NULL
    UNION
    SELECT 'violation', (step ->> 1)::bigint
    FROM jsonb_array_elements(status -> 'detail' -> 'committee_steps_due') AS step;
END
$$;

-- A status whose facts keep their places and kinds; those unseen have the number 0 and the first
-- of all days.
CREATE FUNCTION access.veiled(status jsonb, unseen text[])
    RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
BEGIN
    RETURN status || jsonb_build_object(
        'reasons', (
            SELECT COALESCE(jsonb_agg(
                CASE WHEN reason -> 2 <> '[]' THEN jsonb_set(reason, '{2}', (
                    SELECT jsonb_agg(
                        CASE WHEN substring(fact, '^\w+ \d+') = ANY(unseen)
                             THEN split_part(fact, ' ', 1) || ' 0 0001-01-01' ELSE fact END
                        ORDER BY place)
                    FROM jsonb_array_elements_text(reason -> 2)
                         WITH ORDINALITY AS facts (fact, place))) ELSE reason END
                ORDER BY nth), '[]')
            FROM jsonb_array_elements(status -> 'reasons') WITH ORDINALITY AS why (reason, nth)),
        'detail', status -> 'detail' || (
            SELECT COALESCE(jsonb_object_agg(list.name, (
                SELECT jsonb_agg(
                    CASE WHEN list.kind || ' ' || one = ANY(unseen) THEN 0 ELSE one::bigint END
                    ORDER BY place)
                FROM jsonb_array_elements_text(status -> 'detail' -> list.name)
                     WITH ORDINALITY AS listed (one, place))), '{}')
            FROM jsonb_each_text('{lists}') AS list (name, kind)
            WHERE status -> 'detail' ? list.name
        ) || (
            SELECT COALESCE(jsonb_object_agg('measures', told), '{}')
            FROM (
                SELECT jsonb_agg(jsonb_build_array(
                    measure -> 0, measure -> 1, measure -> 2, measure -> 3,
                    CASE WHEN measure ->> 0 <> 'exit' AND 'measure ' || (measure ->> 4) = ANY(unseen)
                         THEN '0' ELSE measure -> 4 END,
                    CASE WHEN 'violation ' || (measure ->> 5) = ANY(unseen)
                         THEN '0' ELSE measure -> 5 END) ORDER BY place) AS told
                FROM jsonb_array_elements(status -> 'detail' -> 'measures')
                     WITH ORDINALITY AS measured (measure, place)
            ) AS measures
            WHERE told IS NOT NULL
        ) || (
            SELECT COALESCE(jsonb_object_agg('committee_steps_due', told), '{}')
            FROM (
                SELECT jsonb_agg(jsonb_build_array(
                    step -> 0,
                    CASE WHEN 'violation ' || (step ->> 1) = ANY(unseen) THEN '0' ELSE step -> 1 END)
                    ORDER BY place) AS told
                FROM jsonb_array_elements(status -> 'detail' -> 'committee_steps_due')
                     WITH ORDINALITY AS steps (step, place)
            ) AS due
            WHERE told IS NOT NULL));
END
$$;

-- The status of a compound with its company's, or of a company, on a day, for whoever sees it, and
-- the first day there is one. "from" and "to" are the first and the last day it holds.
CREATE FUNCTION access.told(whose text, subject bigint, on_day date)
    RETURNS TABLE (first_day date, compound jsonb, company jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    {declared}
    firm bigint := subject;
    kinds text[];
    numbers bigint[];
    unseen text[] := '{}';
BEGIN
    IF whose = 'compound' THEN
        SELECT min(lower(valid)) INTO first_day FROM oversight.status
        WHERE compound_id = subject AND {of_compound};
        SELECT to_jsonb(s) || jsonb_build_object('from', lower(valid), 'to', upper(valid) - 1),
               company_id
        INTO compound, firm FROM oversight.status AS s
        WHERE compound_id = subject AND valid @> on_day AND {of_compound};
    ELSE
        SELECT min(lower(valid)) INTO first_day FROM oversight.company_status
        WHERE company_id = subject AND {of_company};
    END IF;
    SELECT to_jsonb(s) || jsonb_build_object('from', lower(valid), 'to', upper(valid) - 1)
    INTO company FROM oversight.company_status AS s
    WHERE company_id = firm AND valid @> on_day AND {of_company};
    IF session_user <> 'atlas_all' THEN
        SELECT array_agg(f.kind), array_agg(f.number) INTO kinds, numbers
        FROM (SELECT * FROM access.named(compound) UNION SELECT * FROM access.named(company)) AS f;
        unseen := ARRAY(
            SELECT f.kind || ' ' || f.number FROM unnest(kinds, numbers) AS f (kind, number)
            EXCEPT SELECT s.kind || ' ' || s.number
            FROM access.among(kinds, numbers, {arguments}) AS s);
    END IF;
    IF unseen <> '{}' THEN
        compound := access.veiled(compound, unseen);
        company := access.veiled(company, unseen);
    END IF;
    RETURN NEXT;
END
$$
