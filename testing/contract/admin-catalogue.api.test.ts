import { randomUUID } from 'node:crypto';
import type { Response } from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HttpMethod } from '../../src/http/route.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  aVariant,
  type TestProduct,
} from '../factories.ts';
import { aPicture } from '../pictures.ts';
import { world, type World } from '../world.ts';
import { dataOf, expectProblem, expectShape, listIn, shapes } from './shapes.ts';

/** Endpoints 29 to 53 of the contract: the bodies that the dashboard sends, every field, every null, every code. */

let w: World;
let token: string;
let png: Buffer;
/** Anew for each test, so that none depends on another. */
let product: TestProduct;

beforeAll(async () => {
  w = await world();
  ({ token } = await anAdmin(w));
  png = await aPicture('png');
});
beforeEach(async () => {
  product = await aProduct(w);
});
afterAll(() => w.close());

const signed = (method: HttpMethod, path: string) =>
  w.http[method](`/api/v1/admin${path}`).set('Authorization', `Bearer ${token}`);
const send = (method: HttpMethod, path: string, body?: object) => {
  const request = signed(method, path);
  return body === undefined ? request : request.send(body);
};
const made = async (path: string, body: object) => dataOf(await send('post', path, body)).id;

const of = (tail = '', id = product.productId) => `/products/${id}${tail}`;
const variantForm = { name: 'Large', sku: null, priceCents: 3_000, isActive: true, sortOrder: 1 };
const productForm = {
  ...{ collectionIds: [], name: 'New', description: null, productType: 'standard' },
  ...{ status: 'draft', priceCents: 1_999, currency: 'CAD', sku: null, tagIds: [] },
  ...{ lowStockThreshold: 0, onHand: 3 },
};
const prizeForm = {
  ...{ prizeCode: 'b1', prizeTier: 'b', name: 'Lantern', description: null, imageUrl: null },
  ...{ initialQuantity: 2, remainingQuantity: 2, sortOrder: 3 },
};
const firstScreen =
  '?status=all&productType=all&collectionId=all&tagId=all&sort=updated_desc&limit=25';
const tagForm = () => ({ name: `Tag ${randomUUID()}`, slug: '', tagType: 'series' });
const aDraftKuji = () => made('/products', { ...productForm, productType: 'kuji' });
const aPrize = (kujiId: string) => made(of('/kuji-prizes', kujiId), prizeForm);
const upload = (path: string) => signed('post', path).attach('file', png, 'x.png');

/** The featured collection with the product in it. */
async function feature(): Promise<{ id: string }> {
  const all = listIn(await send('get', '/collections'));
  const id =
    all.find(({ slug }) => slug === 'featured')?.id ??
    (await made('/collections', { name: 'Featured', slug: 'featured' }));
  dataOf(await send('patch', of(), { collectionIds: [id] }));
  return { id };
}
const featuredOrder = async () => dataOf(await send('get', '/collections/featured/order'));

