DELETE FROM audit.personal_field WHERE table_name = 'access.account';

UPDATE access.account SET name = '-' WHERE name = '';
ALTER TABLE access.account
    DROP CONSTRAINT account_name_check,
    ADD CONSTRAINT account_name_check CHECK (btrim(name) <> '');
