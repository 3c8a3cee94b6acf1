-- Orders whose customer was erased: what retention looks for is the others.
ALTER TABLE orders ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;

CREATE INDEX orders_of_kept_members ON orders (member_id, created_at) WHERE erased = 0;
CREATE INDEX orders_of_kept_guests ON orders (order_id) WHERE erased = 0 AND member_id IS NULL;
CREATE INDEX notifications_delivered ON notifications (settled_at) WHERE state = 'delivered';

-- The key of guests' phones is in the key database now.
DROP TABLE store_keys;
