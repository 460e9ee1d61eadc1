import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aProduct,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { HttpMethod } from '../../../http/route.ts';
import { newId } from '../../../kernel/ids.ts';
import { adminProductSchema, type AdminProduct } from '../catalog.admin-contract.ts';
import { addProductImage, createCollection, createTag } from '../index.ts';

const BY = { actor: 'test', requestId: null };

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const call = <T = AdminProduct>(method: HttpMethod, path: string, body?: object) =>
  callAs<T>(w, admin, [method, `/admin/products${path}`], body);
const patch = (id: string, body: object) => call('patch', `/${id}`, body);
const show = async (id: string) => (await call('get', `/${id}`)).data;

/** As the form sends it: every key. */
const form = (overrides: object = {}) => ({
  collectionIds: [],
  name: 'New figure',
  description: null,
  productType: 'standard',
  status: 'draft',
  priceCents: 2_499,
  currency: 'CAD',
  sku: null,
  tagIds: [],
  lowStockThreshold: 2,
  onHand: 7,
  ...overrides,
});

async function create(overrides: object = {}): Promise<AdminProduct> {
  const answer = await call('post', '', form(overrides));
  expect(answer.status, JSON.stringify(answer)).toBe(201);
  return answer.data;
}

const auditOf = async (targetId: string) => {
  const { rows } = await w.app.database.db.execute(sql`
    SELECT actor, action, before, after, request_id IS NOT NULL AS "hasRequest" FROM popbox.audit_entries
    WHERE target_id = ${targetId} ORDER BY id`);
  return rows;
};

describe('operations on products', () => {
  refusesStrangers(
    () => w,
    [
      ['get', '/admin/products'],
      ['post', '/admin/products'],
      ['get', `/admin/products/${newId()}`],
      ['patch', `/admin/products/${newId()}`],
      ['post', `/admin/products/${newId()}/variants`],
      ['patch', `/admin/products/${newId()}/variants/${newId()}`],
      ['patch', `/admin/products/${newId()}/variants/${newId()}/inventory`],
      ['delete', `/admin/products/${newId()}/variants/${newId()}`],
    ],
  );
});