describe('shapes', () => {
  test('endpoint 29: what the first screen asks for, and the next page', async () => {
    await upload(of('/images'));
    await aKuji(w);
    await aDraftKuji();
    const first = await send('get', `/products${firstScreen}`);
    expectShape(first, 200, shapes.adminProducts);
    const { items } = dataOf(first);
    expect(items.map((item) => item.primaryImage === null)).toEqual(
      expect.arrayContaining([true, false]),
    );
    const page = await send('get', `/products${firstScreen.replace('25', '1')}&search=`);
    expect(dataOf(page)).toMatchObject({ nextCursor: expect.any(String) as string });
    expectShape(page, 200, shapes.adminProducts);
  });

  test('endpoint 30: the form of a standard product, and of a kuji', async () => {
    const standard = await send('post', '/products', productForm);
    expectShape(standard, 201, shapes.adminProduct);
    expect(dataOf(standard)).toMatchObject({
      ...{ priceCents: 1_999, sku: null, inventory: { onHand: 3, available: 3 } },
      variants: [{ isDefault: true, isActive: true, priceCents: 1_999, inventory: { onHand: 3 } }],
    });
    const kuji = await send('post', '/products', { ...productForm, productType: 'kuji' });
    expectShape(kuji, 201, shapes.adminProduct);
    expect(dataOf(kuji)).toMatchObject({ variants: [], kujiPrizes: [] });
  });

  test('endpoint 31', async () => {
    await upload(of('/images'));
    await aVariant(w, product.productId, { isActive: false });
    const shown = await send('get', of());
    expectShape(shown, 200, shapes.adminProduct);
    expect(dataOf(shown)).toMatchObject({
      variants: [{ isActive: true }, { isActive: false, isDefault: false }],
      images: [{ altText: null }],
    });
    const kuji = await aKuji(w);
    expectShape(await send('get', of('', kuji.productId)), 200, shapes.adminProduct);
  });

  test('endpoint 32: the three bodies that occur', async () => {
    const { id: collectionId } = await feature();
    const tagId = await made('/tags', tagForm());
    const editor = {
      ...{ name: 'Edited', description: null, status: 'draft' },
      ...{ collectionIds: [collectionId], tagIds: [tagId] },
    };
    const kujiId = await aDraftKuji();
    for (const [id, body] of [
      [product.productId, { status: 'archived' }],
      [product.productId, editor],
      [kujiId, { ...editor, priceCents: 900, currency: 'CAD', sku: null }],
      [product.productId, { collectionIds: [] }],
    ] as const) {
      expectShape(await send('patch', of('', id), body), 200, shapes.adminProduct);
    }
  });

  test('endpoints 33 to 35: one picture, a bare list of new ones, all in order, one less', async () => {
    expectShape(await upload(of('/images')), 201, shapes.image);
    const two = signed('post', of('/images')).attach('files', png, '1').attach('files', png, '2');
    const added = await two.field('altTexts', ['a', '']);
    expectShape(added, 201, shapes.images);
    expect(dataOf(added)).toMatchObject([{ altText: 'a' }, { altText: null }]);
    const { images } = dataOf(await send('get', of()));
    const imageIds = images.map(({ id }) => id).reverse();
    const ordered = await send('patch', of('/images/reorder'), { imageIds });
    expectShape(ordered, 200, shapes.images);
    expect(listIn(ordered).map(({ id }) => id)).toEqual(imageIds);
    const gone = await send('delete', of(`/images/${imageIds[0] ?? ''}`));
    expectShape(gone, 200, shapes.deleted);
  });

  test('endpoints 36 to 39: the bodies of the variant screens', async () => {
    const form = { ...variantForm, inventory: { onHand: 2, lowStockThreshold: 1 } };
    const added = await send('post', of('/variants'), form);
    expectShape(added, 201, shapes.adminVariant);
    const { id } = dataOf(added);
    const { name, sku, priceCents, isActive } = variantForm;
    for (const body of [
      { name, sku, priceCents, isActive },
      { isDefault: true },
      { sortOrder: 0 },
    ]) {
      const changed = await send('patch', of(`/variants/${id}`), body);
      expectShape(changed, 200, shapes.adminVariant);
      expect(dataOf(changed)).toMatchObject(body);
    }
    const stock = { onHand: 7, lowStockThreshold: 2 };
    const set = await send('patch', of(`/variants/${id}/inventory`), stock);
    expectShape(set, 200, shapes.variantStock);
    expect(dataOf(set)).toMatchObject({ productVariantId: id, reserved: 0, ...stock });
    const removed = await send('delete', of(`/variants/${product.variantId}`));
    expectShape(removed, 200, shapes.deleted);
  });

  test('endpoints 40 to 44: prizes in a bare list, codes in capitals, an address of a picture', async () => {
    const kujiId = await aDraftKuji();
    expect(dataOf(await send('get', of('/kuji-prizes', kujiId)))).toEqual([]);
    const added = await send('post', of('/kuji-prizes', kujiId), prizeForm);
    expectShape(added, 201, shapes.kujiPrize);
    expect(dataOf(added)).toMatchObject({ ...prizeForm, prizeCode: 'B1', prizeTier: 'B' });
    expectShape(await send('get', of('/kuji-prizes', kujiId)), 200, shapes.kujiPrizes);
    const image = await upload(of('/kuji-prizes/upload-image', kujiId));
    expectShape(image, 201, shapes.prizeImage);
    const prize = of(`/kuji-prizes/${dataOf(added).id}`, kujiId);
    const { imageUrl } = dataOf(image);
    for (const body of [{ imageUrl }, { sortOrder: 0 }, { remainingQuantity: 1 }]) {
      const changed = await send('patch', prize, body);
      expectShape(changed, 200, shapes.kujiPrize);
      expect(dataOf(changed)).toMatchObject(body);
    }
    expectShape(await send('delete', prize), 200, shapes.deleted);
  });

  test('endpoints 45 to 48: collections', async () => {
    const form = { name: `Drops ${randomUUID()}`, slug: '', description: null, isActive: false };
    const added = await send('post', '/collections', form);
    expectShape(added, 201, shapes.collection);
    const { id } = dataOf(added);
    const changed = await send('patch', `/collections/${id}`, { ...form, description: 'New' });
    expectShape(changed, 200, shapes.collection);
    const listed = await send('get', '/collections');
    expectShape(listed, 200, shapes.collections);
    const collectionIds = listIn(listed).map((one) => one.id);
    expect(collectionIds.at(-1)).toBe(id);
    const order = await send('patch', '/collections/reorder', {
      collectionIds: collectionIds.toReversed(),
    });
    expectShape(order, 200, shapes.collections);
    expect(listIn(order).map((one) => one.id)).toEqual(collectionIds.toReversed());
  });

  test('endpoints 49 and 50: the featured order', async () => {
    await upload(of('/images'));
    await feature();
    const shown = await send('get', '/collections/featured/order');
    expectShape(shown, 200, shapes.featuredOrder);
    const { items, membershipSignature } = await featuredOrder();
    const body = { membershipSignature, productIds: items.map(({ id }) => id) };
    const saved = await send('put', '/collections/featured/order', body);
    expectShape(saved, 200, shapes.featuredOrder);
    expect(dataOf(saved)).toMatchObject({ membershipSignature });
    const emptied = await send('put', '/collections/featured/order', { ...body, productIds: [] });
    expect(dataOf(emptied)).toMatchObject({ items: [] });
    expect(dataOf(emptied)).not.toMatchObject({ membershipSignature });
  });

  test('endpoints 51 to 53: tags', async () => {
    const added = await send('post', '/tags', tagForm());
    expectShape(added, 201, shapes.tag);
    expectShape(await send('get', '/tags'), 200, shapes.tags);
    const { id } = dataOf(added);
    expectShape(await send('patch', `/tags/${id}`, tagForm()), 200, shapes.tag);
  });
});

