CREATE TABLE access.demo (
    holds BOOLEAN DEFAULT true NOT NULL,
    since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT demo_pkey PRIMARY KEY (holds),
    CONSTRAINT demo_holds_check CHECK (holds)
);

-- On every table of facts while the demonstration is on (access.demo).
CREATE FUNCTION access.refuse_real() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'this database is a demonstration and takes made-up rows only: atlas demo end'
        USING ERRCODE = 'restrict_violation';
END
$$;
