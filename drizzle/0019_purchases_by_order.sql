-- The lines of one order are looked up at a time (OFFSET keeps it so), whatever the planner thinks of the tables' sizes. A
-- connection keeps its plan, and one that was made in an empty shop read all lines of all orders for each checkout of the first
-- drop.
CREATE OR REPLACE VIEW popbox.checkout_purchases AS
SELECT placed.id AS order_id, placed.user_id, placed.mailbox, placed.browser_hash, placed.payment_state = 'paid' AS is_paid,
  placed.created_at, line.product_id, line.kuji_set_id, line.quantity
FROM popbox.orders placed
CROSS JOIN LATERAL (
  SELECT bought.product_id, bought.quantity, hold.set_id AS kuji_set_id
  FROM popbox.order_lines bought
  LEFT JOIN LATERAL (
    SELECT held.set_id FROM popbox.kuji_holds held WHERE held.order_line_id = bought.id OFFSET 0
  ) hold ON true
  WHERE bought.order_id = placed.id OFFSET 0
) line
WHERE placed.payment_state IN ('awaiting', 'processing', 'paid');
