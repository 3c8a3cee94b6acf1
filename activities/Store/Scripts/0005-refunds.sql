-- Refunds across orders: what waits for an administrator, and whose order a refund belongs to. Written with the view that shows them.
CREATE TABLE refunds (
    refund_id    TEXT   NOT NULL PRIMARY KEY,
    order_id     TEXT   NOT NULL,
    status       TEXT   NOT NULL,
    amount       BIGINT NOT NULL,
    points       BIGINT NOT NULL,
    reason       TEXT   NOT NULL,
    lines        TEXT   NOT NULL,
    requested_at BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);

CREATE INDEX refunds_by_status ON refunds (status, requested_at, refund_id);
CREATE INDEX refunds_by_age ON refunds (requested_at, refund_id);
