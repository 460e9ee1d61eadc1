import { sql, type SQL } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aProduct } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { newId } from '../../../kernel/ids.ts';
import {
  addProductImage,
  addVariant,
  changeProduct,
  createCollection,
  createProduct,
  createTag,
  loadProductRefs,
  type CreateProductRequest,
} from '../index.ts';

const BY = { actor: 'admin:tester', requestId: 'request-1' };

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 20 });
});
afterAll(() => w.close());

const create = (overrides: Partial<CreateProductRequest> = {}) =>
  createProduct(w.app, {
    ...BY,
    name: 'Some figure',
    productType: 'standard',
    status: 'draft',
    priceCents: 1_000,
    collectionIds: [],
    ...overrides,
  });

async function rows(query: SQL): Promise<Record<string, unknown>[]> {
  return (await w.app.database.db.execute(query)).rows;
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error as { code?: unknown }).code,
  );

describe('slugs', () => {
  it('of ten products with one name created at once are all different', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => create({ name: 'Luffy!' })));
    const expected = ['luffy', ...Array.from({ length: 9 }, (_, i) => `luffy-${String(i + 2)}`)];
    expect(new Set(made.map((product) => product.slug))).toEqual(new Set(expected));
  });

  it('of names in other scripts are written in Latin letters, of names without letters come from the id', async () => {
    expect((await create({ name: 'ワンピース' })).slug).toBe('wanpisu');
    const { id, slug } = await create({ name: '★☆★' });
    expect(slug).toBe(`product-${id.slice(-8)}`);
  });

  it('stay when the name changes', async () => {
    const { id, slug } = await create({ name: 'First name' });
    await changeProduct(w.app, { ...BY, productId: id, changes: { name: ' Second name ' } });
    const [found] = await rows(sql`SELECT name, slug FROM popbox.products WHERE id = ${id}::uuid`);
    expect(found).toEqual({ name: 'Second name', slug });
  });

  it('that a person chose are refused when taken; those made from a name are numbered', async () => {
    const tag = { ...BY, name: 'Bandai', tagType: 'brand' } as const;
    expect((await createTag(w.app, tag)).slug).toBe('bandai');
    expect((await createTag(w.app, { ...tag, slug: ' ' })).slug).toBe('bandai-2');
    expect(await codeOf(createTag(w.app, { ...tag, slug: 'Bandai' }))).toBe('TAG_SLUG_TAKEN');
    const collection = { ...BY, name: 'Featured' };
    expect((await createCollection(w.app, collection)).slug).toBe('featured');
    expect((await createCollection(w.app, collection)).slug).toBe('featured-2');
    expect(await codeOf(createCollection(w.app, { ...collection, slug: 'featured' }))).toBe(
      'COLLECTION_SLUG_TAKEN',
    );
  });
});

describe('a new product', () => {
  it('gets its default variant with stock, and the audit names who made it', async () => {
    const { id, defaultVariantId } = await create({
      sku: ' FIG-1 ',
      onHand: 4,
      lowStockThreshold: 2,
    });
    expect(
      await rows(sql`
        SELECT v.id, v.sku, v.is_default, v.is_active, v.price_cents, i.on_hand, i.low_stock_threshold, p.sku AS product_sku
        FROM popbox.variants v JOIN popbox.inventory i ON i.variant_id = v.id
        JOIN popbox.products p ON p.id = v.product_id WHERE v.product_id = ${id}::uuid`),
    ).toEqual([
      {
        id: defaultVariantId,
        sku: 'FIG-1',
        is_default: true,
        is_active: true,
        price_cents: 1_000,
        on_hand: 4,
        low_stock_threshold: 2,
        product_sku: null,
      },
    ]);
    expect(
      await rows(sql`
        SELECT actor, action, request_id FROM popbox.audit_entries WHERE target_id = ${id}`),
    ).toEqual([{ actor: 'admin:tester', action: 'product.created', request_id: 'request-1' }]);
  });

  it('of type kuji starts without stock or variants, whatever was sent', async () => {
    const { id, defaultVariantId } = await create({ productType: 'kuji', onHand: 50 });
    expect(defaultVariantId).toBeNull();
    expect(
      await rows(sql`
        SELECT variant_id, on_hand FROM popbox.inventory WHERE product_id = ${id}::uuid`),
    ).toEqual([{ variant_id: null, on_hand: 0 }]);
  });

  it('is not made at all if a collection or tag is unknown; the refusal names it', async () => {
    const missing = newId();
    const failure = await create({ name: 'Half made', collectionIds: [missing] }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: { collectionIds: [expect.stringContaining(missing)] } },
    });
    expect(await codeOf(create({ name: 'Half made', tagIds: [missing] }))).toBe(
      'VALIDATION_FAILED',
    );
    expect(await rows(sql`SELECT 1 FROM popbox.products WHERE name = 'Half made'`)).toEqual([]);
  });
});

