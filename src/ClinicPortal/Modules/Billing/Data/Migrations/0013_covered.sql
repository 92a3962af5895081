-- Whether it was under cover at its moment: what the desk was told decides what is charged, whatever the clinic holds later.
ALTER TABLE billing.usage ADD covered boolean NOT NULL DEFAULT true;
