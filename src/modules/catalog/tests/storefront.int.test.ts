import { sql, type SQL } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aProduct, aVariant, type TestProduct } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Product } from '../catalog.contract.ts';
import {
  addProductImage,
  changeProduct,
  createCollection,
  createTag,
  refreshSearch,
} from '../index.ts';
import { showProduct } from '../service/show-product.ts';
import { listProducts } from '../service/list-products.ts';

/**
 * The storefront reads rows that were gathered at the last commit. Here every table is changed by plain SQL, as a script or
 * a person at a console does: what the storefront shows must follow all the same.
 */
const BY = { actor: 'test', requestId: null };

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const run = async (statement: SQL) => (await w.app.database.db.execute(statement)).rows;

let product: TestProduct;
let other: { variantId: string };
let tagId: string;
let collectionId: string;
beforeEach(async () => {
  product = await aProduct(w, { priceCents: 2_000 });
  const { productId } = product;
  other = await aVariant(w, productId, { priceCents: 3_000 });
  tagId = (await createTag(w.app, { ...BY, name: 'Old tag', tagType: 'brand' })).id;
  collectionId = (await createCollection(w.app, { ...BY, name: 'Old shelf' })).id;
  const changes = { tagIds: [tagId], collectionIds: [collectionId] };
  await changeProduct(w.app, { ...BY, productId, changes });
  for (const name of ['front', 'back']) {
    const storageKey = `products/${productId}/${name}.webp`;
    await addProductImage(w.app, { ...BY, productId, storageKey, altText: null });
  }
});

// What other rows say of stock, prices and words is left as the world's check wants it.
afterEach(async () => {
  await run(sql`UPDATE popbox.inventory SET on_hand = 10, reserved = 0`);
  await run(sql`UPDATE popbox.variants SET is_active = true WHERE product_id = ${ID()}`);
  await inTx(w.app, 'refreshSearch', (tx) => refreshSearch(tx, [product.productId]));
});

const page = () => showProduct(w.app, product.slug);
const card = async () => {
  const { items } = await listProducts(w.app, { limit: 50, sort: 'newest' });
  return items.find((item) => item.id === product.productId);
};

/** How many of the rows differ from what they are gathered from. */
const stale = async () => {
  const [row] = await run(sql`
    SELECT popbox.refresh_storefront(array(SELECT id FROM popbox.products)) AS stale`);
  return row?.stale;
};

const ID = () => sql`${product.productId}::uuid`;

