CREATE TABLE "popbox"."product_search" (
	"product_id" uuid PRIMARY KEY NOT NULL,
	"document" "tsvector" NOT NULL,
	"plain_name" text COLLATE "C" NOT NULL,
	"is_active" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"version" smallint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "popbox"."product_search" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."search_words" (
	"word" text COLLATE "C" PRIMARY KEY NOT NULL
);
--> statement-breakpoint
ALTER TABLE "popbox"."search_words" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "popbox"."product_search" ADD CONSTRAINT "product_search_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "popbox"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "product_search_document" ON "popbox"."product_search" USING gin ("document") WITH (fastupdate=false);--> statement-breakpoint
CREATE INDEX "product_search_name" ON "popbox"."product_search" USING btree ("plain_name");--> statement-breakpoint
CREATE INDEX "product_search_newest" ON "popbox"."product_search" USING btree ("created_at" DESC NULLS LAST,"product_id" DESC NULLS LAST) WHERE is_active;--> statement-breakpoint
CREATE INDEX "product_search_version" ON "popbox"."product_search" USING btree ("version");--> statement-breakpoint
CREATE INDEX "search_words_similar" ON "popbox"."search_words" USING gin ("word" gin_trgm_ops) WITH (fastupdate=false);--> statement-breakpoint
CREATE INDEX "product_collections_newest" ON "popbox"."product_collections" USING btree ("collection_id","product_id");
--> statement-breakpoint
-- Words as the terms of a tsquery. They come from the same code that split the indexed texts and hold letters and digits
-- only; the quotes are for whatever else counts as one. No term is written twice: the planner would take it for two, and
-- expect far more products than there are.
CREATE FUNCTION popbox.search_literal(word text, suffix text DEFAULT '') RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ('''' || replace(replace(word, '\', '\\'), '''', '''''') || '''' || suffix)::tsquery;
--> statement-breakpoint
-- Null for a word that English leaves out of an index.
CREATE FUNCTION popbox.search_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (ts_lexize('pg_catalog.english_stem', word))[1];
--> statement-breakpoint
-- The word or its stem.
CREATE FUNCTION popbox.search_exactly(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN coalesce(popbox.search_stem(word), word) = word THEN popbox.search_literal(word)
  ELSE popbox.search_literal(word) || popbox.search_literal(popbox.search_stem(word)) END;
--> statement-breakpoint
-- The same; but an empty query, which && drops, for a word that English leaves out.
CREATE FUNCTION popbox.search_word(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN popbox.search_stem(word) IS NULL THEN ''::tsquery ELSE popbox.search_exactly(word) END;
--> statement-breakpoint
-- Every word that begins so, and the stem.
CREATE FUNCTION popbox.search_beginning(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN starts_with(coalesce(popbox.search_stem(word), word), word) THEN popbox.search_literal(word, ':*')
  ELSE popbox.search_literal(word, ':*') || popbox.search_literal(popbox.search_stem(word)) END;
--> statement-breakpoint
-- Words with their places ("12A"), each with its English stem at the same place.
CREATE FUNCTION popbox.search_document(words text[], places text[]) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT coalesce(string_agg('''' || replace(replace(term.word, '\', '\\'), '''', '''''') || ''':' || term.place, ' '), '')::tsvector
  FROM (
    SELECT given.word, given.place FROM unnest(words, places) AS given (word, place)
    UNION
    SELECT popbox.search_stem(given.word), given.place FROM unnest(words, places) AS given (word, place)
    WHERE popbox.search_stem(given.word) IS NOT NULL
  ) term
);
--> statement-breakpoint
-- The words most like a misspelt one. The threshold is the function's own, because one for a whole transaction would
-- cost each search a BEGIN; with similarity() alone instead of % the index could not be used.
CREATE FUNCTION popbox.similar_words(misspelt text, most int) RETURNS SETOF text LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET pg_trgm.similarity_threshold = 0.25
BEGIN ATOMIC
  SELECT known.word FROM popbox.search_words known WHERE known.word % misspelt
  ORDER BY similarity(known.word, misspelt) DESC, known.word LIMIT most;
END;
--> statement-breakpoint
CREATE FUNCTION popbox.name_similarity(name text, wanted text) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN similarity(name, wanted)::double precision;
--> statement-breakpoint
-- A misspelt word in a long name is less like the name than like a part of it, which counts half.
CREATE FUNCTION popbox.guess_similarity(name text, wanted text) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN greatest(similarity(name, wanted), word_similarity(wanted, name) / 2)::double precision;
--> statement-breakpoint
CREATE VIEW popbox.analytics_paid_lines AS
SELECT line.product_id, line.quantity, sold.paid_at
FROM popbox.orders sold JOIN popbox.order_lines line ON line.order_id = sold.id
-- The time is implied; said, it lets the index of paid orders answer.
WHERE sold.status IN ('paid', 'packed', 'shipped') AND sold.paid_at IS NOT NULL;
--> statement-breakpoint
CREATE VIEW popbox.analytics_live_holds AS
SELECT stock.product_id, hold.quantity, hold.created_at, hold.expires_at
FROM popbox.holds hold JOIN popbox.inventory stock ON stock.id = hold.inventory_id
WHERE hold.state = 'live';