type Refusal = readonly [
  endpoint: string,
  status: number,
  code: string,
  provoke: () => PromiseLike<Response>,
];

const refusals = (name: string, rows: readonly Refusal[]) => {
  describe(name, () => {
    test.each(rows)('endpoint %s: %d %s', async (_endpoint, status, code, provoke) => {
      expectProblem(await provoke(), status, code);
    });
  });
};
const nobody = randomUUID();

refusals('products refuse', [
  ['29', 400, 'VALIDATION_FAILED', () => send('get', '/products?sort=newest')],
  ['29', 400, 'VALIDATION_FAILED', () => send('get', '/products?collectionId=none')],
  ['29', 400, 'VALIDATION_FAILED', () => send('get', '/products?excludeCollectionId=all')],
  ['30', 400, 'VALIDATION_FAILED', () => send('post', '/products', { ...productForm, name: ' ' })],
  [
    ...(['30', 400, 'VALIDATION_FAILED'] as const),
    () => send('post', '/products', { ...productForm, tagIds: [nobody] }),
  ],
  [
    ...(['30', 409, 'PRODUCT_VARIANT_DUPLICATE_SKU'] as const),
    async () => {
      await made('/products', { ...productForm, sku: 'twice' });
      return send('post', '/products', { ...productForm, sku: ' twice ' });
    },
  ],
  ['31', 404, 'PRODUCT_NOT_FOUND', () => send('get', of('', nobody))],
  ['31', 400, 'VALIDATION_FAILED', () => send('get', of('', 'none'))],
  ['32', 404, 'PRODUCT_NOT_FOUND', () => send('patch', of('', nobody), { status: 'draft' })],
  ['32', 400, 'VALIDATION_FAILED', () => send('patch', of(), { status: 'all' })],
  ['32', 400, 'VALIDATION_FAILED', () => send('patch', of(), { productType: 'kuji' })],
  ['32', 400, 'VALIDATION_FAILED', () => send('patch', of(), { collectionIds: null })],
  ['32', 409, 'PRODUCT_CHANGED', () => send('patch', of(), { name: 'X', version: 999 })],
  [
    ...(['32', 409, 'PRODUCT_SLUG_TAKEN'] as const),
    async () => send('patch', of(), { slug: (await aProduct(w)).slug }),
  ],
  [
    ...(['32', 409, 'PRODUCT_VARIANT_DUPLICATE_SKU'] as const),
    async () => {
      await made('/products', { ...productForm, sku: 'patched' });
      return send('patch', of('', await aDraftKuji()), { sku: 'patched' });
    },
  ],
]);

