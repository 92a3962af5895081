-- Memberships are asked for by their organisation alone as well: an id is of one kind only.
DROP INDEX identity.membership_organisation;
CREATE INDEX membership_organisation ON identity.membership (organisation_id);

-- Nodes remember who a key acts for; whatever changes that is told to all of them with its commit. These are rare: a NOTIFY of a
-- writing transaction makes commits wait for one another.
CREATE FUNCTION identity.tell_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('live', '["access"]');
  RETURN NULL;
END $$;
CREATE TRIGGER tell_access AFTER UPDATE OF revoked_at, expires_at OR DELETE ON identity.api_key
  FOR EACH STATEMENT EXECUTE FUNCTION identity.tell_access();
CREATE TRIGGER tell_access AFTER INSERT OR UPDATE OR DELETE ON identity.membership
  FOR EACH STATEMENT EXECUTE FUNCTION identity.tell_access();
CREATE TRIGGER tell_access AFTER UPDATE OF disabled_at, display_name OR DELETE ON identity.account
  FOR EACH STATEMENT EXECUTE FUNCTION identity.tell_access();
