-- News of products that their unpaid orders are still to be told, order by order: after_order is the last that was.
CREATE TABLE product_news (
    sequence    $identity$,
    source      TEXT   NOT NULL,
    event_id    TEXT   NOT NULL,
    product_id  TEXT   NOT NULL,
    document    TEXT   NOT NULL,
    after_order TEXT   NOT NULL,
    due_at      BIGINT NOT NULL,
    lease_owner TEXT
);

CREATE UNIQUE INDEX product_news_once ON product_news (source, event_id);

-- Nothing reads it any more: a page of statements joins by index.
DROP VIEW statement_payouts;
