import { asc, inArray, lt, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { productSearch } from '../../../db/schema/catalog-read-models.ts';
import type { PlacedWord, SearchSource } from '../search/place-words.ts';

export type SearchSourceRow = SearchSource & { productId: string };

/**
 * Locks the tags of these products, by id. A membership that is new is seen by nobody else yet: who renames its tag at the
 * same time passes over the product, so one of the two waits for the other.
 */
export async function lockTagsOf(tx: Tx, productIds: readonly string[]): Promise<void> {
  await tx.execute(sql`
    SELECT tag.id FROM popbox.tags tag
    WHERE tag.id IN (
      SELECT tagged.tag_id FROM popbox.product_tags tagged WHERE tagged.product_id = ANY(${sql.param([...productIds])}::uuid[])
    )
    ORDER BY tag.id FOR SHARE`);
}

/** Locks the documents of these products, by id. What they are made from is read after that: the later of two then knows all. */
export async function lockDocuments(tx: Tx, productIds: readonly string[]): Promise<void> {
  await tx
    .select({ id: productSearch.productId })
    .from(productSearch)
    .where(inArray(productSearch.productId, [...productIds]))
    .orderBy(asc(productSearch.productId))
    .for('update');
}

export async function loadSearchSources(
  tx: Tx,
  productIds: readonly string[],
): Promise<SearchSourceRow[]> {
  const { rows } = await tx.execute<SearchSourceRow>(sql`
    SELECT product.id AS "productId", product.name, product.description,
      array(
        SELECT tag.name FROM popbox.product_tags tagged JOIN popbox.tags tag ON tag.id = tagged.tag_id
        WHERE tagged.product_id = product.id ORDER BY tag.name, tag.id
      ) AS "tagNames",
      array(
        SELECT sku FROM (
          SELECT product.sku UNION
          SELECT variant.sku FROM popbox.variants variant WHERE variant.product_id = product.id
        ) own WHERE sku IS NOT NULL ORDER BY sku
      ) AS skus
    FROM popbox.products product
    WHERE product.id = ANY(${sql.param([...productIds])}::uuid[])`);
  return rows;
}

export type SearchDocument = { productId: string; plainName: string; words: PlacedWord[] };

/** Writes the documents and returns how many of them were not yet so. */
export async function saveSearchDocuments(
  tx: Tx,
  version: number,
  documents: readonly SearchDocument[],
): Promise<number> {
  const given = documents.map(({ productId, plainName, words }) => ({
    productId,
    plainName,
    words: words.map(({ word }) => word),
    places: words.map(({ place }) => place),
  }));
  const { rowCount } = await tx.execute(sql`
    INSERT INTO popbox.product_search AS stored (product_id, document, plain_name, is_active, created_at, version)
    SELECT product.id, popbox.search_document(given.words, given.places), given."plainName",
      product.status = 'active', product.created_at, ${version}::smallint
    FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      AS given ("productId" uuid, "plainName" text, words text[], places text[])
    JOIN popbox.products product ON product.id = given."productId"
    ORDER BY product.id
    ON CONFLICT (product_id) DO UPDATE SET document = excluded.document, plain_name = excluded.plain_name,
      is_active = excluded.is_active, version = excluded.version
    WHERE (stored.document, stored.plain_name, stored.is_active, stored.version)
      IS DISTINCT FROM (excluded.document, excluded.plain_name, excluded.is_active, excluded.version)`);
  return rowCount ?? 0;
}

/** In the order of the words, so that two writers at once do not wait for each other in a circle. */
export async function saveSearchWords(tx: Tx, words: readonly string[]): Promise<void> {
  if (words.length === 0) return;
  await tx.execute(sql`
    INSERT INTO popbox.search_words (word)
    SELECT word FROM unnest(${sql.param([...words])}::text[]) AS given (word)
    WHERE NOT EXISTS (SELECT 1 FROM popbox.search_words known WHERE known.word = given.word)
    ORDER BY word ON CONFLICT DO NOTHING`);
}

/** Some products without a document, or with one that older code made. */
export async function findUnindexed(tx: Tx, version: number, most: number): Promise<string[]> {
  const outdated = await tx
    .select({ id: productSearch.productId })
    .from(productSearch)
    .where(lt(productSearch.version, version))
    .limit(most);
  if (outdated.length > 0) return outdated.map((row) => row.id);
  const { rows } = await tx.execute<{ id: string }>(sql`
    SELECT product.id FROM popbox.products product
    WHERE NOT EXISTS (SELECT 1 FROM popbox.product_search stored WHERE stored.product_id = product.id)
    LIMIT ${most}`);
  return rows.map((row) => row.id);
}

/** The ids of products with this tag and a document behind `after`, ascending. A job makes the documents that are missing. */
export async function listTagged(
  tx: Tx,
  tagId: string,
  after: string | null,
  most: number,
): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    SELECT tagged.product_id AS id FROM popbox.product_tags tagged
    JOIN popbox.product_search stored ON stored.product_id = tagged.product_id
    WHERE tagged.tag_id = ${tagId}::uuid AND (${after}::uuid IS NULL OR tagged.product_id > ${after}::uuid)
    ORDER BY tagged.product_id LIMIT ${most}`);
  return rows.map((row) => row.id);
}
