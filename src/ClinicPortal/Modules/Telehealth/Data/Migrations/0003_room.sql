-- 診察室: who is connected, what was said and shown, and how well the picture came across.

-- The connection of a participant, wherever its node is: a newer one takes over, and only the one that is named is forgotten with its end.
ALTER TABLE telehealth.participant ADD COLUMN connection_id uuid;

-- Tickets that opened a room: each does so once. Deleted when they would be too old anyway.
CREATE TABLE telehealth.used_ticket (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  used_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CALL app.protect('telehealth.used_ticket');
GRANT SELECT, INSERT, DELETE ON telehealth.used_ticket TO portal_app;

-- A signalling message on its way from one node to another: gone when it is delivered, at the latest after minutes. After a crash it
-- would be of no use, so that it need not survive one.
CREATE UNLOGGED TABLE telehealth.signal (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  recipient_id uuid NOT NULL,
  -- The order in which its sender sent it.
  turn bigint NOT NULL,
  sent_at timestamptz NOT NULL,
  sealed_message bytea NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX signal_recipient ON telehealth.signal (tenant_id, recipient_id);
CALL app.protect('telehealth.signal');
GRANT SELECT, INSERT, DELETE ON telehealth.signal TO portal_app;

-- What was written or shown in the room.
CREATE TABLE telehealth.room_message (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  participant_id uuid NOT NULL,
  sent_at timestamptz NOT NULL,
  sealed_text bytea,
  sealed_photo bytea,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES telehealth.appointment (tenant_id, id),
  FOREIGN KEY (tenant_id, participant_id) REFERENCES telehealth.participant (tenant_id, id),
  CHECK ((sealed_text IS NULL) <> (sealed_photo IS NULL))
);
CREATE INDEX room_message_appointment ON telehealth.room_message (tenant_id, appointment_id, sent_at);
CALL app.protect('telehealth.room_message');
GRANT SELECT, INSERT ON telehealth.room_message TO portal_app;

-- How one participant's call went, by what its browser measured. No content and no names.
CREATE TABLE telehealth.call_statistics (
  tenant_id uuid NOT NULL,
  -- The participant's connection.
  id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  participant_id uuid NOT NULL,
  began_at timestamptz NOT NULL,
  reported_at timestamptz NOT NULL,
  first_frame_ms int CHECK (first_frame_ms BETWEEN 0 AND 600000),
  round_trip_ms int CHECK (round_trip_ms BETWEEN 0 AND 60000),
  loss_permille int CHECK (loss_permille BETWEEN 0 AND 1000),
  candidate text CHECK (candidate IN ('Host', 'ServerReflexive', 'PeerReflexive', 'Relay')),
  protocol text CHECK (protocol IN ('Udp', 'Tcp')),
  reconnects int NOT NULL CHECK (reconnects BETWEEN 0 AND 10000),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES telehealth.appointment (tenant_id, id),
  FOREIGN KEY (tenant_id, participant_id) REFERENCES telehealth.participant (tenant_id, id)
);
CREATE INDEX call_statistics_reported ON telehealth.call_statistics (tenant_id, reported_at);
CALL app.protect('telehealth.call_statistics');
GRANT SELECT, INSERT, UPDATE ON telehealth.call_statistics TO portal_app;
