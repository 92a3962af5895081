-- Where the clinic takes digital invoices (JP PINT): without it there is none to write.
ALTER TABLE billing.payer ADD COLUMN peppol_id text COLLATE "C";
