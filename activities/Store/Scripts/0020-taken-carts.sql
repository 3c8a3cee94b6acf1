-- Carts that an order took, until the order exists or came to nothing: a cart leaves `carts` and stands here in one transaction, so of two orders at
-- once one finds it empty, and what a crash left here is given back or forgotten.
CREATE TABLE taken_carts (
    order_id TEXT   NOT NULL PRIMARY KEY,
    cart_id  TEXT   NOT NULL,
    document TEXT   NOT NULL,
    taken_at BIGINT NOT NULL
);

CREATE INDEX taken_carts_by_age ON taken_carts (taken_at);

-- Whoever knows no token may make carts: guests' are counted and the longest untouched go first.
ALTER TABLE carts ADD COLUMN guest BIGINT NOT NULL DEFAULT 0;

CREATE INDEX carts_by_age ON carts (updated_at);
CREATE INDEX carts_of_guests ON carts (updated_at) WHERE guest = 1;

CREATE INDEX guest_tokens_of_order ON guest_tokens (order_id);
