-- An account whose person was erased stays, disabled and without a name, since events name it.
ALTER TABLE access.account
    DROP CONSTRAINT account_name_check,
    ADD CONSTRAINT account_name_check
        CHECK (btrim(name) <> '' OR (name = '' AND disabled_at IS NOT NULL));

INSERT INTO audit.personal_field (table_name, field) VALUES
    ('access.account', 'name'),
    ('access.account', 'subject');