refusals('pictures refuse', [
  ['33', 404, 'PRODUCT_NOT_FOUND', () => upload(of('/images', nobody))],
  ['33', 400, 'UPLOAD_FILE_MISSING', () => signed('post', of('/images')).field('altText', 'x')],
  [
    ...(['33', 422, 'IMAGE_TYPE_UNSUPPORTED'] as const),
    () => signed('post', of('/images')).attach('file', Buffer.from('GIF89a'), 'x.png'),
  ],
  [
    ...(['34', 404, 'PRODUCT_IMAGE_NOT_FOUND'] as const),
    () => send('patch', of('/images/reorder'), { imageIds: [nobody] }),
  ],
  [
    ...(['34', 404, 'PRODUCT_NOT_FOUND'] as const),
    () => send('patch', of('/images/reorder', nobody), { imageIds: [nobody] }),
  ],
  ['34', 400, 'VALIDATION_FAILED', () => send('patch', of('/images/reorder'), { imageIds: [] })],
  ['35', 404, 'PRODUCT_IMAGE_NOT_FOUND', () => send('delete', of(`/images/${nobody}`))],
  ['35', 404, 'PRODUCT_NOT_FOUND', () => send('delete', of(`/images/${nobody}`, nobody))],
  [
    ...(['44', 404, 'KUJI_PRODUCT_NOT_FOUND'] as const),
    () => upload(of('/kuji-prizes/upload-image', nobody)),
  ],
  ['44', 422, 'PRODUCT_IS_NOT_KUJI', () => upload(of('/kuji-prizes/upload-image'))],
]);

const ofVariant = (id = product.variantId) => of(`/variants/${id}`);
const buy = () => [{ ...product, productVariantId: product.variantId, quantity: 1 }];
const another = () => aVariant(w, product.productId);

