-- Grows with everything that the desk writes into a case, and not with the steps of a unit: a form that was shown at an
-- older revision is refused, while a unit on its way refuses nobody's form.
ALTER TABLE nightdesk.case ADD COLUMN revision int NOT NULL DEFAULT 0;