describe('a new product', () => {
  it('answers 201 with all fields of the form, its default variant and stock included', async () => {
    const collection = await createCollection(w.app, { ...BY, name: 'Hidden', isActive: false });
    const tag = await createTag(w.app, { ...BY, name: 'Bandai', tagType: 'brand' });
    const created = await create({
      name: ' Monkey D. Luffy ',
      description: 'Rubber.',
      sku: 'LUF-1',
      collectionIds: [collection.id, collection.id],
      tagIds: [tag.id],
    });
    const inventory = { onHand: 7, reserved: 0, available: 7, lowStockThreshold: 2 };
    const isoMs = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    expect(created).toEqual({
      id: created.id,
      name: 'Monkey D. Luffy',
      slug: 'monkey-d-luffy',
      description: 'Rubber.',
      productType: 'standard',
      status: 'draft',
      priceCents: 2_499,
      currency: 'CAD',
      sku: 'LUF-1',
      collections: [{ id: collection.id, name: 'Hidden', slug: 'hidden' }],
      inventory,
      tags: [{ id: tag.id, name: 'Bandai', slug: 'bandai', tagType: 'brand' }],
      images: [],
      kujiPrizes: [],
      variants: [
        {
          id: created.variants[0]?.id,
          productId: created.id,
          name: 'Default',
          sku: 'LUF-1',
          priceCents: 2_499,
          isActive: true,
          isDefault: true,
          sortOrder: 0,
          inventory,
        },
      ],
      purchaseLimit: null,
      version: 1,
      createdAt: isoMs,
      updatedAt: isoMs,
    });
    expect(await show(created.id)).toEqual(created);
    expect(await auditOf(created.id)).toEqual([
      expect.objectContaining({
        actor: `admin:${admin.userId}`,
        action: 'product.created',
        before: null,
        hasRequest: true,
      }),
    ]);
  });

  it('shows its pictures with addresses, the primary one first', async () => {
    const { id } = await create();
    const key = (name: string) => `products/${id}/${name}.webp`;
    await addProductImage(w.app, { ...BY, productId: id, storageKey: key('a'), altText: 'Front' });
    await addProductImage(w.app, { ...BY, productId: id, storageKey: key('b'), altText: null });
    const { images } = await show(id);
    expect(images.map(({ id: _, ...image }) => image)).toEqual([
      {
        storageKey: key('a'),
        altText: 'Front',
        sortOrder: 1,
        url: w.app.storage.publicUrl(key('a')),
      },
      { storageKey: key('b'), altText: null, sortOrder: 2, url: w.app.storage.publicUrl(key('b')) },
    ]);
  });

  it('of type kuji has tickets of its prizes, and no variants', async () => {
    const { productId, priceCents } = await aKuji(w, { tickets: 5 });
    await anOpenCheckout(w, [{ productId, quantity: 2 }]);
    const kuji = await show(productId);
    expect(kuji).toMatchObject({
      productType: 'kuji',
      priceCents,
      variants: [],
      inventory: { onHand: 5, reserved: 2, available: 3, lowStockThreshold: 0 },
    });
    expect(kuji.kujiPrizes.map((prize) => [prize.prizeCode, prize.remainingQuantity])).toEqual([
      ['A', 1],
      ['D', 4],
      ['LO', 1],
    ]);
  });

  it('keeps a SKU that another product or variant has for that one', async () => {
    await create({ sku: 'TAKEN' });
    expect(await call('post', '', form({ sku: ' TAKEN ' }))).toMatchObject({
      status: 409,
      code: 'PRODUCT_VARIANT_DUPLICATE_SKU',
    });
    const kuji = form({ productType: 'kuji', sku: 'TAKEN' });
    expect((await call('post', '', kuji)).code).toBe('PRODUCT_VARIANT_DUPLICATE_SKU');
  });

  it.each<[string, object, string]>([
    ['a name of blanks', { name: '  ' }, 'name'],
    ['no name', { name: undefined }, 'name'],
    ['a null name', { name: null }, 'name'],
    ['a long name', { name: 'x'.repeat(201) }, 'name'],
    ['a null price', { priceCents: null }, 'priceCents'],
    ['a price of text', { priceCents: '12' }, 'priceCents'],
    ['a blank price', { priceCents: '' }, 'priceCents'],
    ['a price of true', { priceCents: true }, 'priceCents'],
    ['a negative price', { priceCents: -1 }, 'priceCents'],
    ['a fraction of a cent', { priceCents: 1.5 }, 'priceCents'],
    ['a price above the column', { priceCents: 2_147_483_648 }, 'priceCents'],
    ['an unknown type', { productType: 'box' }, 'productType'],
    ['an unknown status', { status: 'gone' }, 'status'],
    ['another currency', { currency: 'USD' }, 'currency'],
    ['a long SKU', { sku: 'x'.repeat(121) }, 'sku'],
    ['negative stock', { onHand: -1 }, 'onHand'],
    ['stock of text', { onHand: '5' }, 'onHand'],
    ['a null threshold', { lowStockThreshold: null }, 'lowStockThreshold'],
    ['no list of collections', { collectionIds: undefined }, 'collectionIds'],
    ['a text as collections', { collectionIds: 'x' }, 'collectionIds'],
    ['a bad collection id', { collectionIds: ['x'] }, 'collectionIds.0'],
    ['an unknown collection', { collectionIds: [newId()] }, 'collectionIds'],
    ['an unknown tag', { tagIds: [newId()] }, 'tagIds'],
    ['a NUL', { name: 'a\0b' }, 'name'],
  ])('is refused for %s, and nothing is made', async (_what, wrong, field) => {
    const count = async () =>
      (await w.app.database.db.execute(sql`SELECT count(*) FROM popbox.products`)).rows;
    const before = await count();
    const answer = await call('post', '', form(wrong));
    expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(Object.keys(answer.fields)).toEqual([field]);
    expect(await count()).toEqual(before);
  });
});

