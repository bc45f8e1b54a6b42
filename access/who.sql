-- Whose token it is, at the moment :now and on the day :day in Asia/Shanghai; no row unless valid.
SELECT
    s.id AS session_id, s.kind AS session_kind, s.name AS token_name, s.created_at,
    s.last_used_at, s.expires_at,
    a.login, a.name, a.synthetic,
    a.password_hash IS NOT NULL AS has_password,
    a.password_hash IS NOT NULL AND a.password_changed_at IS NULL AS must_change,
    g.id AS grant_id, g.account_id, g.role, g.area_code, g.company_id, g.agency_id, g.inspector_id,
    g.valid, g.revoked_at AS grant_revoked_at
FROM access.session s
JOIN access.role_grant g ON g.id = s.grant_id
JOIN access.account a ON a.id = s.account_id
WHERE s.token_hash = :hash
    AND s.revoked_at IS NULL
    AND s.expires_at > :now
    AND (s.idle_seconds IS NULL OR s.last_used_at + make_interval(secs => s.idle_seconds) > :now)
    AND a.disabled_at IS NULL
    AND g.revoked_at IS NULL
    AND g.valid @> CAST(:day AS date)
