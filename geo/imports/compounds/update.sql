-- What the file says anew of recorded compounds.
UPDATE registry.compound AS held
SET ${assignments},
    city_code = CASE WHEN :elsewhere THEN coalesce(settled.city_code, held.city_code)
        ELSE held.city_code END,
    source = :source,
    import_id = :import_id,
    recorded_at = now()
FROM compared
JOIN staged ON staged."row" = compared."row"
LEFT JOIN settled ON settled."row" = compared."row"
WHERE compared.changed AND held.id = compared.id;
