-- Notifications on their way to the notification team. state: pending, delivered, dead.
CREATE TABLE notifications (
    sequence        $identity$,
    key             TEXT   NOT NULL,
    order_id        TEXT   NOT NULL,
    recipient       TEXT   NOT NULL,
    template        TEXT   NOT NULL,
    data            TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    attempts        BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    lease_owner     TEXT,
    last_error      TEXT,
    settled_at      BIGINT
);

CREATE UNIQUE INDEX notifications_once ON notifications (key);
CREATE INDEX notifications_due ON notifications (next_attempt_at) WHERE state = 'pending';
CREATE INDEX notifications_of_order ON notifications (order_id, sequence);
