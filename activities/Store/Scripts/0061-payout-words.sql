-- actions: what an operator may choose, separated by spaces.
-- The tax invoice of a payout: asked for, or given up by an operator. kind: original, amended, none. A statement whose payout has an invoice that was asked for is
-- not invoiced again when that payout is reversed and paid anew.
ALTER TABLE settlement_attention ADD COLUMN actions TEXT NOT NULL DEFAULT 'retry';

CREATE TABLE payout_invoices (
    payout_id  TEXT   NOT NULL PRIMARY KEY,
    kind       TEXT   NOT NULL,
    commission BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    settled_at BIGINT NOT NULL
);
