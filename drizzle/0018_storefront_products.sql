CREATE TABLE "popbox"."storefront_products" (
	"product_id" uuid PRIMARY KEY NOT NULL,
	"is_active" boolean NOT NULL,
	"is_kuji" boolean NOT NULL,
	"variant_ids" uuid[] NOT NULL,
	"card" json NOT NULL,
	"page" json NOT NULL
);
--> statement-breakpoint
ALTER TABLE "popbox"."storefront_products" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "popbox"."storefront_products" ADD CONSTRAINT "storefront_products_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "popbox"."products"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- Gathers anew what the storefront shows of these products, and returns how many rows were not yet so. The rows are locked
-- first, by id; what they are made of is read by a statement that begins after that, so that of two edits of one product the
-- later sees the earlier.
CREATE FUNCTION popbox.refresh_storefront(ids uuid[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE changed integer;
BEGIN
  PERFORM FROM popbox.storefront_products shown WHERE shown.product_id = ANY(ids) ORDER BY shown.product_id FOR UPDATE;
  INSERT INTO popbox.storefront_products AS shown (product_id, is_active, is_kuji, variant_ids, card, page)
  SELECT product.id, product.status = 'active', product.product_type = 'kuji', offer.variant_ids,
    json_build_object('id', product.id, 'name', product.name, 'slug', product.slug, 'description', product.description,
      'productType', product.product_type, 'status', product.status, 'priceCents', product.price_cents,
      'minPriceCents', product.min_price_cents, 'maxPriceCents', product.max_price_cents,
      'createdAt', date_part('epoch', product.created_at), 'updatedAt', date_part('epoch', product.updated_at),
      'collections', shelf.collections, 'image', picture.images -> 0,
      'defaultVariantId', offer.default_id, 'activeVariants', offer.count),
    json_build_object('images', picture.images, 'sku', coalesce(product.sku, offer.default_sku),
      'purchaseLimit', product.purchase_limit, 'tags', label.tags, 'variants', offer.variants)
  FROM popbox.products product
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(
        json_build_object('id', collection.id, 'name', collection.name, 'slug', collection.slug)
        ORDER BY membership.assigned_order, collection.name, collection.id), '[]') AS collections
    FROM popbox.product_collections membership
    JOIN popbox.collections collection ON collection.id = membership.collection_id AND collection.is_active
    WHERE membership.product_id = product.id
  ) shelf
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(
        json_build_object('id', tag.id, 'name', tag.name, 'slug', tag.slug, 'tagType', tag.tag_type)
        ORDER BY lower(tag.name), tag.id), '[]') AS tags
    FROM popbox.product_tags tagged JOIN popbox.tags tag ON tag.id = tagged.tag_id
    WHERE tagged.product_id = product.id
  ) label
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(
        json_build_object('id', image.id, 'storageKey', image.storage_key, 'altText', image.alt_text,
          'sortOrder', image.sort_order)
        ORDER BY image.sort_order, image.created_at, image.id), '[]') AS images
    FROM popbox.product_images image WHERE image.product_id = product.id
  ) picture
  CROSS JOIN LATERAL (
    -- A kuji's variant is not offered: its tickets are.
    SELECT coalesce(array_agg(variant.id ORDER BY variant.sort_order, variant.id), '{}') AS variant_ids, count(variant.id) AS count,
      (array_agg(variant.id) FILTER (WHERE variant.is_default))[1] AS default_id,
      (array_agg(variant.sku) FILTER (WHERE variant.is_default))[1] AS default_sku,
      coalesce(json_agg(
        json_build_object('id', variant.id, 'name', variant.name, 'priceCents', variant.price_cents,
          'sortOrder', variant.sort_order)
        ORDER BY variant.sort_order, variant.id), '[]') AS variants
    FROM popbox.variants variant
    WHERE variant.product_id = product.id AND variant.is_active AND product.product_type = 'standard'
  ) offer
  WHERE product.id = ANY(ids)
  ORDER BY product.id
  ON CONFLICT (product_id) DO UPDATE SET is_active = excluded.is_active, is_kuji = excluded.is_kuji,
    variant_ids = excluded.variant_ids, card = excluded.card, page = excluded.page
  WHERE (shown.is_active, shown.is_kuji, shown.variant_ids, shown.card::text, shown.page::text)
    IS DISTINCT FROM (excluded.is_active, excluded.is_kuji, excluded.variant_ids, excluded.card::text, excluded.page::text);
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END $$;
--> statement-breakpoint
-- A new membership is seen by nobody else yet. Whoever renames the collection or tag at the same time would pass over it, so one
-- of the two waits for the other.
CREATE FUNCTION popbox.refresh_storefront_of_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'products' THEN
    PERFORM popbox.refresh_storefront(ARRAY[NEW.id]);
  ELSIF TG_TABLE_NAME = 'collections' THEN
    PERFORM popbox.refresh_storefront(array(SELECT product_id FROM popbox.product_collections WHERE collection_id = NEW.id));
  ELSIF TG_TABLE_NAME = 'tags' THEN
    PERFORM popbox.refresh_storefront(array(SELECT product_id FROM popbox.product_tags WHERE tag_id = NEW.id));
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM popbox.refresh_storefront(ARRAY[OLD.product_id]);
  ELSE
    IF TG_TABLE_NAME = 'product_collections' THEN
      PERFORM FROM popbox.collections WHERE id = NEW.collection_id FOR SHARE;
    ELSIF TG_TABLE_NAME = 'product_tags' THEN
      PERFORM FROM popbox.tags WHERE id = NEW.tag_id FOR SHARE;
    END IF;
    PERFORM popbox.refresh_storefront(ARRAY[NEW.product_id]);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- At the commit, so that these locks come after all others. A new trending score, stock or place in a collection changes nothing
-- here.
CREATE CONSTRAINT TRIGGER products_refresh_storefront AFTER INSERT OR UPDATE OF name, slug, description, status, price_cents,
  min_price_cents, max_price_cents, sku, purchase_limit, created_at, updated_at
  ON popbox.products DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION popbox.refresh_storefront_of_change();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER variants_refresh_storefront AFTER INSERT OR UPDATE OR DELETE
  ON popbox.variants DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION popbox.refresh_storefront_of_change();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER product_images_refresh_storefront AFTER INSERT OR UPDATE OR DELETE
  ON popbox.product_images DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION popbox.refresh_storefront_of_change();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER product_collections_refresh_storefront AFTER INSERT OR UPDATE OF assigned_order OR DELETE
  ON popbox.product_collections DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION popbox.refresh_storefront_of_change();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER product_tags_refresh_storefront AFTER INSERT OR UPDATE OR DELETE
  ON popbox.product_tags DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION popbox.refresh_storefront_of_change();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER collections_refresh_storefront AFTER UPDATE OF name, slug, is_active
  ON popbox.collections DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.name, OLD.slug, OLD.is_active) IS DISTINCT FROM (NEW.name, NEW.slug, NEW.is_active))
  EXECUTE FUNCTION popbox.refresh_storefront_of_change();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER tags_refresh_storefront AFTER UPDATE OF name, slug, tag_type
  ON popbox.tags DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.name, OLD.slug, OLD.tag_type) IS DISTINCT FROM (NEW.name, NEW.slug, NEW.tag_type))
  EXECUTE FUNCTION popbox.refresh_storefront_of_change();
--> statement-breakpoint
SELECT popbox.refresh_storefront(array(SELECT id FROM popbox.products));
