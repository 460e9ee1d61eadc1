DROP INDEX "popbox"."orders_user";--> statement-breakpoint
CREATE INDEX "orders_user" ON "popbox"."orders" USING btree ("user_id","created_at","id");--> statement-breakpoint
-- Owned by orders: the tickets of orders as their owners may see them. A prize is joined once its ticket is open, so that
-- no query of this view can tell too much.
CREATE VIEW popbox.order_kuji_results AS
SELECT ticket.id, ticket.order_id, ticket.order_line_id, ticket.kind, ticket.created_at, ticket.revealed_at, ticket.voided_at,
  ticket.void_reason, prize.prize_code, prize.prize_tier, prize.name AS prize_name, prize.description AS prize_description,
  prize.image_url AS prize_image_url, product.id AS product_id, product.name AS product_name, product.slug AS product_slug,
  product.status = 'active' AS is_storefront_accessible, image.storage_key, image.alt_text
FROM popbox.kuji_tickets ticket
JOIN popbox.kuji_sets box ON box.id = ticket.set_id
JOIN popbox.products product ON product.id = box.product_id
LEFT JOIN popbox.kuji_prizes prize ON prize.id = ticket.prize_id AND ticket.revealed_at IS NOT NULL
LEFT JOIN LATERAL (
  SELECT candidate.storage_key, candidate.alt_text FROM popbox.product_images candidate
  WHERE candidate.product_id = product.id
  ORDER BY candidate.sort_order, candidate.created_at, candidate.id LIMIT 1
) image ON true;
