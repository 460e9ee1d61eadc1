-- Parts of names, slugs and SKUs are found through trigrams.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE TABLE "popbox"."product_slugs" (
	"slug" varchar(220) PRIMARY KEY NOT NULL,
	"product_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "popbox"."product_slugs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."skus" (
	"sku" varchar(120) PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL
);
--> statement-breakpoint
ALTER TABLE "popbox"."skus" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP INDEX "popbox"."variants_name";--> statement-breakpoint
ALTER TABLE "popbox"."products" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "popbox"."variants" ADD COLUMN "removed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_sets" ADD COLUMN "ticket_price_cents" integer;--> statement-breakpoint
ALTER TABLE "popbox"."product_slugs" ADD CONSTRAINT "product_slugs_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "popbox"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "product_slugs_product" ON "popbox"."product_slugs" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "audit_entries_action" ON "popbox"."audit_entries" USING btree ("action","id");--> statement-breakpoint
CREATE INDEX "audit_entries_request" ON "popbox"."audit_entries" USING btree ("request_id","id");--> statement-breakpoint
CREATE INDEX "audit_entries_created" ON "popbox"."audit_entries" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "products_by_created" ON "popbox"."products" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "products_by_updated" ON "popbox"."products" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "products_by_price" ON "popbox"."products" USING btree ("price_cents","id");--> statement-breakpoint
CREATE INDEX "products_by_name" ON "popbox"."products" USING btree ("name_key","id");--> statement-breakpoint
CREATE INDEX "products_text_parts" ON "popbox"."products" USING gin (name gin_trgm_ops,slug gin_trgm_ops,sku gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "variants_sku_parts" ON "popbox"."variants" USING gin (sku gin_trgm_ops);--> statement-breakpoint
CREATE UNIQUE INDEX "variants_name" ON "popbox"."variants" USING btree ("product_id",lower(btrim(name))) WHERE removed_at IS NULL;--> statement-breakpoint
ALTER TABLE "popbox"."variants" ADD CONSTRAINT "variants_removed" CHECK (removed_at IS NULL OR (NOT is_active AND sku IS NULL));
--> statement-breakpoint
-- An address that a product ever had stays its own. Another product's attempt fails on the primary key.
CREATE FUNCTION popbox.remember_product_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM popbox.product_slugs WHERE slug = NEW.slug AND product_id = NEW.id) THEN
    INSERT INTO popbox.product_slugs (slug, product_id) VALUES (NEW.slug, NEW.id);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER products_remember_slug AFTER INSERT OR UPDATE OF slug ON popbox.products
  FOR EACH ROW EXECUTE FUNCTION popbox.remember_product_slug();
--> statement-breakpoint
INSERT INTO popbox.product_slugs (slug, product_id) SELECT slug, id FROM popbox.products;
--> statement-breakpoint
-- One SKU, one product or variant: two tables, so a third one holds the key.
CREATE FUNCTION popbox.keep_sku() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.sku IS NOT DISTINCT FROM NEW.sku THEN RETURN NULL; END IF;
  IF TG_OP <> 'INSERT' AND OLD.sku IS NOT NULL THEN DELETE FROM popbox.skus WHERE sku = OLD.sku; END IF;
  IF TG_OP <> 'DELETE' AND NEW.sku IS NOT NULL THEN
    INSERT INTO popbox.skus (sku, owner_id) VALUES (NEW.sku, NEW.id);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER products_keep_sku AFTER INSERT OR UPDATE OF sku OR DELETE ON popbox.products
  FOR EACH ROW EXECUTE FUNCTION popbox.keep_sku();
--> statement-breakpoint
CREATE TRIGGER variants_keep_sku AFTER INSERT OR UPDATE OF sku OR DELETE ON popbox.variants
  FOR EACH ROW EXECUTE FUNCTION popbox.keep_sku();
--> statement-breakpoint
INSERT INTO popbox.skus (sku, owner_id)
SELECT sku, id FROM popbox.products WHERE sku IS NOT NULL
UNION ALL SELECT sku, id FROM popbox.variants WHERE sku IS NOT NULL;
--> statement-breakpoint
UPDATE popbox.kuji_sets s SET ticket_price_cents = (seal.manifest::jsonb ->> 'ticketPriceCents')::int
FROM popbox.kuji_seals seal WHERE seal.set_id = s.id AND seal.state = 'current';
--> statement-breakpoint
-- The box that the shop edits: the newest, also while the one before it is still shown.
CREATE VIEW popbox.catalog_newest_box_prizes AS
SELECT newest.product_id, prize.id, prize.prize_code, prize.prize_tier, prize.name, prize.description, prize.image_url,
  prize.initial_quantity, prize.sealed_quantity - prize.revealed_count AS remaining_quantity, prize.sort_order
FROM popbox.kuji_sets newest
JOIN popbox.kuji_prizes prize ON prize.set_id = newest.id
WHERE NOT EXISTS (
  SELECT 1 FROM popbox.kuji_sets later
  WHERE later.product_id = newest.product_id AND later.set_number > newest.set_number
);
