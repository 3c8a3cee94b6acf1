-- Types that differ between the databases are variables: $identity$, $blob$. Times are microseconds since 1970, UTC.

CREATE TABLE orders (
    order_id        TEXT   NOT NULL PRIMARY KEY,
    member_id       TEXT,
    status          TEXT   NOT NULL,
    needs_attention BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    document        TEXT   NOT NULL
);

CREATE INDEX orders_newest ON orders (created_at, order_id);
CREATE INDEX orders_by_member ON orders (member_id, created_at, order_id);
CREATE INDEX orders_by_status ON orders (status, created_at, order_id);
CREATE INDEX orders_stuck ON orders (created_at, order_id) WHERE needs_attention = 1;

-- Which orders hold a product, and of which seller: an order's lines never change.
CREATE TABLE order_lines (
    order_id   TEXT NOT NULL,
    product_id TEXT NOT NULL,
    seller_id  TEXT NOT NULL,
    PRIMARY KEY (order_id, product_id)
);

CREATE INDEX order_lines_by_product ON order_lines (product_id, order_id);
CREATE INDEX order_lines_by_seller ON order_lines (seller_id, order_id);

-- The feed. A follower reads by (commit_group, position): the group orders transactions so that one which commits late is never passed over.
CREATE TABLE events (
    position     $identity$,
    commit_group BIGINT NOT NULL,
    event_id     TEXT   NOT NULL,
    source       TEXT   NOT NULL,
    type         TEXT   NOT NULL,
    order_id     TEXT   NOT NULL,
    time         TEXT   NOT NULL,
    data         TEXT   NOT NULL
);

CREATE UNIQUE INDEX events_once ON events (order_id, source, event_id);
CREATE UNIQUE INDEX events_by_commit ON events (commit_group, position);
CREATE INDEX events_of_order ON events (order_id, position);

-- Added to commit groups: raised when a database was restored into a cluster whose transactions count from a lower number.
CREATE TABLE feed_base (base BIGINT NOT NULL);
INSERT INTO feed_base (base) VALUES (0);