describe('what the storefront shows follows', () => {
  const CHANGES: [string, () => SQL, (shown: Product) => unknown, unknown][] = [
    [
      'a name',
      () => sql`UPDATE popbox.products SET name = 'New name' WHERE id = ${ID()}`,
      (shown) => shown.name,
      'New name',
    ],
    [
      'a purchase limit',
      () => sql`UPDATE popbox.products SET purchase_limit = 3 WHERE id = ${ID()}`,
      (shown) => shown.purchaseLimit,
      3,
    ],
    [
      'the time of an edit',
      () =>
        sql`UPDATE popbox.products SET created_at = '2026-01-02T03:04:05.678Z' WHERE id = ${ID()}`,
      (shown) => shown.createdAt,
      '2026-01-02T03:04:05.678Z',
    ],
    [
      'a variant that is added',
      () => sql`
        INSERT INTO popbox.variants (id, product_id, name, price_cents, sort_order)
        VALUES (${newId()}::uuid, ${ID()}, 'Third', 2500, 9)`,
      (shown) => shown.variants.length,
      3,
    ],
    [
      'a variant that is renamed',
      () => sql`UPDATE popbox.variants SET name = 'Blue' WHERE id = ${other.variantId}::uuid`,
      (shown) => shown.variants.map(({ name }) => name).includes('Blue'),
      true,
    ],
    [
      'a variant that is hidden',
      () => sql`UPDATE popbox.variants SET is_active = false WHERE id = ${other.variantId}::uuid`,
      (shown) => shown.hasVariantChoices,
      false,
    ],
    [
      'an image that is removed',
      () =>
        sql`DELETE FROM popbox.product_images WHERE product_id = ${ID()} AND storage_key LIKE '%front%'`,
      (shown) => shown.images.map(({ storageKey }) => storageKey.split('/').at(-1)),
      ['back.webp'],
    ],
    [
      'images that change places',
      () =>
        sql`UPDATE popbox.product_images SET sort_order = 10 - sort_order WHERE product_id = ${ID()}`,
      (shown) => shown.images.map(({ storageKey }) => storageKey.split('/').at(-1)),
      ['back.webp', 'front.webp'],
    ],
    [
      'a tag that is taken away',
      () => sql`DELETE FROM popbox.product_tags WHERE product_id = ${ID()}`,
      (shown) => shown.tags,
      [],
    ],
    [
      'a tag that is renamed',
      () => sql`UPDATE popbox.tags SET name = 'New tag' WHERE id = ${tagId}::uuid`,
      (shown) => shown.tags.map(({ name }) => name),
      ['New tag'],
    ],
    [
      'a collection that is renamed',
      () => sql`UPDATE popbox.collections SET name = 'New shelf' WHERE id = ${collectionId}::uuid`,
      (shown) => shown.collections.map(({ name }) => name),
      ['New shelf'],
    ],
    [
      'a collection that is hidden',
      () => sql`UPDATE popbox.collections SET is_active = false WHERE id = ${collectionId}::uuid`,
      (shown) => shown.collections,
      [],
    ],
    [
      'a collection that it leaves',
      () => sql`DELETE FROM popbox.product_collections WHERE product_id = ${ID()}`,
      (shown) => shown.collections,
      [],
    ],
  ];

  it.each(CHANGES)('%s', async (_what, change, read, expected) => {
    expect(read(await page())).not.toEqual(expected);
    await run(change());
    const shown = await page();
    expect(read(shown)).toEqual(expected);
    const { images, ...onCard } = (await card()) ?? { images: [] };
    expect(shown).toMatchObject(onCard);
    expect(shown.images.slice(0, 1)).toEqual(images);
    expect(await stale()).toBe(0);
  });

  it('a product that is hidden', async () => {
    await run(sql`UPDATE popbox.products SET status = 'draft' WHERE id = ${ID()}`);
    await expect(page()).rejects.toMatchObject({ code: 'PRODUCT_NOT_FOUND' });
    expect(await card()).toBeUndefined();
  });

  it('stock, which is not gathered: a sold-out variant is told at once', async () => {
    await run(
      sql`UPDATE popbox.inventory SET reserved = on_hand WHERE variant_id = ${other.variantId}::uuid`,
    );
    const { variants, isSoldOut } = await page();
    expect(variants.map(({ id, isAvailable }) => [id === other.variantId, isAvailable])).toEqual([
      [false, true],
      [true, false],
    ]);
    expect(isSoldOut).toBe(false);
    await run(sql`UPDATE popbox.inventory SET reserved = on_hand WHERE product_id = ${ID()}`);
    expect([(await page()).isSoldOut, (await card())?.isSoldOut]).toEqual([true, true]);
  });

  it('stock of a hidden variant sells nothing', async () => {
    await run(
      sql`UPDATE popbox.inventory SET on_hand = 0 WHERE variant_id = ${product.variantId}::uuid`,
    );
    await run(
      sql`UPDATE popbox.variants SET is_active = false WHERE id = ${other.variantId}::uuid`,
    );
    expect([(await page()).isSoldOut, (await card())?.isSoldOut]).toEqual([true, true]);
  });
});

describe('the rows are not written', () => {
  const version = async () => {
    const [row] = await run(sql`
      SELECT xmin::text AS version FROM popbox.storefront_products WHERE product_id = ${ID()}`);
    return row?.version;
  };

  it('by new scores, sales, or what changes nothing', async () => {
    const before = await version();
    await run(sql`UPDATE popbox.products SET trending_score = trending_score + 1`);
    await run(sql`UPDATE popbox.inventory SET reserved = 1 WHERE product_id = ${ID()}`);
    await run(sql`UPDATE popbox.inventory SET reserved = 0 WHERE product_id = ${ID()}`);
    await run(sql`UPDATE popbox.product_collections SET position = position + 1`);
    await run(sql`UPDATE popbox.variants SET name = name WHERE product_id = ${ID()}`);
    expect(await version()).toBe(before);
  });
});
