-- The platform operator registers, writes and opens in the portal; versions are added and never changed.
GRANT INSERT (id, identifier, created_at), UPDATE (opened_at) ON app.tenant TO portal_app;
GRANT INSERT ON app.tenant_settings TO portal_app;