refusals('variants refuse', [
  ['36', 404, 'PRODUCT_NOT_FOUND', () => send('post', of('/variants', nobody), variantForm)],
  [
    ...(['36', 422, 'PRODUCT_HAS_NO_VARIANTS'] as const),
    async () => send('post', of('/variants', await aDraftKuji()), variantForm),
  ],
  [
    ...(['36', 409, 'PRODUCT_VARIANT_DUPLICATE_NAME'] as const),
    async () => {
      await made(of('/variants'), variantForm);
      return send('post', of('/variants'), { ...variantForm, name: ' LARGE ' });
    },
  ],
  [
    ...(['36', 409, 'PRODUCT_VARIANT_DUPLICATE_SKU'] as const),
    async () => {
      await made('/products', { ...productForm, sku: 'variant' });
      return send('post', of('/variants'), { ...variantForm, sku: 'variant' });
    },
  ],
  [
    ...(['36', 409, 'PRODUCT_VARIANT_INACTIVE'] as const),
    () => send('post', of('/variants'), { ...variantForm, isActive: false, isDefault: true }),
  ],
  [
    '37',
    404,
    'PRODUCT_VARIANT_NOT_FOUND',
    () => send('patch', ofVariant(nobody), { sortOrder: 1 }),
  ],
  [
    ...(['37', 404, 'PRODUCT_NOT_FOUND'] as const),
    () => send('patch', of(`/variants/${product.variantId}`, nobody), { sortOrder: 1 }),
  ],
  [
    ...(['37', 409, 'PRODUCT_VARIANT_DEFAULT_REQUIRED'] as const),
    () => send('patch', ofVariant(), { isActive: false }),
  ],
  [
    ...(['37', 409, 'PRODUCT_VARIANT_INACTIVE'] as const),
    async () => {
      const { variantId } = await aVariant(w, product.productId, { isActive: false });
      return send('patch', ofVariant(variantId), { isDefault: true });
    },
  ],
  [
    ...(['37', 409, 'PRODUCT_VARIANT_DUPLICATE_NAME'] as const),
    async () => {
      await made(of('/variants'), variantForm);
      return send('patch', ofVariant(), { name: 'large' });
    },
  ],
  [
    ...(['37', 409, 'PRODUCT_VARIANT_DUPLICATE_SKU'] as const),
    async () => {
      await made('/products', { ...productForm, sku: 'changed' });
      return send('patch', ofVariant(), { sku: 'changed' });
    },
  ],
  [
    ...(['38', 409, 'STOCK_BELOW_RESERVED'] as const),
    async () => {
      await anOpenCheckout(w, buy());
      return send('patch', `${ofVariant()}/inventory`, { onHand: 0, lowStockThreshold: 0 });
    },
  ],
  [
    ...(['38', 409, 'STOCK_CHANGED'] as const),
    () => send('patch', `${ofVariant()}/inventory`, { onHand: 5, expectedOnHand: 1 }),
  ],
  ['38', 400, 'VALIDATION_FAILED', () => send('patch', `${ofVariant()}/inventory`, { onHand: -1 })],
  [
    ...(['38', 404, 'PRODUCT_VARIANT_NOT_FOUND'] as const),
    () => send('patch', `${ofVariant(nobody)}/inventory`, { onHand: 1 }),
  ],
  ['39', 404, 'PRODUCT_VARIANT_NOT_FOUND', () => send('delete', ofVariant(nobody))],
  ['39', 409, 'PRODUCT_VARIANT_DEFAULT_REQUIRED', () => send('delete', ofVariant())],
  [
    ...(['39', 409, 'PRODUCT_VARIANT_HAS_ACTIVE_RESERVATIONS'] as const),
    async () => {
      await anOpenCheckout(w, buy());
      const { variantId } = await another();
      await send('patch', ofVariant(variantId), { isDefault: true });
      return send('delete', ofVariant());
    },
  ],
  [
    ...(['39', 409, 'PRODUCT_VARIANT_HAS_HISTORY'] as const),
    async () => {
      await aPaidOrder(w, buy());
      const { variantId } = await another();
      await send('patch', ofVariant(variantId), { isDefault: true });
      return send('delete', ofVariant());
    },
  ],
]);

/** A box on sale of which a ticket is held. */
async function makeFrozenKuji() {
  const kuji = await aKuji(w);
  await anOpenCheckout(w, [{ productId: kuji.productId, quantity: 1 }]);
  const prizes = listIn(await send('get', of('/kuji-prizes', kuji.productId)));
  const [{ id: prizeId } = { id: '' }] = prizes;
  return { path: of('/kuji-prizes', kuji.productId), prizeId };
}
let frozenKuji: ReturnType<typeof makeFrozenKuji> | undefined;
/** One for all: nothing that is refused changes it. */
const aFrozenKuji = () => (frozenKuji ??= makeFrozenKuji());

