import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { HttpMethod } from '../../../http/route.ts';
import { newId } from '../../../kernel/ids.ts';
import type { AdminProduct } from '../catalog.admin-contract.ts';
import type { AdminVariant } from '../catalog.variants-contract.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const call = <T = AdminVariant>(method: HttpMethod, path: string, body?: object) =>
  callAs<T>(w, admin, [method, `/admin/products/${path}`], body);

const show = async (productId: string) => (await call<AdminProduct>('get', productId)).data;

/** As the form sends it. */
const form = (overrides: object = {}) => ({
  name: 'Large',
  sku: null,
  priceCents: 3_499,
  isActive: true,
  sortOrder: 1,
  inventory: { onHand: 4, lowStockThreshold: 1 },
  ...overrides,
});

async function add(productId: string, overrides: object = {}): Promise<AdminVariant> {
  const answer = await call('post', `${productId}/variants`, form(overrides));
  expect(answer.status, JSON.stringify(answer)).toBe(201);
  return answer.data;
}

const patch = (variant: { id: string; productId: string }, body: object) =>
  call('patch', `${variant.productId}/variants/${variant.id}`, body);
const remove = (variant: { id: string; productId: string }) =>
  call<{ id: string; deleted: boolean }>('delete', `${variant.productId}/variants/${variant.id}`);

async function aPair() {
  const product = await aProduct(w, { priceCents: 2_499 });
  const standard = { id: product.variantId, productId: product.productId };
  return { ...product, standard, large: await add(product.productId) };
}

const movementsOf = async (variantId: string) => {
  const { rows } = await w.app.database.db.execute(sql`
    SELECT m.reason, m.on_hand_delta AS delta, m.actor, m.note FROM popbox.inventory_movements m
    JOIN popbox.inventory i ON i.id = m.inventory_id WHERE i.variant_id = ${variantId}::uuid ORDER BY m.id`);
  return rows;
};
const auditOf = async (targetId: string) => {
  const { rows } = await w.app.database.db.execute(sql`
    SELECT actor, action, before, after FROM popbox.audit_entries WHERE target_id = ${targetId} ORDER BY id`);
  return rows;
};

describe('a new variant', () => {
  it('answers all its fields and widens the range of the product', async () => {
    const { productId, slug, large } = await aPair();
    expect(large).toEqual({
      id: large.id,
      productId,
      name: 'Large',
      sku: null,
      priceCents: 3_499,
      isActive: true,
      isDefault: false,
      sortOrder: 1,
      inventory: { onHand: 4, reserved: 0, available: 4, lowStockThreshold: 1 },
    });
    const { body } = (await w.http.get(`/api/v1/products/${slug}`)) as { body: { data: unknown } };
    expect(body.data).toMatchObject({
      priceCents: 2_499,
      minPriceCents: 2_499,
      maxPriceCents: 3_499,
      hasVariantChoices: true,
    });
    expect((await show(productId)).inventory).toMatchObject({ onHand: 14, available: 14 });
    expect(await movementsOf(large.id)).toEqual([
      { reason: 'received', delta: 4, actor: `admin:${admin.userId}`, note: 'first stock' },
    ]);
  });

  it('may come as the default, and then the price of the product is its own', async () => {
    const { productId } = await aProduct(w, { priceCents: 2_499 });
    const variant = await add(productId, { isDefault: true });
    const product = await show(productId);
    expect(product.priceCents).toBe(3_499);
    expect(product.variants.filter((one) => one.isDefault).map((one) => one.id)).toEqual([
      variant.id,
    ]);
    const inactive = form({ name: 'Other', isDefault: true, isActive: false });
    expect(await call('post', `${productId}/variants`, inactive)).toMatchObject({
      status: 409,
      code: 'PRODUCT_VARIANT_INACTIVE',
    });
  });

  it.each<[string, object, number, string]>([
    ['the name of another', { name: ' lArGe ' }, 409, 'PRODUCT_VARIANT_DUPLICATE_NAME'],
    ['the SKU of another', { name: 'X', sku: 'SKU-TAKEN' }, 409, 'PRODUCT_VARIANT_DUPLICATE_SKU'],
    ['a blank name', { name: ' ' }, 400, 'VALIDATION_FAILED'],
    ['a null price', { priceCents: null }, 400, 'VALIDATION_FAILED'],
    ['a price of text', { priceCents: '1' }, 400, 'VALIDATION_FAILED'],
    ['a state of text', { isActive: 'yes' }, 400, 'VALIDATION_FAILED'],
    ['a broken place', { sortOrder: 1.5 }, 400, 'VALIDATION_FAILED'],
    ['null stock', { inventory: { onHand: null, lowStockThreshold: 0 } }, 400, 'VALIDATION_FAILED'],
    ['a list as stock', { inventory: [] }, 400, 'VALIDATION_FAILED'],
  ])('is refused for %s', async (_what, wrong, status, code) => {
    const { productId } = await aPair();
    if (code.endsWith('SKU')) await aTakenSku();
    const answer = await call('post', `${productId}/variants`, form(wrong));
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect((await show(productId)).variants).toHaveLength(2);
  });

  let hasTakenSku = false;
  async function aTakenSku() {
    if (hasTakenSku) return;
    hasTakenSku = true;
    const { productId } = await aProduct(w);
    await add(productId, { sku: 'SKU-TAKEN' });
  }

  it('belongs to a standard product that exists', async () => {
    const { productId } = await aKuji(w);
    expect(await call('post', `${productId}/variants`, form())).toMatchObject({
      status: 422,
      code: 'PRODUCT_HAS_NO_VARIANTS',
    });
    expect(await call('post', `${newId()}/variants`, form())).toMatchObject({
      status: 404,
      code: 'PRODUCT_NOT_FOUND',
    });
  });
});

