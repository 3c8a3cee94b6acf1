-- Who is told of events, and how far each has followed the feed.
CREATE TABLE event_subscribers (
    name         TEXT   NOT NULL PRIMARY KEY,
    commit_group BIGINT NOT NULL,
    position     BIGINT NOT NULL
);

-- A lane: the events of one subject (an order) that a subscriber is owed, those after delivered up to last. A lane is delivered by one worker at a
-- time (lease), one event after the other; it is gone once nothing is owed. state: open, dead (its first event is given up and holds the rest back).
CREATE TABLE event_lanes (
    subscriber      TEXT   NOT NULL,
    order_id        TEXT   NOT NULL,
    delivered       BIGINT NOT NULL,
    last            BIGINT NOT NULL,
    state           TEXT   NOT NULL,
    attempts        BIGINT NOT NULL,
    failing_since   BIGINT,
    next_attempt_at BIGINT NOT NULL,
    lease_owner     TEXT,
    last_error      TEXT,
    dead_position   BIGINT,
    dead_since      BIGINT,
    PRIMARY KEY (subscriber, order_id)
);

CREATE INDEX event_lanes_due ON event_lanes (subscriber, next_attempt_at) WHERE state = 'open';
CREATE INDEX event_lanes_dead ON event_lanes (dead_since) WHERE state = 'dead';
