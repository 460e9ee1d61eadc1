import { parse } from 'csv-parse/sync';
import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aProduct,
  aVariant,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { createCollection, createTag, loadSheetPage } from '../../catalog/index.ts';
import { applyPlan } from '../service/apply-plan.ts';
import type { ProductPlan } from '../service/plan-product.ts';
import { importReportSchema, type ImportReport } from '../sheets.contract.ts';

const BY = { actor: 'test', requestId: null };

let w: World;
let admin: SignedIn;

beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
  for (const name of ['Summer', 'Winter']) {
    await createCollection(w.app, { ...BY, name });
    await createTag(w.app, { ...BY, name: `${name} brand`, tagType: 'brand' });
  }
});
afterAll(() => w.close());

const IMPORT = '/api/v1/admin/products/import';
const EXPORT = '/api/v1/admin/products/export';

const send = (sheet: string | Buffer, mode?: string) =>
  w.http
    .post(IMPORT)
    .query(mode === undefined ? {} : { mode })
    .set('Authorization', `Bearer ${admin.token}`)
    .attach('file', Buffer.from(sheet), 'products.csv');
const reportOf = (response: Response): ImportReport => {
  expect(response.status, response.text).toBe(200);
  return z.object({ data: importReportSchema }).parse(response.body).data;
};
const check = async (sheet: string) => reportOf(await send(sheet));
const apply = async (sheet: string) => reportOf(await send(sheet, 'apply'));
const faultsOf = async (sheet: string) =>
  (await check(sheet)).faults.map(({ line, column, code }) => [line, column, code]);

async function exported(): Promise<string> {
  const response = await w.http
    .get(EXPORT)
    .set('Authorization', `Bearer ${admin.token}`)
    .buffer(true)
    .parse((stream, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        done(null, Buffer.concat(chunks).toString('utf8'));
      });
    });
  expect(response.status).toBe(200);
  expect(response.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(response.headers['content-disposition']).toBe('attachment; filename="products.csv"');
  return z.string().parse(response.body);
}

/** Gives the only variants of these products SKUs. */
const named = (...pairs: [slug: string, sku: string][]) =>
  ['product_slug,variant_name,sku', ...pairs.map(([slug, sku]) => `${slug},Default,${sku}`)].join(
    '\n',
  );

const readCsv = (csv: string) =>
  z.array(z.record(z.string(), z.string())).parse(parse(csv, { bom: true, columns: true }));

const everything = () => loadSheetPage(w.app.database.db, { afterId: null, limit: 1_000 });
const productNamed = async (name: string) => {
  const product = (await everything()).find((one) => one.name === name);
  if (!product) throw new Error(`There is no product ${name}.`);
  return product;
};
const auditCount = async () => {
  const { rows } = await w.app.database.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM popbox.audit_entries',
  );
  return rows[0]?.n;
};

refusesStrangers(
  () => w,
  [
    ['post', '/admin/products/import'],
    ['get', '/admin/products/export'],
  ],
);

describe('a new product', () => {
  const sheet = [
    'sku,product_name,product_type,status,description,collections,tags,variant_name,price_cad,is_default,on_hand,low_stock_threshold',
    'ROBO-S,Robot,standard,active,"A robot,\nwith ""arms""",winter|summer,summer-brand,Small,24.99,,5,2',
    'ROBO-L,Robot,,,,,,Large,34.50,yes,7,',
    'BOX-1,Mystery box,kuji,draft,,,,,9.90,,,',
  ].join('\n');

  it('is only described by a check', async () => {
    const [before, audits] = [await everything(), await auditCount()];
    expect(await check(sheet)).toEqual({
      isApplied: false,
      rowCount: 3,
      products: { created: 2, changed: 0, unchanged: 0 },
      variants: { created: 2, changed: 0 },
      stock: { changed: 0 },
      faults: [],
      faultCount: 0,
    });
    expect([await everything(), await auditCount()]).toEqual([before, audits]);
  });

  it('is there after the import, with its variants, stock and place', async () => {
    expect(await apply(sheet)).toMatchObject({ isApplied: true, faultCount: 0 });
    expect(await productNamed('Robot')).toMatchObject({
      slug: 'robot',
      status: 'active',
      productType: 'standard',
      description: 'A robot,\nwith "arms"',
      priceCents: 3_450,
      collections: ['winter', 'summer'],
      tags: ['summer-brand'],
    });
    const variants = (await productNamed('Robot')).variants.map((variant) => [
      variant.sku,
      variant.name,
      variant.priceCents,
      variant.isDefault,
      variant.onHand,
      variant.lowStockThreshold,
    ]);
    expect(variants).toEqual(
      expect.arrayContaining([
        ['ROBO-S', 'Small', 2_499, false, 5, 2],
        ['ROBO-L', 'Large', 3_450, true, 7, 0],
      ]),
    );
    expect(await productNamed('Mystery box')).toMatchObject({
      productType: 'kuji',
      status: 'draft',
      sku: 'BOX-1',
      priceCents: 990,
      variants: [],
    });
    const { rows } = await w.app.database.pool.query<{ actor: string }>(
      `SELECT DISTINCT actor FROM popbox.audit_entries WHERE action = 'product.created' AND after->>'name' = 'Robot'`,
    );
    expect(rows).toEqual([{ actor: `admin:${admin.userId}` }]);
  });

  it('is not made twice by the same file', async () => {
    const [before, audits] = [await everything(), await auditCount()];
    expect(await apply(sheet)).toMatchObject({
      products: { created: 0, changed: 0, unchanged: 2 },
      variants: { created: 0, changed: 0 },
      stock: { changed: 0 },
    });
    expect([await everything(), await auditCount()]).toEqual([before, audits]);
  });

  it('gets what was missing when half of a file had been imported', async () => {
    const more = `${sheet}\nROBO-XL,Robot,,,,,,Huge,44.00,,1,`;
    expect(await apply(more)).toMatchObject({ variants: { created: 1, changed: 0 } });
    expect((await productNamed('Robot')).variants).toHaveLength(3);
    expect((await everything()).filter((one) => one.name === 'Robot')).toHaveLength(1);
  });
});