describe('an edit of a product', () => {
  it('changes what it names, writes only that into the audit, and repeats itself without a trace', async () => {
    const { id } = await create({ name: 'Old', description: 'Text' });
    const edited = await patch(id, { name: ' New ', description: null, status: 'active' });
    expect(edited.status).toBe(200);
    expect(adminProductSchema.parse(edited.data)).toMatchObject({
      name: 'New',
      slug: 'old',
      description: null,
      status: 'active',
      priceCents: 2_499,
      version: 2,
    });
    expect((await patch(id, { name: 'New', status: 'active' })).data.version).toBe(2);
    expect((await patch(id, {})).data.version).toBe(2);
    expect((await auditOf(id)).slice(1)).toEqual([
      {
        actor: `admin:${admin.userId}`,
        action: 'product.changed',
        before: { name: 'Old', description: 'Text', status: 'draft' },
        after: { name: 'New', description: null, status: 'active' },
        hasRequest: true,
      },
    ]);
  });

  it('sets, changes and lifts the purchase limit', async () => {
    const { id, purchaseLimit } = await create({ purchaseLimit: 2 });
    expect(purchaseLimit).toBe(2);
    expect((await patch(id, { name: 'Renamed' })).data.purchaseLimit).toBe(2);
    expect((await patch(id, { purchaseLimit: 5 })).data.purchaseLimit).toBe(5);
    expect((await patch(id, { purchaseLimit: null })).data.purchaseLimit).toBeNull();
    expect((await auditOf(id)).at(-1)).toMatchObject({
      before: { purchaseLimit: 5 },
      after: { purchaseLimit: null },
    });
    for (const wrong of [0, 1_001, 1.5, '2']) {
      const refused = await patch(id, { purchaseLimit: wrong });
      expect([refused.status, refused.code], String(wrong)).toEqual([400, 'VALIDATION_FAILED']);
    }
  });

  it('replaces collections and tags, and names unknown ones before it changes anything', async () => {
    const [one, two] = [
      await createCollection(w.app, { ...BY, name: 'One' }),
      await createCollection(w.app, { ...BY, name: 'Two' }),
    ];
    const tag = await createTag(w.app, { ...BY, name: 'Toei', tagType: 'series' });
    const { id } = await create({ collectionIds: [one.id], tagIds: [tag.id] });
    const unknown = newId();
    const refused = await patch(id, { name: 'Never', collectionIds: [two.id, unknown] });
    expect(refused).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(refused.fields.collectionIds).toEqual([expect.stringContaining(unknown)]);
    expect(await show(id)).toMatchObject({ name: 'New figure', collections: [{ id: one.id }] });
    const edited = await patch(id, { collectionIds: [two.id, one.id, two.id], tagIds: [] });
    expect(edited.data.collections.map((collection) => collection.id)).toEqual([two.id, one.id]);
    expect(edited.data.tags).toEqual([]);
    expect((await auditOf(id)).at(-1)).toMatchObject({
      before: { collectionIds: [one.id], tagIds: [tag.id] },
      after: { collectionIds: [two.id, one.id], tagIds: [] },
    });
  });

  it('never changes the type, nor stock; price and SKU of a standard product are its default variant’s', async () => {
    const { id, slug, variants } = await create({ sku: 'OWN', status: 'active' });
    expect((await patch(id, { productType: 'kuji' })).fields).toHaveProperty('productType');
    const same = { productType: 'standard', priceCents: 2_499, currency: 'CAD', sku: 'OWN' };
    expect(await patch(id, { ...same, onHand: 99 })).toMatchObject({
      status: 200,
      data: { version: 1, inventory: { onHand: 7 }, sku: 'OWN' },
    });
    await call('post', `/${id}/variants`, { name: 'Large', priceCents: 5_000 });
    const edited = await patch(id, { priceCents: 3_000, sku: null, name: 'Ranged' });
    expect(edited.data).toMatchObject({ priceCents: 3_000, sku: null, name: 'Ranged' });
    expect((await auditOf(variants[0]?.id ?? '')).at(-1)).toMatchObject({
      action: 'variant.changed',
      before: { priceCents: 2_499, sku: 'OWN' },
      after: { priceCents: 3_000, sku: null },
    });
    const shown = await w.http.get(`/api/v1/products/${slug}`);
    expect((shown.body as { data: unknown }).data).toMatchObject({
      priceCents: 3_000,
      minPriceCents: 3_000,
      maxPriceCents: 5_000,
    });
  });

  it('H19 the second save of a form is told', async () => {
    const { id, version } = await create();
    const first = await patch(id, { version, description: 'First' });
    expect(first).toMatchObject({ status: 200, data: { version: version + 1 } });
    expect(await patch(id, { version, description: 'Second' })).toMatchObject({
      status: 409,
      code: 'PRODUCT_CHANGED',
    });
    expect((await show(id)).description).toBe('First');
  });

  it.each<[string, object, string]>([
    ['a null price', { priceCents: null }, 'priceCents'],
    ['a price of text', { priceCents: '' }, 'priceCents'],
    ['a null name', { name: null }, 'name'],
    ['a blank name', { name: ' ' }, 'name'],
    ['a null status', { status: null }, 'status'],
    ['null collections', { collectionIds: null }, 'collectionIds'],
    ['too many tags', { tagIds: Array.from({ length: 101 }, newId) }, 'tagIds'],
    ['a version of text', { version: '1' }, 'version'],
    ['a long description', { description: 'x'.repeat(20_001) }, 'description'],
  ])('is refused for %s', async (_what, wrong, field) => {
    const { id } = await create();
    const answer = await patch(id, wrong);
    expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(Object.keys(answer.fields)).toEqual([field]);
    expect((await show(id)).version).toBe(1);
  });

  it('of an unknown product is 404, of something that is no id 400', async () => {
    expect(await patch(newId(), { name: 'X' })).toMatchObject({
      status: 404,
      code: 'PRODUCT_NOT_FOUND',
    });
    expect((await call('get', `/${newId()}`)).code).toBe('PRODUCT_NOT_FOUND');
    expect((await call('get', '/not-an-id')).status).toBe(400);
    expect((await patch('not-an-id', {})).status).toBe(400);
  });
});

