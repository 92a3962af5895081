-- A clinic's home patients at the end of the last month, beside its subscription: the plan's limit goes by it at every call, without another query.
ALTER TABLE coverage.cover_subscription ADD patients_counted int CHECK (patients_counted >= 0);