describe('a change', () => {
  it('touches what has a cell, and nothing else', async () => {
    const product = await aProduct(w, { onHand: 4, priceCents: 1_000, name: 'Cat' });
    const sheet = `product_slug,on_hand,price_cad\n${product.slug},9,12.00\n`;
    expect(await apply(sheet)).toMatchObject({
      variants: { created: 0, changed: 1 },
      stock: { changed: 1 },
    });
    const cat = await productNamed('Cat');
    expect(cat).toMatchObject({ priceCents: 1_200, status: 'active', description: 'A figure.' });
    expect(cat.variants).toMatchObject([{ onHand: 9, lowStockThreshold: 0, isDefault: true }]);
    const { rows } = await w.app.database.pool.query(
      `SELECT on_hand_delta, reason, note FROM popbox.inventory_movements
       WHERE note = 'imported from a sheet'`,
    );
    expect(rows).toEqual([{ on_hand_delta: 5, reason: 'received', note: 'imported from a sheet' }]);
  });

  it('sets a limit per person, which an export repeats and the product page shows', async () => {
    const { slug } = await aProduct(w, { name: 'Owl' });
    const limitTo = (cell: string) => apply(`product_slug,purchase_limit\n${slug},${cell}\n`);
    const shown = async () => {
      const response = await w.http.get(`/api/v1/products/${slug}`);
      return z.object({ data: z.looseObject({}) }).parse(response.body).data;
    };
    expect(await limitTo('2')).toMatchObject({ products: { changed: 1 } });
    expect(await shown()).toMatchObject({ purchaseLimit: 2 });
    const sheet = await exported();
    expect(readCsv(sheet).find((row) => row.product_slug === slug)?.purchase_limit).toBe('2');
    expect(await check(sheet)).toMatchObject({ products: { changed: 0 }, faults: [] });
    expect(await limitTo('')).toMatchObject({ products: { changed: 0 } });
    expect(await limitTo('none')).toMatchObject({ products: { changed: 1 } });
    expect(await shown()).not.toHaveProperty('purchaseLimit');
    const made = 'sku,product_name,price_cad,purchase_limit\nOWL-2,Owlet,5.00,3\n';
    expect(await apply(made)).toMatchObject({ products: { created: 1 } });
    expect(await productNamed('Owlet')).toMatchObject({ purchaseLimit: 3 });
  });

  it('moves the default, gives SKUs and empties lists', async () => {
    const { slug, productId } = await aProduct(w, { name: 'Dog' });
    await aVariant(w, productId);
    const [first, second] = (await productNamed('Dog')).variants;
    await apply(`product_slug,tags\n${slug},winter-brand\n`);
    expect((await productNamed('Dog')).tags).toEqual(['winter-brand']);
    const sheet = [
      'product_slug,variant_name,sku,is_default,is_active,tags',
      `${slug},${first?.name ?? ''},DOG-1,no,no,none`,
      `${slug},${second?.name ?? ''},DOG-2,yes,,`,
    ].join('\n');
    expect(await apply(sheet)).toMatchObject({ faultCount: 0, variants: { changed: 2 } });
    const dog = await productNamed('Dog');
    expect(dog.tags).toEqual([]);
    expect(dog.variants.map((one) => [one.sku, one.isDefault, one.isActive])).toEqual([
      ['DOG-1', false, false],
      ['DOG-2', true, true],
    ]);
  });

  it('does not undo a sale since the export', async () => {
    const { slug, productId, variantId } = await aProduct(w, { name: 'Fox', onHand: 5 });
    const seen = `product_slug,on_hand,on_hand_seen\n${slug},6,5\n`;
    await apply(`product_slug,on_hand\n${slug},4\n`);
    expect(await faultsOf(seen)).toEqual([[2, 'on_hand_seen', 'STOCK_CHANGED']]);
    // What is there already is no change, however often it is imported.
    expect(await faultsOf(`product_slug,on_hand,on_hand_seen\n${slug},4,5\n`)).toEqual([]);
    await anOpenCheckout(w, [{ productId, productVariantId: variantId, quantity: 3 }]);
    expect(await faultsOf(`product_slug,on_hand\n${slug},2\n`)).toEqual([
      [2, 'on_hand', 'STOCK_BELOW_RESERVED'],
    ]);
  });
});