describe('SKUs and names of variants', () => {
  it('a SKU is given once over products and variants, also to two writers at once', async () => {
    await create({ sku: 'ONE' });
    expect(await codeOf(create({ sku: 'ONE' }))).toBe('PRODUCT_VARIANT_DUPLICATE_SKU');
    expect(await codeOf(create({ sku: 'ONE', productType: 'kuji' }))).toBe(
      'PRODUCT_VARIANT_DUPLICATE_SKU',
    );
    const outcomes = await Promise.all([
      codeOf(create({ sku: 'TWO' })),
      codeOf(create({ sku: 'TWO', productType: 'kuji' })),
      codeOf(create({ sku: 'TWO' })),
    ]);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'PRODUCT_VARIANT_DUPLICATE_SKU')).toHaveLength(
      2,
    );
  });

  it('a name is used once per product, whatever its case and spaces', async () => {
    const { productId } = await aProduct(w);
    const variant = {
      ...BY,
      productId,
      priceCents: 500,
      sortOrder: 1,
      onHand: 1,
      lowStockThreshold: 0,
    };
    await addVariant(w.app, { ...variant, name: 'Small' });
    expect(await codeOf(addVariant(w.app, { ...variant, name: ' sMALL ' }))).toBe(
      'PRODUCT_VARIANT_DUPLICATE_NAME',
    );
  });

  it('only an existing standard product takes variants', async () => {
    const { id } = await create({ productType: 'kuji' });
    const variant = {
      ...BY,
      name: 'X',
      priceCents: 1,
      sortOrder: 1,
      onHand: 0,
      lowStockThreshold: 0,
    };
    expect(await codeOf(addVariant(w.app, { ...variant, productId: id }))).toBe(
      'PRODUCT_HAS_NO_VARIANTS',
    );
    expect(await codeOf(addVariant(w.app, { ...variant, productId: newId() }))).toBe(
      'PRODUCT_NOT_FOUND',
    );
  });

  it('variants added at once leave the range of all of them', async () => {
    const { productId } = await aProduct(w, { priceCents: 500 });
    await Promise.all(
      [100, 900, 300, 700].map((priceCents, sortOrder) =>
        addVariant(w.app, {
          ...BY,
          productId,
          name: `V${String(priceCents)}`,
          priceCents,
          sortOrder,
          onHand: 1,
          lowStockThreshold: 0,
        }),
      ),
    );
    expect(
      await rows(sql`
        SELECT price_cents, min_price_cents, max_price_cents FROM popbox.products
        WHERE id = ${productId}::uuid`),
    ).toEqual([{ price_cents: 500, min_price_cents: 100, max_price_cents: 900 }]);
  });
});

describe('collections of a product', () => {
  it('replaces the list, keeps kept places, appends new ones, refuses unknown ids untouched', async () => {
    const [one, two, three] = await Promise.all(
      ['One', 'Two', 'Three'].map((name) => createCollection(w.app, { ...BY, name })),
    );
    if (!one || !two || !three) throw new Error('Three collections were made.');
    const first = await create({ collectionIds: [one.id, two.id] });
    const second = await create({ collectionIds: [two.id, two.id, one.id] });
    const places = (productId: string) =>
      rows(sql`
        SELECT c.slug, m.position FROM popbox.product_collections m
        JOIN popbox.collections c ON c.id = m.collection_id
        WHERE m.product_id = ${productId}::uuid ORDER BY m.assigned_order`);
    expect(await places(second.id)).toEqual([
      { slug: 'two', position: 1 },
      { slug: 'one', position: 1 },
    ]);
    const assign = (productId: string, collectionIds: string[]) =>
      changeProduct(w.app, { ...BY, productId, changes: { collectionIds } });
    await assign(first.id, [three.id, two.id]);
    expect(await places(first.id)).toEqual([
      { slug: 'three', position: 0 },
      { slug: 'two', position: 0 },
    ]);
    expect(await codeOf(assign(first.id, [one.id, newId()]))).toBe('VALIDATION_FAILED');
    expect((await places(first.id)).map((place) => place.slug)).toEqual(['three', 'two']);
    await assign(first.id, []);
    expect(await places(first.id)).toEqual([]);
  });

  it('gives products that are added at once places of their own', async () => {
    const { id } = await createCollection(w.app, { ...BY, name: 'Rush' });
    const made = await Promise.all(Array.from({ length: 8 }, () => create()));
    await Promise.all(
      made.map((product) =>
        changeProduct(w.app, { ...BY, productId: product.id, changes: { collectionIds: [id] } }),
      ),
    );
    const found = await rows(sql`
      SELECT position FROM popbox.product_collections WHERE collection_id = ${id}::uuid ORDER BY position`);
    expect(found.map((row) => row.position)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('gives collections that are created at once places of their own', async () => {
    const made = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        createCollection(w.app, { ...BY, name: `At once ${String(i)}` }),
      ),
    );
    expect(new Set(made.map((collection) => collection.sortOrder)).size).toBe(6);
  });
});

describe('images', () => {
  it('added at once stand one behind the other; the first is the primary one', async () => {
    const { id: productId } = await create();
    const added = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        addProductImage(w.app, {
          ...BY,
          productId,
          storageKey: `products/${productId}/${name}.webp`,
          altText: name,
        }),
      ),
    );
    expect(new Set(added.map((image) => image.sortOrder))).toEqual(new Set([1, 2, 3, 4]));
    const primary = added.find((image) => image.sortOrder === 1);
    const unknown = newId();
    const refs = await loadProductRefs(w.app.database.db, [productId, productId, unknown]);
    expect([...refs.keys()]).toEqual([productId]);
    expect(refs.get(productId)).toMatchObject({
      name: 'Some figure',
      status: 'draft',
      productType: 'standard',
      priceCents: 1_000,
      imageStorageKey: primary?.storageKey,
      imageAltText: primary?.altText,
    });
  });

  it('of an unknown product are refused', async () => {
    const image = { ...BY, productId: newId(), storageKey: 'products/x/y.webp', altText: null };
    expect(await codeOf(addProductImage(w.app, image))).toBe('PRODUCT_NOT_FOUND');
  });
});
