-- An order's lines tell by themselves when it was placed and whether it is unpaid: a seller's orders are listed, and the unpaid orders with a product found,
-- without a look at the finished ones, which become ever more. unpaid starts at 1, for whoever reads it looks at the order's status as well.
ALTER TABLE order_lines ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN unpaid BIGINT NOT NULL DEFAULT 1;

UPDATE order_lines SET
    created_at = COALESCE((SELECT o.created_at FROM orders o WHERE o.order_id = order_lines.order_id), 0),
    unpaid = CASE WHEN EXISTS (
        SELECT 1 FROM orders o WHERE o.order_id = order_lines.order_id AND o.status IN ('placed', 'stock-reserved', 'awaiting-payment')) THEN 1 ELSE 0 END;

DROP INDEX order_lines_by_seller;
DROP INDEX order_lines_by_product;
CREATE INDEX order_lines_of_seller ON order_lines (seller_id, created_at, order_id);
CREATE INDEX order_lines_unpaid ON order_lines (product_id, order_id) WHERE unpaid = 1;
