-- Which nights are paused stands in coverage.paused_nights alone: beside it the last pause of a subscription would forget the ones before it.
ALTER TABLE coverage.cover_subscription DROP COLUMN paused_from, DROP COLUMN paused_until;
