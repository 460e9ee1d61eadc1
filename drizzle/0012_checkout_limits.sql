-- The inbox behind an e-mail: what follows a plus is the owner's own label, and to Gmail dots are nothing.
CREATE FUNCTION popbox.mailbox_of(email text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
  WHEN lower(email) ~ '@(gmail|googlemail)\.com$'
  THEN replace(regexp_replace(split_part(lower(email), '@', 1), '^([^+]+)\+.*$', '\1'), '.', '') || '@gmail.com'
  ELSE regexp_replace(lower(email), '^([^@+]+)\+[^@]*@', '\1@')
END;
--> statement-breakpoint
ALTER TABLE "popbox"."products" ADD COLUMN "purchase_limit" integer;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_sets" ADD COLUMN "paused_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD COLUMN "mailbox" text GENERATED ALWAYS AS (popbox.mailbox_of(email)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD COLUMN "browser_hash" varchar(64);--> statement-breakpoint
CREATE INDEX "orders_mailbox" ON "popbox"."orders" USING btree ("mailbox");--> statement-breakpoint
CREATE INDEX "orders_browser" ON "popbox"."orders" USING btree ("browser_hash");--> statement-breakpoint
ALTER TABLE "popbox"."products" ADD CONSTRAINT "products_purchase_limit" CHECK (purchase_limit BETWEEN 1 AND 1000);--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_browser_hash" CHECK (browser_hash ~ '^[0-9a-f]{64}$');
--> statement-breakpoint
CREATE OR REPLACE VIEW popbox.checkout_sellables AS
SELECT product.id AS product_id, variant.id AS variant_id, product.name AS product_name, product.product_type,
  product.status AS product_status, product.slug, product.description, product.currency,
  variant.name AS variant_name, variant.sku AS variant_sku, variant.is_active AS variant_is_active,
  coalesce(variant.price_cents, product.price_cents) AS unit_price_cents,
  stock.id AS inventory_id, coalesce(stock.on_hand - stock.reserved, 0) AS available, box.id AS kuji_set_id,
  product.purchase_limit, box.paused_at IS NOT NULL AS is_paused
FROM popbox.products product
LEFT JOIN popbox.variants variant ON variant.product_id = product.id AND product.product_type = 'standard'
LEFT JOIN popbox.inventory stock ON stock.product_id = product.id AND stock.variant_id IS NOT DISTINCT FROM variant.id
LEFT JOIN popbox.kuji_sets box ON box.product_id = product.id AND box.state = 'open';
--> statement-breakpoint
CREATE VIEW popbox.checkout_purchases AS
SELECT line.order_id, placed.user_id, placed.mailbox, placed.browser_hash, placed.payment_state = 'paid' AS is_paid,
  placed.created_at, line.product_id, hold.set_id AS kuji_set_id, line.quantity
FROM popbox.orders placed
JOIN popbox.order_lines line ON line.order_id = placed.id
LEFT JOIN popbox.kuji_holds hold ON hold.order_line_id = line.id
WHERE placed.payment_state IN ('awaiting', 'processing', 'paid');
