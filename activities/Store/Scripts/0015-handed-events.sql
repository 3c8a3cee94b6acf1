-- What was handed on to an order's workflow, as it came: a run that is lost before it applied an event leaves it to the next.
CREATE TABLE handed_events (
    order_id  TEXT   NOT NULL,
    source    TEXT   NOT NULL,
    event_id  TEXT   NOT NULL,
    event     TEXT   NOT NULL,
    handed_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, source, event_id)
);

CREATE INDEX handed_events_by_age ON handed_events (handed_at);
