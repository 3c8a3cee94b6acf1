-- The key store: one key for each customer, wrapped by a master key. An erased key keeps its row and loses its bytes: what it encrypted is known to be gone.
CREATE TABLE customer_keys (
    key_id     TEXT   NOT NULL PRIMARY KEY,
    owner      TEXT   NOT NULL,
    wrapped    $blob$,
    master_key TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    erased_at  BIGINT
);

CREATE UNIQUE INDEX customer_keys_current ON customer_keys (owner) WHERE erased_at IS NULL;
CREATE INDEX customer_keys_by_owner ON customer_keys (owner, erased_at);
CREATE INDEX customer_keys_by_master ON customer_keys (master_key, key_id) WHERE erased_at IS NULL;

-- Whose key an order's data is encrypted with.
CREATE TABLE order_keys (
    order_id    TEXT   NOT NULL PRIMARY KEY,
    key_id      TEXT   NOT NULL,
    assigned_at BIGINT NOT NULL
);

CREATE INDEX order_keys_by_key ON order_keys (key_id, assigned_at);

-- What tells whether a master key is still the same: a keyed hash, no key.
CREATE TABLE master_keys (
    master_key  TEXT NOT NULL PRIMARY KEY,
    fingerprint $blob$ NOT NULL
);

-- Who read or erased whose personal data, and when: ids and roles, no persons.
CREATE TABLE privacy_audit (
    sequence $identity$,
    at       BIGINT NOT NULL,
    actor    TEXT   NOT NULL,
    action   TEXT   NOT NULL,
    subject  TEXT   NOT NULL
);

CREATE INDEX privacy_audit_by_subject ON privacy_audit (subject, sequence);
