import { randomBytes } from 'node:crypto';
import type { App } from '../../src/kernel/app.ts';
import {
  addProductImage,
  addVariant,
  changeProduct,
  createCollection,
  createProduct,
  createTag,
} from '../../src/modules/catalog/index.ts';
import { addPrize } from '../../src/modules/kuji/index.ts';
import {
  collections,
  kujis,
  products,
  tags,
  type DemoKuji,
  type DemoProduct,
} from './demo-catalogue.ts';
import { drawCover } from './draw-cover.ts';
import { seedContent } from './seed-content.ts';

const BY = { actor: 'command:seed', requestId: null };
const DAY_SECONDS = 24 * 3600;

/**
 * Fills an empty shop with a small believable catalogue, by the use cases that an admin's requests go through: stock has
 * its movements, boxes are sealed, every step is in the audit. A shop that has products is left alone, except that
 * pictures are given back to a storage that forgot them (the sandbox keeps them in memory).
 */
export async function seedDemoShop(app: App): Promise<{ created: boolean }> {
  await seedContent(app);
  const { rows } = await app.database.pool.query('SELECT 1 FROM popbox.products LIMIT 1');
  if (rows.length > 0) {
    await restoreImages(app);
    return { created: false };
  }
  const collectionIds = new Map<string, string>();
  for (const collection of collections) {
    const { id } = await createCollection(app, { ...BY, ...collection });
    collectionIds.set(collection.slug, id);
  }
  const tagIds = new Map<string, string>();
  for (const tag of tags) tagIds.set(tag.slug, (await createTag(app, { ...BY, ...tag })).id);
  const ids = { collectionIds, tagIds };
  for (const product of products) await addStandard(app, product, ids);
  for (const kuji of kujis) await addKuji(app, kuji, ids);
  return { created: true };
}

type Ids = { collectionIds: Map<string, string>; tagIds: Map<string, string> };

function placement(item: { tags: string[]; collections: string[] }, ids: Ids) {
  return {
    collectionIds: item.collections.map((slug) => need(ids.collectionIds, slug)),
    tagIds: item.tags.map((slug) => need(ids.tagIds, slug)),
  };
}

function need(ids: Map<string, string>, slug: string): string {
  const id = ids.get(slug);
  if (id === undefined)
    throw new Error(`The demo catalogue names "${slug}", which it does not make.`);
  return id;
}

async function addStandard(app: App, product: DemoProduct, ids: Ids): Promise<void> {
  const [first, ...others] = product.variants;
  if (!first) throw new Error(`${product.name} has no variant.`);
  const { id: productId } = await createProduct(app, {
    ...BY,
    ...placement(product, ids),
    name: product.name,
    description: product.description,
    productType: 'standard',
    status: 'draft',
    priceCents: first.priceCents,
    sku: first.sku,
    onHand: first.onHand,
    lowStockThreshold: 3,
    defaultVariantName: first.name,
  });
  for (const [index, variant] of others.entries()) {
    await addVariant(app, {
      ...BY,
      ...variant,
      productId,
      sortOrder: index + 1,
      lowStockThreshold: 3,
    });
  }
  await addImage(app, productId, product.name, 'PopBox Studio');
  await changeProduct(app, { ...BY, productId, changes: { status: 'active' } });
}

async function addKuji(app: App, kuji: DemoKuji, ids: Ids): Promise<void> {
  const { id: productId } = await createProduct(app, {
    ...BY,
    ...placement(kuji, ids),
    name: kuji.name,
    description: kuji.description,
    productType: 'kuji',
    status: 'draft',
    priceCents: kuji.ticketPriceCents,
  });
  for (const [sortOrder, prize] of kuji.prizes.entries()) {
    await addPrize(app, {
      ...BY,
      productId,
      prize: {
        prizeCode: prize.code,
        prizeTier: prize.tier,
        name: prize.name,
        description: null,
        imageUrl: null,
        initialQuantity: prize.initial,
        remainingQuantity: prize.remaining,
        sortOrder,
      },
    });
  }
  // The storefront shows a kuji's second picture as its cover.
  await addImage(app, productId, kuji.name, 'Prize line-up');
  await addImage(app, productId, kuji.name, 'Ichiban Kuji');
  await changeProduct(app, { ...BY, productId, changes: { status: 'active' } });
}

async function addImage(app: App, productId: string, name: string, label: string): Promise<void> {
  const storageKey = `products/${productId}/${randomBytes(16).toString('hex')}.svg`;
  await uploadCover(app, storageKey, name, label);
  await addProductImage(app, { ...BY, productId, storageKey, altText: name });
}

async function uploadCover(
  app: App,
  storageKey: string,
  name: string,
  label: string,
): Promise<void> {
  const svg = Buffer.from(drawCover(name, label));
  await app.storage.upload(storageKey, svg, 'image/svg+xml', { cacheSeconds: DAY_SECONDS });
}

async function restoreImages(app: App): Promise<void> {
  const present = new Set(await app.storage.list('products'));
  const { rows } = await app.database.pool.query<{ storage_key: string; name: string }>(
    `SELECT i.storage_key, p.name FROM popbox.product_images i JOIN popbox.products p ON p.id = i.product_id
     WHERE i.storage_key LIKE '%.svg'`,
  );
  for (const { storage_key: key, name } of rows) {
    if (!present.has(key)) await uploadCover(app, key, name, 'PopBox Studio');
  }
}
