-- An association is a draft until it is opened; those that were there before are open.
ALTER TABLE app.tenant ADD opened_at timestamptz;
UPDATE app.tenant SET opened_at = created_at;

-- From when on a version is in force: the latest whose time has come.
ALTER TABLE app.tenant_settings ADD starts_at timestamptz;
UPDATE app.tenant_settings SET starts_at = applied_at;
ALTER TABLE app.tenant_settings ALTER starts_at SET NOT NULL;

-- Beside the settings, so that a node without the folder serves it; an association's logo is part of its versions.
ALTER TABLE app.desk ADD logo text;
