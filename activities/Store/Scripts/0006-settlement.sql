-- Records are only ever added to; two lists beside them say what is left to do. Amounts are won; a refund's are negative.

CREATE TABLE settlement_entries (
    position          $identity$,
    entry_id          TEXT   NOT NULL,
    order_id          TEXT   NOT NULL,
    kind              TEXT   NOT NULL,
    product_id        TEXT   NOT NULL,
    seller_id         TEXT   NOT NULL,
    category_id       TEXT   NOT NULL,
    quantity          BIGINT NOT NULL,
    sales             BIGINT NOT NULL,
    seller_discount   BIGINT NOT NULL,
    platform_discount BIGINT NOT NULL,
    commission_rate   TEXT   NOT NULL,
    commission        BIGINT NOT NULL,
    occurred_at       BIGINT NOT NULL
);

CREATE UNIQUE INDEX settlement_entries_once ON settlement_entries (entry_id);

-- To do: entries that are in no statement yet. A row goes in the transaction that adds its statement line.
CREATE TABLE unsettled_entries (
    entry       $key$,
    occurred_at BIGINT NOT NULL
);

-- Which statement an entry is in: one, for ever. A statement is a seller's day.
CREATE TABLE statement_lines (
    entry     $key$,
    day       TEXT NOT NULL,
    seller_id TEXT NOT NULL
);

CREATE INDEX statement_lines_of_statement ON statement_lines (day, seller_id, entry);

-- A day whose run has begun; one that is not settled either is being run, or was left and is to be taken up.
CREATE TABLE begun_days (
    day      TEXT   NOT NULL PRIMARY KEY,
    begun_at BIGINT NOT NULL
);

-- 마감: nothing is added to the lines of a day that is here.
CREATE TABLE closed_days (
    day       TEXT   NOT NULL PRIMARY KEY,
    closed_at BIGINT NOT NULL
);

CREATE TABLE statements (
    statement_id      TEXT   NOT NULL PRIMARY KEY,
    day               TEXT   NOT NULL,
    seller_id         TEXT   NOT NULL,
    lines             BIGINT NOT NULL,
    sales             BIGINT NOT NULL,
    seller_discount   BIGINT NOT NULL,
    platform_discount BIGINT NOT NULL,
    refunds           BIGINT NOT NULL,
    commission        BIGINT NOT NULL,
    amount            BIGINT NOT NULL,
    created_at        BIGINT NOT NULL
);

CREATE UNIQUE INDEX statements_of_day ON statements (day, seller_id);
CREATE INDEX statements_of_seller ON statements (seller_id, day);

CREATE TABLE settled_days (
    day        TEXT   NOT NULL PRIMARY KEY,
    settled_at BIGINT NOT NULL
);

-- To do: statements that are in no payout, or only in ones that failed.
CREATE TABLE unpaid_statements (
    statement_id TEXT   NOT NULL PRIMARY KEY,
    seller_id    TEXT   NOT NULL,
    amount       BIGINT NOT NULL,
    commission   BIGINT NOT NULL
);

CREATE INDEX unpaid_statements_of_seller ON unpaid_statements (seller_id);

CREATE TABLE payouts (
    payout_id    TEXT   NOT NULL PRIMARY KEY,
    run_id       TEXT   NOT NULL,
    seller_id    TEXT   NOT NULL,
    amount       BIGINT NOT NULL,
    commission   BIGINT NOT NULL,
    requested_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX payouts_of_run ON payouts (run_id, seller_id);
CREATE INDEX payouts_of_seller ON payouts (seller_id, requested_at);
CREATE INDEX payouts_newest ON payouts (requested_at, payout_id);

CREATE TABLE payout_statements (
    payout_id    TEXT NOT NULL,
    statement_id TEXT NOT NULL,
    PRIMARY KEY (payout_id, statement_id)
);

CREATE INDEX payout_statements_by_statement ON payout_statements (statement_id);

-- How a payout ended: completed or failed, once. One without a row is under way.
CREATE TABLE payout_outcomes (
    payout_id      TEXT   NOT NULL PRIMARY KEY,
    status         TEXT   NOT NULL,
    failure_reason TEXT,
    ended_at       BIGINT NOT NULL
);

-- The payout a statement is in: at most one that has not failed.
CREATE VIEW statement_payouts AS
SELECT s.statement_id, s.payout_id, o.status
FROM payout_statements s LEFT JOIN payout_outcomes o ON o.payout_id = s.payout_id
WHERE o.status IS NULL OR o.status = 'completed';

-- What waits for an operator now: a day or a payout.
CREATE TABLE settlement_attention (
    subject TEXT   NOT NULL PRIMARY KEY,
    step    TEXT   NOT NULL,
    error   TEXT   NOT NULL,
    since   BIGINT NOT NULL
);