describe('faults', () => {
  it('are told row by row, and nothing is imported', async () => {
    const { slug } = await aProduct(w, { name: 'Owl' });
    const kuji = await aKuji(w, { tickets: 3 });
    const before = await everything();
    const sheet = [
      'sku,product_slug,product_name,product_type,status,tags,variant_name,price_cad,is_active,is_default,on_hand',
      `,${slug},,,sold,unknown-tag,,1.999,,,-1`,
      ',no-such-product,,,,,,,,,1',
      'NEW-1,,,,,,,5.00,,,',
      'NEW-2,,Thing,,,,,,,,',
      'NEW-2,,Thing,,,,Other,1.00,,,',
      'NEW-3,,Thing,,active,,More,1.00,,yes,',
      'NEW-4,,Thing,,draft,,More,1.00,,yes,',
      `,${kuji.slug},,standard,,,Small,,,,9`,
      ',,Nameless,,,,,1.00,,,',
    ].join('\n');
    const response = await send(sheet, 'apply');
    expect(response.status).toBe(422);
    const { errors } = z
      .object({ errors: importReportSchema.pick({ faults: true, faultCount: true }).loose() })
      .parse(response.body);
    expect(errors.code).toBe('SHEET_HAS_FAULTS');
    expect(errors.faults.map(({ line, column, code }) => [line, column, code])).toEqual([
      [2, 'status', 'INVALID_VALUE'],
      [2, 'price_cad', 'INVALID_VALUE'],
      [2, 'on_hand', 'INVALID_VALUE'],
      [2, 'tags', 'UNKNOWN_REFERENCE'],
      [3, 'product_slug', 'UNKNOWN_PRODUCT'],
      [4, 'product_name', 'VALUE_MISSING'],
      [5, 'price_cad', 'VALUE_MISSING'],
      [6, 'sku', 'DUPLICATE_ROW'],
      [8, 'status', 'CONTRADICTION'],
      [8, 'is_default', 'CONTRADICTION'],
      [8, 'variant_name', 'PRODUCT_VARIANT_DUPLICATE_NAME'],
      [9, 'product_type', 'TYPE_IS_FIXED'],
      [9, 'variant_name', 'KUJI_HAS_NO_VARIANTS'],
      [9, 'on_hand', 'STOCK_OF_KUJI'],
      [10, 'sku', 'VALUE_MISSING'],
    ]);
    expect(await faultsOf(sheet)).toHaveLength(errors.faultCount);
    expect(await everything()).toEqual(before);
  });

  it('of variants: default, names, SKUs of others', async () => {
    const one = await aProduct(w, { name: 'Elk' });
    const two = await aProduct(w, { name: 'Eel' });
    await apply(named([one.slug, 'ELK'], [two.slug, 'EEL']));
    expect(await faultsOf('sku,is_active\nELK,no\n')).toEqual([
      [2, 'is_active', 'PRODUCT_VARIANT_DEFAULT_REQUIRED'],
    ]);
    expect(await faultsOf('sku,is_default\nELK,no\n')).toEqual([
      [2, 'is_default', 'PRODUCT_VARIANT_DEFAULT_REQUIRED'],
    ]);
    expect(await faultsOf(`sku,product_slug\nELK,${two.slug}\n`)).toEqual([
      [2, 'product_slug', 'SKU_OF_ANOTHER'],
    ]);
    await aVariant(w, one.productId);
    expect(await faultsOf(`product_slug,on_hand\n${one.slug},1\n`)).toEqual([
      [2, 'variant_name', 'VALUE_MISSING'],
    ]);
    expect(await faultsOf(`product_slug,sku,price_cad\n${one.slug},ELK-NEW,1.00\n`)).toEqual([
      [2, 'variant_name', 'VALUE_MISSING'],
    ]);
  });

  it('that only show during the import leave the rest imported', async () => {
    const ant = await aProduct(w, { name: 'Ant' });
    const bee = await aProduct(w, { name: 'Bee' });
    await apply(named([ant.slug, 'ANT'], [bee.slug, 'BEE']));
    await apply(`product_slug,sku,variant_name,price_cad\n${ant.slug},ANT-2,Second,1.00\n`);
    // In the end all names differ, but one by one they cannot be exchanged.
    const sheet = 'sku,variant_name,price_cad\nANT,Second,\nANT-2,Default,\nBEE,,7.00\n';
    expect((await check(sheet)).faultCount).toBe(0);
    const { faults } = await apply(sheet);
    expect(faults.map(({ line, code }) => [line, code])).toEqual([
      [2, 'PRODUCT_VARIANT_DUPLICATE_NAME'],
      [3, 'PRODUCT_VARIANT_DUPLICATE_NAME'],
    ]);
    expect(await productNamed('Bee')).toMatchObject({ priceCents: 700 });
  });

  it('of a sale between the check and the import are told, and the sale stays', async () => {
    const { productId, variantId } = await aProduct(w, { name: 'Yak', onHand: 9 });
    const stock = { onHand: 3, lowStockThreshold: 0, expectedOnHand: 10 };
    const plan: ProductPlan = {
      productId,
      line: 2,
      productType: 'standard',
      changes: null,
      variants: [{ kind: 'change', line: 2, variantId, changes: null, stock }],
    };
    expect(await applyPlan(w.app, plan, BY)).toMatchObject([{ line: 2, code: 'STOCK_CHANGED' }]);
    expect((await productNamed('Yak')).variants).toMatchObject([{ onHand: 9 }]);
  });
});

