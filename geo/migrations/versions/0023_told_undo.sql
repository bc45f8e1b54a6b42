DROP TRIGGER tells_features ON oversight.duty;
DROP TRIGGER tells_features ON registry.city;
DROP TRIGGER tells_features ON registry.street;
DROP TRIGGER tells_features ON registry.district;
DROP TRIGGER tells_features ON oversight.rating_round;
DROP TRIGGER tells_features ON registry.company;

CREATE OR REPLACE FUNCTION registry.tell_compounds() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- One more than are told singly is enough to know that there are many.
    IF TG_OP = 'INSERT' THEN
        PERFORM registry.tell_places(ARRAY(SELECT geom FROM after_rows LIMIT 101));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM registry.tell_places(ARRAY(SELECT geom FROM before_rows LIMIT 101));
    ELSE
        PERFORM registry.tell_places(ARRAY(
            SELECT unnest(ARRAY[b.geom, a.geom])
            FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
            WHERE NOT COALESCE(b.geom OPERATOR(public.=) a.geom
                               AND b.label_point OPERATOR(public.=) a.label_point, false)
               OR (b.name, b.city_code, b.district_code, b.street_code, b.synthetic,
                   b.superseded_at)
                  IS DISTINCT FROM
                  (a.name, a.city_code, a.district_code, a.street_code, a.synthetic,
                   a.superseded_at)
            LIMIT 101));
    END IF;
    RETURN NULL;
END
$$;