describe('an edit of a variant', () => {
  it('changes what it names, and the audit shows no more', async () => {
    const { large, productId } = await aPair();
    const edited = await patch(large, {
      name: ' Huge ',
      sku: ' HUGE-1 ',
      priceCents: 100,
      isActive: true,
    });
    expect(edited).toMatchObject({
      status: 200,
      data: { id: large.id, name: 'Huge', sku: 'HUGE-1', priceCents: 100, sortOrder: 1 },
    });
    expect((await auditOf(large.id)).at(-1)).toEqual({
      actor: `admin:${admin.userId}`,
      action: 'variant.changed',
      before: { name: 'Large', sku: null, priceCents: 3_499 },
      after: { name: 'Huge', sku: 'HUGE-1', priceCents: 100 },
    });
    // Its own name and SKU are no clash.
    expect((await patch(large, { name: 'HUGE', sku: 'HUGE-1' })).status).toBe(200);
    expect((await patch(large, { sku: null })).data.sku).toBeNull();
    await patch(large, { sortOrder: 0 });
    expect((await show(productId)).variants.map((variant) => variant.sortOrder)).toEqual([0, 0]);
  });

  it('moves the default, with the price of the product', async () => {
    const { large, standard, productId } = await aPair();
    expect((await patch(large, { isDefault: true })).data.isDefault).toBe(true);
    const product = await show(productId);
    expect(product.priceCents).toBe(large.priceCents);
    expect(product.variants.map((variant) => variant.isDefault)).toEqual([false, true]);
    expect((await patch(standard, { isActive: false })).status).toBe(200);
    expect(await patch(standard, { isDefault: true })).toMatchObject({
      status: 409,
      code: 'PRODUCT_VARIANT_INACTIVE',
    });
    expect((await patch(standard, { isDefault: true, isActive: true })).status).toBe(200);
  });

  it('keeps the range to active variants', async () => {
    const { large, slug } = await aPair();
    await patch(large, { isActive: false });
    const shown = await w.http.get(`/api/v1/products/${slug}`);
    expect((shown.body as { data: unknown }).data).toMatchObject({
      maxPriceCents: 2_499,
      variants: [{ name: 'Default' }],
    });
  });

  it.each<[string, 'standard' | 'large', object, number, string]>([
    [
      'an inactive default',
      'standard',
      { isActive: false },
      409,
      'PRODUCT_VARIANT_DEFAULT_REQUIRED',
    ],
    [
      'no default at all',
      'standard',
      { isDefault: false },
      409,
      'PRODUCT_VARIANT_DEFAULT_REQUIRED',
    ],
    ['a name twice', 'large', { name: 'DEFAULT' }, 409, 'PRODUCT_VARIANT_DUPLICATE_NAME'],
    ['a null price', 'large', { priceCents: null }, 400, 'VALIDATION_FAILED'],
    ['a null name', 'large', { name: null }, 400, 'VALIDATION_FAILED'],
    ['a null default', 'large', { isDefault: null }, 400, 'VALIDATION_FAILED'],
    ['a long SKU', 'large', { sku: 'x'.repeat(121) }, 400, 'VALIDATION_FAILED'],
  ])('is refused for %s', async (_what, which, wrong, status, code) => {
    const pair = await aPair();
    const before = await show(pair.productId);
    const answer = await patch(pair[which], wrong);
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(await show(pair.productId)).toEqual(before);
  });

  it('is refused for a SKU of a product', async () => {
    const { large } = await aPair();
    const kuji = await aKuji(w);
    await call('patch', kuji.productId, { sku: 'KUJI-SKU' });
    expect(await patch(large, { sku: 'KUJI-SKU' })).toMatchObject({
      status: 409,
      code: 'PRODUCT_VARIANT_DUPLICATE_SKU',
    });
  });

  it('of a variant of another product is 404, of a kuji 422', async () => {
    const { large } = await aPair();
    const other = await aProduct(w);
    const kuji = await aKuji(w);
    const missing = { status: 404, code: 'PRODUCT_VARIANT_NOT_FOUND' };
    expect(await patch({ ...large, productId: other.productId }, { sortOrder: 1 })).toMatchObject(
      missing,
    );
    expect(await patch({ ...large, id: newId() }, { sortOrder: 1 })).toMatchObject(missing);
    expect(await remove({ ...large, productId: other.productId })).toMatchObject(missing);
    expect((await patch({ ...large, productId: newId() }, {})).code).toBe('PRODUCT_NOT_FOUND');
    expect((await patch({ ...large, productId: kuji.productId }, {})).status).toBe(422);
    expect((await remove({ ...large, productId: kuji.productId })).status).toBe(422);
  });
});

