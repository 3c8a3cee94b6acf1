-- Carts and addresses belong to the order team, not to an order: they live here alone, no workflow knows them.
CREATE TABLE carts (
    cart_id    TEXT   NOT NULL PRIMARY KEY,
    document   TEXT   NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE addresses (
    sequence   $identity$,
    address_id TEXT   NOT NULL,
    member_id  TEXT   NOT NULL,
    document   TEXT   NOT NULL
);

CREATE UNIQUE INDEX addresses_by_id ON addresses (member_id, address_id);
