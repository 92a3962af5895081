-- A suspended clinic's cover waits; one that was to begin after its clinic leaves never begins.
ALTER TABLE coverage.cover_subscription ADD paused_from date;
GRANT DELETE ON coverage.cover_subscription TO portal_app;
