-- Who carries the case: the person at the desk, or in the clinic, who acted on it last. The board shows it.
ALTER TABLE nightdesk.case ADD COLUMN handled_by_id uuid, ADD COLUMN handled_by_name text;

-- A case's dispatches, ended ones included: the board, the case itself and its report ask for them.
CREATE INDEX dispatch_of_case ON nightdesk.dispatch (tenant_id, case_id);