refusals('prizes refuse', [
  ['40', 404, 'KUJI_PRODUCT_NOT_FOUND', () => send('get', of('/kuji-prizes', nobody))],
  ['40', 422, 'PRODUCT_IS_NOT_KUJI', () => send('get', of('/kuji-prizes'))],
  ['41', 404, 'KUJI_PRODUCT_NOT_FOUND', () => send('post', of('/kuji-prizes', nobody), prizeForm)],
  ['41', 422, 'PRODUCT_IS_NOT_KUJI', () => send('post', of('/kuji-prizes'), prizeForm)],
  [
    ...(['41', 409, 'PRIZE_CODE_TAKEN'] as const),
    async () => {
      const kujiId = await aDraftKuji();
      await aPrize(kujiId);
      return send('post', of('/kuji-prizes', kujiId), { ...prizeForm, prizeCode: ' B1 ' });
    },
  ],
  [
    ...(['41, frozen', 400, 'VALIDATION_FAILED'] as const),
    async () => send('post', (await aFrozenKuji()).path, prizeForm),
  ],
  [
    ...(['42', 404, 'PRIZE_NOT_FOUND'] as const),
    async () => send('patch', of(`/kuji-prizes/${nobody}`, await aDraftKuji()), { sortOrder: 1 }),
  ],
  [
    ...(['42', 409, 'PRIZE_CODE_TAKEN'] as const),
    async () => {
      const kujiId = await aDraftKuji();
      await aPrize(kujiId);
      const other = await made(of('/kuji-prizes', kujiId), { ...prizeForm, prizeCode: 'C' });
      return send('patch', of(`/kuji-prizes/${other}`, kujiId), { prizeCode: 'b1' });
    },
  ],
  [
    ...(['43', 404, 'PRIZE_NOT_FOUND'] as const),
    async () => send('delete', of(`/kuji-prizes/${nobody}`, await aDraftKuji())),
  ],
  [
    ...(['43', 409, 'PRIZE_IN_USE'] as const),
    async () => {
      const { path, prizeId } = await aFrozenKuji();
      return send('delete', `${path}/${prizeId}`);
    },
  ],
]);

const WRONG_PRIZES: readonly (readonly [field: string, wrong: object])[] = [
  ['prizeCode', { prizeCode: '' }],
  ['prizeCode', { prizeCode: 'x'.repeat(65) }],
  ['prizeTier', { prizeTier: 'AA' }],
  ['prizeTier', { prizeTier: null }],
  ['name', { name: ' ' }],
  ['description', { description: 7 }],
  ['imageUrl', { imageUrl: 'javascript:alert(1)' }],
  ['initialQuantity', { initialQuantity: -1, remainingQuantity: 0 }],
  ['initialQuantity', { initialQuantity: 1.5 }],
  ['remainingQuantity', { remainingQuantity: 3 }],
  ['sortOrder', { sortOrder: -1 }],
];

describe('a form of a prize', () => {
  const FIELDS = Object.keys(prizeForm);
  /** As the dashboard does: the field whose name is in the path or the text, spelled in any of three ways. */
  const marked = (response: Response) => {
    const { fields } = (response.body as { errors: { fields: Record<string, string[]> } }).errors;
    const texts = Object.entries(fields).map(([path, list]) => `${path} ${list.join(' ')}`);
    const spelled = (field: string) => field.replaceAll(/[A-Z]/g, (sign) => `[_ ]?${sign}`);
    return FIELDS.filter((field) =>
      texts.some((text) => new RegExp(`\\b${spelled(field)}\\b`, 'i').test(text)),
    );
  };

  test.each(WRONG_PRIZES)('marks the field %s and no other of %j', async (field, wrong) => {
    const kujiId = await aDraftKuji();
    const path = of('/kuji-prizes', kujiId);
    const added = await send('post', path, { ...prizeForm, ...wrong });
    expectProblem(added, 400, 'VALIDATION_FAILED');
    expect(marked(added)).toEqual([field]);
    const changed = await send('patch', `${path}/${await aPrize(kujiId)}`, wrong);
    expectProblem(changed, 400, 'VALIDATION_FAILED');
    expect(marked(changed)).toEqual([field]);
  });

  test.each([
    ['initialQuantity', { initialQuantity: 9 }],
    ['remainingQuantity', { remainingQuantity: 0 }],
    ['prizeCode', { prizeCode: 'Z' }],
    ['prizeTier', { prizeTier: 'Z' }],
  ])('marks %s once the box is frozen', async (field, wrong) => {
    const { path, prizeId } = await aFrozenKuji();
    const changed = await send('patch', `${path}/${prizeId}`, wrong);
    expectProblem(changed, 400, 'VALIDATION_FAILED');
    expect(marked(changed)).toEqual([field]);
    const kept = { name: 'Renamed', description: 'New', sortOrder: 9 };
    expect(dataOf(await send('patch', `${path}/${prizeId}`, kept))).toMatchObject(kept);
  });
});

