-- Where in which trace (W3C traceparent) an event and a notification were written: what is sent of them later goes on with that trace.
ALTER TABLE notifications ADD COLUMN traceparent TEXT;
ALTER TABLE events ADD COLUMN traceparent TEXT;

-- What a stopping worker gives back.
CREATE INDEX notifications_of_owner ON notifications (lease_owner) WHERE lease_owner IS NOT NULL;
