-- `updated_at` is kept by the database, so that no writer can forget it.
CREATE FUNCTION popbox.touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;
--> statement-breakpoint
-- Ledgers and logs are evidence: what stands in them is never changed.
CREATE FUNCTION popbox.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
-- The same for single columns, and for rows whose other columns may change.
CREATE FUNCTION popbox.keep_as_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % keep what they were written with', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
-- A new trending score is no change of the product that a sitemap should report.
CREATE TRIGGER products_touch BEFORE UPDATE OF name, slug, description, status, price_cents, min_price_cents, max_price_cents, sku
  ON popbox.products FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER variants_touch BEFORE UPDATE ON popbox.variants FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER collections_touch BEFORE UPDATE ON popbox.collections FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER tags_touch BEFORE UPDATE ON popbox.tags FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER inventory_touch BEFORE UPDATE ON popbox.inventory FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER users_touch BEFORE UPDATE ON popbox.users FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER customers_touch BEFORE UPDATE ON popbox.customers FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER orders_touch BEFORE UPDATE ON popbox.orders FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER payments_touch BEFORE UPDATE ON popbox.payments FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER kuji_sets_touch BEFORE UPDATE ON popbox.kuji_sets FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER kuji_prizes_touch BEFORE UPDATE ON popbox.kuji_prizes FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER settings_touch BEFORE UPDATE ON popbox.settings FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON popbox.audit_entries FOR EACH ROW EXECUTE FUNCTION popbox.refuse_change();
--> statement-breakpoint
CREATE TRIGGER inventory_movements_append_only BEFORE UPDATE OR DELETE ON popbox.inventory_movements FOR EACH ROW EXECUTE FUNCTION popbox.refuse_change();
--> statement-breakpoint
CREATE TRIGGER payment_entries_append_only BEFORE UPDATE OR DELETE ON popbox.payment_entries FOR EACH ROW EXECUTE FUNCTION popbox.refuse_change();
--> statement-breakpoint
CREATE TRIGGER order_events_append_only BEFORE UPDATE OR DELETE ON popbox.order_events FOR EACH ROW EXECUTE FUNCTION popbox.refuse_change();
--> statement-breakpoint
CREATE TRIGGER kuji_log_append_only BEFORE UPDATE OR DELETE ON popbox.kuji_log FOR EACH ROW EXECUTE FUNCTION popbox.refuse_change();
--> statement-breakpoint
CREATE TRIGGER order_lines_immutable BEFORE UPDATE OR DELETE ON popbox.order_lines FOR EACH ROW EXECUTE FUNCTION popbox.refuse_change();
--> statement-breakpoint
-- The promise about a box, the deck that follows from it and the draws from the deck: altered, they would still look
-- whole. A deck may be thrown away with its seal before anything is drawn, and so may its numbers.
CREATE TRIGGER kuji_seals_keep_promise BEFORE UPDATE OF set_id, manifest, manifest_hash, commitment, root, seed, sealed_at
  ON popbox.kuji_seals FOR EACH ROW EXECUTE FUNCTION popbox.keep_as_written();
--> statement-breakpoint
CREATE TRIGGER kuji_seals_keep_row BEFORE DELETE ON popbox.kuji_seals FOR EACH ROW EXECUTE FUNCTION popbox.keep_as_written();
--> statement-breakpoint
CREATE TRIGGER kuji_numbers_keep_prize BEFORE UPDATE OF set_id, number, prize_id
  ON popbox.kuji_numbers FOR EACH ROW EXECUTE FUNCTION popbox.keep_as_written();
--> statement-breakpoint
CREATE TRIGGER kuji_tickets_keep_draw BEFORE UPDATE OF set_id, kind, number, ticket_number, order_id, order_line_id, prize_id, seq,
    hold_seq, entropy, free_count
  ON popbox.kuji_tickets FOR EACH ROW EXECUTE FUNCTION popbox.keep_as_written();
--> statement-breakpoint
CREATE TRIGGER kuji_tickets_keep_row BEFORE DELETE ON popbox.kuji_tickets FOR EACH ROW EXECUTE FUNCTION popbox.keep_as_written();
--> statement-breakpoint
-- The products' type decides what their stock means; it never changes.
CREATE FUNCTION popbox.refuse_product_type_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a product keeps its type' USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER products_keep_type BEFORE UPDATE OF product_type ON popbox.products FOR EACH ROW
  WHEN (OLD.product_type IS DISTINCT FROM NEW.product_type) EXECUTE FUNCTION popbox.refuse_product_type_change();
--> statement-breakpoint
CREATE VIEW popbox.catalog_stock AS
SELECT product_id, variant_id, on_hand, reserved, low_stock_threshold FROM popbox.inventory;
--> statement-breakpoint
-- The box that people see: the newest that was sealed, else the one being prepared.
CREATE VIEW popbox.catalog_kuji_prizes AS
SELECT shown.product_id, shown.id AS set_id, prize.id, prize.prize_code, prize.prize_tier, prize.name, prize.description,
  prize.image_url, prize.initial_quantity, prize.sealed_quantity - prize.revealed_count AS remaining_quantity, prize.sort_order
FROM popbox.kuji_sets shown
JOIN popbox.kuji_prizes prize ON prize.set_id = shown.id
WHERE NOT EXISTS (
  SELECT 1 FROM popbox.kuji_sets better
  WHERE better.product_id = shown.product_id AND better.id <> shown.id
    AND (better.state <> 'draft', better.set_number) > (shown.state <> 'draft', shown.set_number)
);
--> statement-breakpoint
CREATE VIEW popbox.order_line_media AS
SELECT line.id AS order_line_id, line.order_id, product.slug AS product_slug,
  product.status = 'active' AS is_storefront_accessible, image.storage_key, image.alt_text
FROM popbox.order_lines line
JOIN popbox.products product ON product.id = line.product_id
LEFT JOIN LATERAL (
  SELECT candidate.storage_key, candidate.alt_text FROM popbox.product_images candidate
  WHERE candidate.product_id = product.id
  ORDER BY candidate.sort_order, candidate.created_at, candidate.id LIMIT 1
) image ON true;
--> statement-breakpoint
CREATE VIEW popbox.checkout_sellables AS
SELECT product.id AS product_id, variant.id AS variant_id, product.name AS product_name, product.product_type,
  product.status AS product_status, product.slug, product.description, product.currency,
  variant.name AS variant_name, variant.sku AS variant_sku, variant.is_active AS variant_is_active,
  coalesce(variant.price_cents, product.price_cents) AS unit_price_cents,
  stock.id AS inventory_id, coalesce(stock.on_hand - stock.reserved, 0) AS available, box.id AS kuji_set_id
FROM popbox.products product
LEFT JOIN popbox.variants variant ON variant.product_id = product.id AND product.product_type = 'standard'
LEFT JOIN popbox.inventory stock ON stock.product_id = product.id AND stock.variant_id IS NOT DISTINCT FROM variant.id
LEFT JOIN popbox.kuji_sets box ON box.product_id = product.id AND box.state = 'open';
--> statement-breakpoint
-- An attempt is written first, with the id of the order that follows in the same transaction.
ALTER TABLE popbox.checkout_attempts ALTER CONSTRAINT checkout_attempts_order_id_orders_id_fk DEFERRABLE INITIALLY DEFERRED;
