-- The money of orders' ledgers by payment, for the nightly comparison with the payment team's books (결제 대사). Rows are only ever added, with the snapshot
-- whose ledger they are of. kind: charged, refunded, foreign-refund, ended (an attempt that ended without money). Amounts are won.
CREATE TABLE payment_entries (
    position    $identity$,
    entry_id    TEXT   NOT NULL,
    order_id    TEXT   NOT NULL,
    attempt     BIGINT NOT NULL,
    payment_id  TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    refund_id   TEXT,
    amount      BIGINT NOT NULL,
    occurred_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX payment_entries_once ON payment_entries (entry_id);
CREATE INDEX payment_entries_of_order ON payment_entries (order_id);
CREATE INDEX payment_entries_of_payment ON payment_entries (payment_id);
CREATE INDEX payment_entries_by_time ON payment_entries (occurred_at, position);

-- A day's comparison: the last one. status: running, completed, failed. Counts and sums are of the last one that completed.
CREATE TABLE reconciliations (
    day             TEXT   NOT NULL PRIMARY KEY,
    run             BIGINT NOT NULL,
    status          TEXT   NOT NULL,
    started_at      BIGINT NOT NULL,
    ended_at        BIGINT,
    error           TEXT,
    payments        BIGINT NOT NULL DEFAULT 0,
    refunds         BIGINT NOT NULL DEFAULT 0,
    ours_paid       BIGINT NOT NULL DEFAULT 0,
    ours_refunded   BIGINT NOT NULL DEFAULT 0,
    theirs_paid     BIGINT NOT NULL DEFAULT 0,
    theirs_refunded BIGINT NOT NULL DEFAULT 0,
    differences     BIGINT NOT NULL DEFAULT 0
);

-- While a day is compared: payments of ours that the payment team's list had.
CREATE TABLE reconciled_payments (
    day        TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    PRIMARY KEY (day, payment_id)
);

-- Each difference of a day once; run: the last comparison that found it.
CREATE TABLE reconciliation_differences (
    position      $identity$,
    day           TEXT   NOT NULL,
    run           BIGINT NOT NULL,
    key           TEXT   NOT NULL,
    order_id      TEXT,
    payment_id    TEXT   NOT NULL,
    attempt       BIGINT NOT NULL,
    refund_id     TEXT,
    kind          TEXT   NOT NULL,
    ours          BIGINT,
    theirs        BIGINT,
    ours_status   TEXT,
    theirs_status TEXT,
    done          TEXT   NOT NULL,
    found_at      BIGINT NOT NULL
);

CREATE UNIQUE INDEX reconciliation_differences_once ON reconciliation_differences (day, key);
CREATE INDEX reconciliation_differences_of_run ON reconciliation_differences (day, run, position);