const aName = () => `Name ${randomUUID()}`;
refusals('collections and tags refuse', [
  ['46', 400, 'VALIDATION_FAILED', () => send('post', '/collections', { name: '', slug: '' })],
  [
    ...(['46', 409, 'COLLECTION_SLUG_TAKEN'] as const),
    async () => {
      await made('/collections', { name: aName(), slug: 'taken' });
      return send('post', '/collections', { name: aName(), slug: 'taken' });
    },
  ],
  [
    ...(['47', 404, 'COLLECTION_NOT_FOUND'] as const),
    () => send('patch', `/collections/${nobody}`, { name: 'X' }),
  ],
  [
    ...(['47', 409, 'COLLECTION_SLUG_TAKEN'] as const),
    async () => {
      await made('/collections', { name: aName(), slug: 'taken-too' });
      const id = await made('/collections', { name: aName(), slug: '' });
      return send('patch', `/collections/${id}`, { slug: 'taken-too' });
    },
  ],
  [
    ...(['47', 409, 'FEATURED_SLUG_FIXED'] as const),
    async () => send('patch', `/collections/${(await feature()).id}`, { slug: 'other' }),
  ],
  [
    ...(['48', 409, 'COLLECTION_MEMBERSHIP_CHANGED'] as const),
    () => send('patch', '/collections/reorder', { collectionIds: [nobody] }),
  ],
  [
    ...(['48', 400, 'VALIDATION_FAILED'] as const),
    () => send('patch', '/collections/reorder', { collectionIds: ['featured'] }),
  ],
  [
    ...(['50, no member', 409, 'FEATURED_MEMBERSHIP_CHANGED'] as const),
    async () => {
      await feature();
      const { membershipSignature } = await featuredOrder();
      const body = { membershipSignature, productIds: [nobody] };
      return send('put', '/collections/featured/order', body);
    },
  ],
  [
    ...(['50, a stale signature', 409, 'FEATURED_MEMBERSHIP_CHANGED'] as const),
    async () => {
      await feature();
      const body = { membershipSignature: 'stale', productIds: [product.productId] };
      return send('put', '/collections/featured/order', body);
    },
  ],
  [
    ...(['52', 400, 'VALIDATION_FAILED'] as const),
    () => send('post', '/tags', { ...tagForm(), tagType: 'all' }),
  ],
  [
    ...(['52', 409, 'TAG_SLUG_TAKEN'] as const),
    async () => {
      await made('/tags', { ...tagForm(), slug: 'one' });
      return send('post', '/tags', { ...tagForm(), slug: 'one' });
    },
  ],
  ['53', 404, 'TAG_NOT_FOUND', () => send('patch', `/tags/${nobody}`, tagForm())],
  [
    ...(['53', 409, 'TAG_SLUG_TAKEN'] as const),
    async () => {
      await made('/tags', { ...tagForm(), slug: 'two' });
      const id = await made('/tags', tagForm());
      return send('patch', `/tags/${id}`, { slug: 'two' });
    },
  ],
]);
