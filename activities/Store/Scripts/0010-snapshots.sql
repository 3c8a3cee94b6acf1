-- An order's row holds its snapshot, from which views are computed and orders are taken up; run_id is the workflow run that wrote it.
-- Nothing is released yet: orders of the core before this one cannot be taken up, so they go.
DELETE FROM orders;
DELETE FROM order_lines;

ALTER TABLE orders RENAME COLUMN document TO snapshot;
ALTER TABLE orders ADD COLUMN run_id TEXT;
ALTER TABLE orders ADD COLUMN closed BIGINT NOT NULL DEFAULT 0;

-- Orders that a restoration looks through: those that are not at rest.
CREATE INDEX orders_open ON orders (order_id) WHERE closed = 0;

-- A refund's id is its order's: two orders may have the same. overdue: the day by which its money must be back has passed.
DROP TABLE refunds;
CREATE TABLE refunds (
    refund_id    TEXT   NOT NULL,
    order_id     TEXT   NOT NULL,
    status       TEXT   NOT NULL,
    amount       BIGINT NOT NULL,
    points       BIGINT NOT NULL,
    reason       TEXT   NOT NULL,
    lines        TEXT   NOT NULL,
    requested_at BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    overdue      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, refund_id)
);

CREATE INDEX refunds_by_id ON refunds (refund_id);
CREATE INDEX refunds_by_status ON refunds (status, requested_at, refund_id);
CREATE INDEX refunds_by_age ON refunds (requested_at, refund_id);
CREATE INDEX refunds_overdue ON refunds (requested_at, refund_id) WHERE overdue = 1;

-- What couriers report of parcels: it never enters a workflow.
CREATE TABLE shipment_scans (
    position    $identity$,
    order_id    TEXT   NOT NULL,
    shipment_id TEXT   NOT NULL,
    source      TEXT   NOT NULL,
    event_id    TEXT   NOT NULL,
    occurred_at BIGINT NOT NULL,
    status      TEXT,
    location    TEXT,
    new_date    BIGINT
);

CREATE UNIQUE INDEX shipment_scans_once ON shipment_scans (order_id, source, event_id);
CREATE INDEX shipment_scans_of_order ON shipment_scans (order_id, shipment_id, occurred_at);
