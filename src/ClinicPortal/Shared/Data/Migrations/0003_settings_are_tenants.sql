-- What an association agreed and configured is its own, too; the directory reads it with all associations as its scope.
ALTER TABLE app.cover_agreement DROP CONSTRAINT cover_agreement_pkey;
ALTER TABLE app.cover_agreement ADD PRIMARY KEY (tenant_id, desk_id, valid_from);
CALL app.protect('app.tenant_settings');
CALL app.protect('app.cover_agreement');
