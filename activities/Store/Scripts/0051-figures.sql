-- What the gauges of the worker ask for (refunds_overdue, outbox_oldest_seconds, outbox_dead), by index.
ALTER TABLE refunds ADD COLUMN due_at BIGINT;
CREATE INDEX refunds_due ON refunds (due_at) WHERE status NOT IN ('completed', 'rejected');
CREATE INDEX notifications_oldest ON notifications (created_at) WHERE state = 'pending';
CREATE INDEX notifications_dead ON notifications (sequence) WHERE state = 'dead';
CREATE INDEX event_lanes_oldest ON event_lanes (delivered) WHERE state = 'open';