describe('the removal of a variant', () => {
  it('frees its name and SKU, writes its stock off, and is told once', async () => {
    const { large, productId, slug } = await aPair();
    await patch(large, { sku: 'FREE-AGAIN' });
    expect(await remove(large)).toMatchObject({
      status: 200,
      data: { id: large.id, deleted: true },
    });
    expect((await remove(large)).code).toBe('PRODUCT_VARIANT_NOT_FOUND');
    expect((await patch(large, { name: 'Back' })).status).toBe(404);
    const product = await show(productId);
    expect(product.variants).toHaveLength(1);
    expect(product.inventory).toEqual({
      onHand: 10,
      reserved: 0,
      available: 10,
      lowStockThreshold: 0,
    });
    const shown = await w.http.get(`/api/v1/products/${slug}`);
    expect((shown.body as { data: unknown }).data).toMatchObject({ maxPriceCents: 2_499 });
    expect((await movementsOf(large.id)).at(-1)).toMatchObject({
      reason: 'written_off',
      delta: -4,
      note: 'variant removed',
    });
    expect((await auditOf(large.id)).at(-1)).toMatchObject({
      action: 'variant.removed',
      before: { name: 'Large', sku: 'FREE-AGAIN' },
      after: null,
    });
    expect((await add(productId, { sku: 'FREE-AGAIN' })).name).toBe('Large');
  });

  it('is refused for the default, for goods that are held, and for goods that were ordered', async () => {
    const { large, standard, productId } = await aPair();
    expect(await remove(standard)).toMatchObject({
      status: 409,
      code: 'PRODUCT_VARIANT_DEFAULT_REQUIRED',
    });
    const item = { productId, productVariantId: large.id, quantity: 1 };
    await anOpenCheckout(w, [item]);
    expect(await remove(large)).toMatchObject({
      status: 409,
      code: 'PRODUCT_VARIANT_HAS_ACTIVE_RESERVATIONS',
    });
    const sold = await add(productId, { name: 'Sold' });
    await aPaidOrder(w, [{ ...item, productVariantId: sold.id }]);
    expect(await remove(sold)).toMatchObject({ status: 409, code: 'PRODUCT_VARIANT_HAS_HISTORY' });
    expect((await patch(sold, { isActive: false })).status).toBe(200);
    expect((await show(productId)).variants).toHaveLength(3);
  });
});