describe('a file that is none', () => {
  it.each([
    ['an empty one', ''],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe])],
    ['other columns', 'Handle,Title\nx,y\n'],
    ['an open quote', 'sku,description\nA,"x'],
  ])('%s is refused', async (_name, content) => {
    const response = await send(content);
    expect([response.status, response.body]).toMatchObject([
      422,
      { errors: { code: 'SHEET_UNREADABLE' } },
    ]);
  });

  it('is refused in the form’s own words', async () => {
    const none = await w.http.post(IMPORT).set('Authorization', `Bearer ${admin.token}`);
    expect(none.body).toMatchObject({ errors: { code: 'UPLOAD_FILE_MISSING' } });
    const large = await send(Buffer.alloc(5 * 1024 * 1024 + 1, 'a'));
    expect(large.body).toMatchObject({ code: 422, errors: { code: 'UPLOAD_TOO_LARGE' } });
    expect((await send('sku\nA\n', 'force')).status).toBe(400);
  });

  it('is refused when it is too long for one request', async () => {
    const rows = Array.from({ length: 1_001 }, (_, i) => `S${String(i)}`).join('\n');
    const response = await send(`sku\n${rows}\n`, 'apply');
    expect(response.body).toMatchObject({ code: 422, errors: { code: 'SHEET_TOO_LONG' } });
  });
});

describe('an export', () => {
  it('has every product, and changes nothing when it is imported', async () => {
    await aProduct(w, { name: '=HYPERLINK("http://evil.example")' });
    await aProduct(w, { name: '-1+1' });
    await aProduct(w, { name: '\'=quoted, "twice"; ｜ 日本語' });
    const csv = await exported();
    const rows = readCsv(csv);
    const before = await everything();
    const expected = before.flatMap((one) =>
      one.productType === 'kuji' ? [one.name] : one.variants.map(() => one.name),
    );
    expect(rows).toHaveLength(expected.length);
    for (const row of rows) {
      for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    }
    const audits = await auditCount();
    expect(await apply(csv)).toMatchObject({
      faultCount: 0,
      products: { created: 0, changed: 0, unchanged: before.length },
      variants: { created: 0, changed: 0 },
      stock: { changed: 0 },
    });
    expect([await everything(), await auditCount()]).toEqual([before, audits]);
  });

  it('goes over several pages without a gap', async () => {
    const names = Array.from({ length: 205 }, (_, i) => `Row ${String(i)}`);
    const lines = names.map((name, i) => `PAGE-${String(i)},${name},1.00`);
    await apply(['sku,product_name,price_cad', ...lines].join('\n'));
    const rows = readCsv(await exported());
    const skus = rows.map((row) => row.sku).filter((sku) => sku?.startsWith('PAGE-'));
    expect(new Set(skus).size).toBe(205);
    expect(skus).toHaveLength(205);
  });
});
