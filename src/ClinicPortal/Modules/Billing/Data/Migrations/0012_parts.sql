-- A run is drafted in parts, several at once: whoever finishes the last one ends the drafting.
ALTER TABLE billing.invoice_run ADD parts_left int CHECK (parts_left >= 0);

-- That items have their invoice is checked by statement as well: a foreign key looks each of a run's million up by itself, and, where no statistics are yet, among
-- all invoices of the association. What it promises stays: the invoices of new items are there and are held until the end of the transaction, so that nobody
-- deletes them meanwhile; and none that has items is deleted or given another key.
CREATE OR REPLACE FUNCTION billing.keep_issued_items() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted bigint;
  held bigint;
  issued bigint;
BEGIN
  IF TG_OP = 'DELETE' AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN NULL;
  END IF;
  SELECT count(*) INTO wanted FROM (SELECT DISTINCT tenant_id, invoice_id FROM touched) t;
  SELECT count(*), count(*) FILTER (WHERE i.status IN ('Issued', 'Void')) INTO held, issued FROM (
    SELECT i.status FROM (SELECT DISTINCT tenant_id, invoice_id FROM touched) t
    JOIN billing.invoice i ON i.tenant_id = t.tenant_id AND i.id = t.invoice_id FOR KEY SHARE OF i) i;
  IF issued > 0 THEN
    RAISE EXCEPTION 'items of an issued invoice do not change' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'INSERT' AND held < wanted THEN
    RAISE EXCEPTION 'items need an invoice that is there' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION billing.keep_invoice_of_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM billing.invoice_item t WHERE t.tenant_id = OLD.tenant_id AND t.invoice_id = OLD.id)
    AND NOT EXISTS (SELECT 1 FROM billing.invoice i WHERE i.tenant_id = OLD.tenant_id AND i.id = OLD.id) THEN
    RAISE EXCEPTION 'invoice % has items', OLD.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
-- At the end of the transaction: whoever deletes an association's books does so table by table.
CREATE CONSTRAINT TRIGGER invoice_of_items_kept AFTER DELETE OR UPDATE OF tenant_id, id ON billing.invoice
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing.keep_invoice_of_items();
ALTER TABLE billing.invoice_item DROP CONSTRAINT invoice_item_tenant_id_invoice_id_fkey;

-- What became known late is found by when that was, without looking at the history of all years.
CREATE INDEX usage_recorded ON billing.usage (tenant_id, recorded_at);
CREATE INDEX usage_void_at ON billing.usage_void (tenant_id, at);