describe('the stock of a variant', () => {
  const set = (variant: { id: string; productId: string }, body: object) =>
    callAs<{ onHand: number }>(
      w,
      admin,
      ['patch', `/admin/products/${variant.productId}/variants/${variant.id}/inventory`],
      body,
    );

  it('is set to an absolute number, and the ledger says by whom and why', async () => {
    const { large } = await aPair();
    expect(await set(large, { onHand: 9, lowStockThreshold: 3 })).toMatchObject({
      status: 200,
      data: { productVariantId: large.id, onHand: 9, reserved: 0, lowStockThreshold: 3 },
    });
    expect((await set(large, { onHand: 2, reason: ' water damage ' })).data.onHand).toBe(2);
    expect((await set(large, { onHand: 2, lowStockThreshold: 3 })).status).toBe(200);
    const actor = `admin:${admin.userId}`;
    expect((await movementsOf(large.id)).slice(1)).toEqual([
      { reason: 'received', delta: 5, actor, note: 'set by an admin' },
      { reason: 'written_off', delta: -7, actor, note: 'water damage' },
    ]);
    expect((await auditOf(large.id)).slice(1)).toEqual([
      {
        actor,
        action: 'variant_stock.set',
        before: { onHand: 4, lowStockThreshold: 1 },
        after: { onHand: 9, lowStockThreshold: 3 },
      },
      {
        actor,
        action: 'variant_stock.set',
        before: { onHand: 9, lowStockThreshold: 3 },
        after: { onHand: 2, lowStockThreshold: 3 },
      },
    ]);
  });

  it('does not go below what is held', async () => {
    const { large, productId } = await aPair();
    await anOpenCheckout(w, [{ productId, productVariantId: large.id, quantity: 3 }]);
    expect(await set(large, { onHand: 2, lowStockThreshold: 0 })).toMatchObject({
      status: 409,
      code: 'STOCK_BELOW_RESERVED',
    });
    expect(await set(large, { onHand: 3, lowStockThreshold: 0 })).toMatchObject({
      status: 200,
      data: { onHand: 3, reserved: 3 },
    });
  });

  it('is not overwritten by a form from before a sale, if the form tells what it showed', async () => {
    const { large } = await aPair();
    await set(large, { onHand: 6 });
    expect(await set(large, { onHand: 20, expectedOnHand: 4 })).toMatchObject({
      status: 409,
      code: 'STOCK_CHANGED',
    });
    expect((await set(large, { onHand: 20, expectedOnHand: 6 })).status).toBe(200);
  });

  it.each<[object, string]>([
    [{ lowStockThreshold: 1 }, 'onHand'],
    [{ onHand: null }, 'onHand'],
    [{ onHand: '3' }, 'onHand'],
    [{ onHand: -1 }, 'onHand'],
    [{ onHand: 1.5 }, 'onHand'],
    [{ onHand: 1_000_001 }, 'onHand'],
    [{ onHand: 1, lowStockThreshold: null }, 'lowStockThreshold'],
    [{ onHand: 1, reason: 'x'.repeat(301) }, 'reason'],
  ])('is not set to %j', async (wrong, field) => {
    const { large } = await aPair();
    const answer = await set(large, wrong);
    expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(Object.keys(answer.fields)).toEqual([field]);
    expect(await movementsOf(large.id)).toHaveLength(1);
  });

  it('belongs to a variant of a standard product', async () => {
    const { large } = await aPair();
    const other = await aProduct(w);
    const kuji = await aKuji(w);
    const body = { onHand: 1 };
    expect((await set({ ...large, productId: other.productId }, body)).code).toBe(
      'PRODUCT_VARIANT_NOT_FOUND',
    );
    expect((await set({ ...large, productId: newId() }, body)).code).toBe('PRODUCT_NOT_FOUND');
    expect(await set({ ...large, productId: kuji.productId }, body)).toMatchObject({
      status: 422,
      code: 'PRODUCT_HAS_NO_VARIANTS',
    });
  });
});
