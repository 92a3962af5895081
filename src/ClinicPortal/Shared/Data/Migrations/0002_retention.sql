-- What only serves repetition is forgotten after a while; both are found from their oldest end, never by reading the table.
CREATE INDEX idempotency_oldest ON app.idempotency (created_at);
CREATE INDEX work_item_finished ON app.work_item (done_at) WHERE done_at IS NOT NULL;
