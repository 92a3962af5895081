-- Whose administrators disabled an account, and may enable it again; none where the installation's operator did.
ALTER TABLE identity.account ADD COLUMN disabled_by_organisation uuid;
