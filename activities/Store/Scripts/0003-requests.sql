-- Idempotency keys of callers. The key itself is not kept, only its hash in scope: it seals the answer, which may hold a guest's token.
CREATE TABLE idempotency_keys (
    scope       TEXT   NOT NULL PRIMARY KEY,
    body_hash   TEXT   NOT NULL,
    resource_id TEXT   NOT NULL,
    owner       TEXT,
    lease_until BIGINT NOT NULL,
    answer      $blob$,
    created_at  BIGINT NOT NULL
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Events of other teams that were handed on to their orders.
CREATE TABLE received_events (
    source      TEXT   NOT NULL,
    event_id    TEXT   NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (source, event_id)
);

CREATE INDEX received_events_by_age ON received_events (received_at);

-- Guests reach their order by a token of which only the hash is kept.
CREATE TABLE guest_tokens (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    order_id   TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
