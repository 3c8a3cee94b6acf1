-- Orders that are being placed, of one member or guest, from when they are counted against MaxUnpaidOrders until they are in the store or came to nothing.
CREATE TABLE unpaid_claims (
    order_id   TEXT   NOT NULL PRIMARY KEY,
    owner      TEXT   NOT NULL,
    claimed_at BIGINT NOT NULL
);

CREATE INDEX unpaid_claims_of_owner ON unpaid_claims (owner);
CREATE INDEX unpaid_claims_by_age ON unpaid_claims (claimed_at);
