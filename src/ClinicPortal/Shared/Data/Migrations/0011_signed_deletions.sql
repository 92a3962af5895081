-- A record of deletion stands for an access log that is not there any more: it says how long that log was, what was wrong with it, and
-- that the application wrote this, under a key that the database does not have.
ALTER TABLE app.tenant_deletion
  ADD COLUMN chain_length bigint,
  ADD COLUMN chain_mac bytea,
  ADD COLUMN chain_faults int,
  ADD COLUMN mac bytea,
  ADD COLUMN key_id text;
