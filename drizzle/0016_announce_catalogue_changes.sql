DROP INDEX "popbox"."product_collections_order";--> statement-breakpoint
CREATE INDEX "products_active_boxes" ON "popbox"."products" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE status = 'active' AND product_type = 'kuji';--> statement-breakpoint
CREATE INDEX "product_collections_order" ON "popbox"."product_collections" USING btree ("collection_id","position","product_id" DESC NULLS LAST);
--> statement-breakpoint
-- What is noted for the storefront is also told to every process that keeps answers in memory, at the commit. Only edits come
-- here: a sale writes no audit, and commits that notify wait for each other.
CREATE OR REPLACE FUNCTION popbox.note_catalogue_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO popbox.catalogue_changes (target_type, target_id) VALUES (NEW.target_type, NEW.target_id);
  PERFORM pg_notify('popbox_catalogue', '');
  RETURN NULL;
END $$;
--> statement-breakpoint
-- The stem alone: a document has it at the place of every word that it is the stem of, so the word itself adds nothing but
-- another long list to read.
CREATE OR REPLACE FUNCTION popbox.search_exactly(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN popbox.search_literal(coalesce(popbox.search_stem(word), word));
