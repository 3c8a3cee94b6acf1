-- Guests' orders by a keyed hash of their phone, for a member who claims its own within 30 days. The phone itself is not kept here.
CREATE TABLE guest_orders (
    order_id   TEXT   NOT NULL PRIMARY KEY,
    phone_hash TEXT   NOT NULL,
    placed_at  BIGINT NOT NULL,
    policies   TEXT   NOT NULL
);

CREATE INDEX guest_orders_by_phone ON guest_orders (phone_hash, placed_at);
CREATE INDEX guest_orders_by_age ON guest_orders (placed_at);

-- Keys that programs on this database share where none is configured.
CREATE TABLE store_keys (
    name  TEXT   NOT NULL PRIMARY KEY,
    value $blob$ NOT NULL
);