describe('the address of a product', () => {
  const visit = async (slug: string) => {
    const response = await w.http.get(`/api/v1/products/${slug}`);
    const { data } = response.body as { data: { id: string; slug: string } | null };
    return [response.status, data?.slug];
  };

  it('changes only when asked to; the old one goes on answering with the new one', async () => {
    const { id } = await create({ name: 'Gundam', status: 'active' });
    await patch(id, { name: 'Zaku' });
    expect(await visit('gundam')).toEqual([200, 'gundam']);
    expect((await patch(id, { slug: 'Zaku II' })).data.slug).toBe('zaku-ii');
    expect(await visit('zaku-ii')).toEqual([200, 'zaku-ii']);
    expect(await visit('gundam')).toEqual([200, 'zaku-ii']);
    expect((await patch(id, { slug: '' })).data.slug).toBe('zaku');
    expect(await visit('zaku-ii')).toEqual([200, 'zaku']);
    expect((await w.http.get('/api/v1/products/gundam/recommendations')).status).toBe(200);
    // An own former address may come back.
    expect((await patch(id, { slug: 'gundam' })).data.slug).toBe('gundam');
    await patch(id, { status: 'archived' });
    for (const slug of ['gundam', 'zaku', 'zaku-ii']) expect((await visit(slug))[0]).toBe(404);
  });

  it('that another product has or had is refused, and not given to a new product of that name', async () => {
    const { id } = await create({ name: 'Rei' });
    await patch(id, { slug: 'asuka' });
    const other = await create({ name: 'Rei' });
    expect(other.slug).toBe('rei-2');
    for (const slug of ['rei', 'asuka']) {
      expect(await patch(other.id, { slug })).toMatchObject({
        status: 409,
        code: 'PRODUCT_SLUG_TAKEN',
      });
    }
  });
});

describe('the price of a kuji', () => {
  it('is sealed anew while no ticket is held or sold', async () => {
    const { productId } = await aKuji(w, { tickets: 3, priceCents: 1_000 });
    const edited = await patch(productId, { priceCents: 1_200, currency: 'CAD', sku: 'KUJI-1' });
    expect(edited).toMatchObject({ status: 200, data: { priceCents: 1_200, sku: 'KUJI-1' } });
    const { rows } = await w.app.database.db.execute(sql`
      SELECT seal.state, (seal.manifest::jsonb ->> 'ticketPriceCents')::int AS price, s.ticket_price_cents
      FROM popbox.kuji_seals seal JOIN popbox.kuji_sets s ON s.id = seal.set_id
      WHERE s.product_id = ${productId}::uuid ORDER BY seal.sealed_at, seal.id`);
    expect(rows).toEqual([
      { state: 'aborted', price: 1_000, ticket_price_cents: 1_200 },
      { state: 'current', price: 1_200, ticket_price_cents: 1_200 },
    ]);
    const opened = await anOpenCheckout(w, [{ productId, quantity: 1 }]);
    const order = await w.app.database.db.execute(sql`
      SELECT subtotal_cents FROM popbox.orders WHERE id = ${opened.orderId}::uuid`);
    expect(order.rows).toEqual([{ subtotal_cents: 1_200 }]);
  });

  it('stays once a ticket is held; everything else of the form is saved with the old price', async () => {
    const { productId } = await aKuji(w, { tickets: 3, priceCents: 1_000 });
    await anOpenCheckout(w, [{ productId, quantity: 1 }]);
    const refused = await patch(productId, { name: 'Cheaper', priceCents: 900 });
    expect(refused).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(Object.keys(refused.fields)).toEqual(['priceCents']);
    const saved = await patch(productId, { name: 'Same price', priceCents: 1_000 });
    expect(saved).toMatchObject({ status: 200, data: { name: 'Same price', priceCents: 1_000 } });
  });

  it('of a draft is free', async () => {
    const kuji = await create({ productType: 'kuji', name: 'Draft kuji' });
    expect(kuji).toMatchObject({ inventory: { onHand: 0 }, variants: [] });
    expect((await patch(kuji.id, { priceCents: 0 })).data.priceCents).toBe(0);
  });
});

it('an archived product leaves the shop and stays in the dashboard', async () => {
  const { productId, slug } = await aProduct(w);
  expect((await patch(productId, { status: 'archived' })).data.status).toBe('archived');
  expect((await w.http.get(`/api/v1/products/${slug}`)).status).toBe(404);
  expect((await show(productId)).status).toBe('archived');
});
