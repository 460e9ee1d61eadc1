import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  aProduct,
  aVariant,
  checkout,
  checkoutBody,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { countDeadlocks } from '../../../../testing/count-deadlocks.ts';
import { untilBlocked } from '../../../../testing/until-blocked.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import type { HttpMethod } from '../../../http/route.ts';
import type { AdminProduct } from '../catalog.admin-contract.ts';
import type { AdminVariant } from '../catalog.variants-contract.ts';
import type { FeaturedOrder } from '../catalog.collections-contract.ts';
import type { Collection } from '../catalog.contract.ts';
import { createCollection, createTag, indexProducts, refreshSearch } from '../index.ts';
import { lockCollections } from '../queries/save-memberships.ts';
import { showProduct } from '../service/show-product.ts';

const BY = { actor: 'test', requestId: null };

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world({ poolMax: 30 });
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const call = <T = AdminProduct>(method: HttpMethod, path: string, body?: object) =>
  callAs<T>(w, admin, [method, `/admin/${path}`], body);
const show = async (id: string) => (await call('get', `products/${id}`)).data;
const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status);
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('two admins at once', () => {
  it('edit different fields of a product, and neither edit is lost', async () => {
    const { productId } = await aProduct(w);
    const collection = await createCollection(w.app, { ...BY, name: 'Both' });
    const tag = await createTag(w.app, { ...BY, name: 'Both', tagType: 'brand' });
    const edits = [
      { name: 'Name' },
      { description: 'Description' },
      { status: 'archived' },
      { collectionIds: [collection.id] },
      { tagIds: [tag.id] },
      { priceCents: 4_321 },
      { slug: 'raced' },
    ];
    const answers = await Promise.all(
      edits.map((body) => call('patch', `products/${productId}`, body)),
    );
    expect(statuses(answers)).toEqual(edits.map(() => 200));
    expect(await show(productId)).toMatchObject({
      name: 'Name',
      description: 'Description',
      status: 'archived',
      collections: [{ id: collection.id }],
      tags: [{ id: tag.id }],
      priceCents: 4_321,
      slug: 'raced',
    });
  });

  // Eight saves of one form. Red if the version is compared before the product's lock.
  it('H19 the second save is told', async () => {
    const { productId } = await aProduct(w);
    const { version } = await show(productId);
    const answers = await Promise.all(
      times(8, (i) =>
        call('patch', `products/${productId}`, { version, name: `Save ${String(i)}` }),
      ),
    );
    expect(statuses(answers).toSorted()).toEqual([200, ...times(7, () => 409)]);
    expect((await show(productId)).name).toBe(`Save ${String(statuses(answers).indexOf(200))}`);
  });

  it('give one address to two products, and one gets it', async () => {
    const products = await Promise.all(times(5, () => aProduct(w)));
    const answers = await Promise.all(
      products.map(({ productId }) => call('patch', `products/${productId}`, { slug: 'the-one' })),
    );
    expect(statuses(answers).toSorted()).toEqual([200, 409, 409, 409, 409]);
  });

  it('give one SKU to two variants, and one gets it', async () => {
    const products = await Promise.all(times(5, () => aProduct(w)));
    const answers = await Promise.all(
      products.map(({ productId, variantId }) =>
        call('patch', `products/${productId}/variants/${variantId}`, { sku: 'RACED' }),
      ),
    );
    expect(statuses(answers).toSorted()).toEqual([200, 409, 409, 409, 409]);
  });

  it('move the default, deactivate and remove: one active default is left', async () => {
    const { productId, variantId } = await aProduct(w);
    const others = await Promise.all(times(4, () => aVariant(w, productId)));
    const ids = [variantId, ...others.map((variant) => variant.variantId)];
    const path = (id: string) => `products/${productId}/variants/${id}`;
    const answers = await Promise.all([
      ...ids.map((id) => call('patch', path(id), { isDefault: true })),
      ...ids.map((id) => call('patch', path(id), { isActive: false })),
      ...ids.map((id) => call('delete', path(id))),
    ]);
    expect(Math.max(...statuses(answers))).toBeLessThan(500);
    const { variants, priceCents } = await show(productId);
    const defaults = variants.filter((variant) => variant.isDefault);
    expect(defaults).toHaveLength(1);
    expect(defaults[0]).toMatchObject({ isActive: true, priceCents });
  });

  it('add variants of one name, and one is made', async () => {
    const { productId } = await aProduct(w);
    const answers = await Promise.all(
      times(6, () =>
        call('post', `products/${productId}/variants`, { name: 'Same', priceCents: 100 }),
      ),
    );
    expect(statuses(answers).toSorted()).toEqual([201, ...times(5, () => 409)]);
    expect(await show(productId)).toMatchObject({ variants: [{}, { name: 'Same' }] });
  });

  it('put different products into the same collections in any order, without deadlock or gap', async () => {
    const collections = await Promise.all(
      times(4, (i) => createCollection(w.app, { ...BY, name: `Shelf ${String(i)}` })),
    );
    const ids = collections.map(({ id }) => id);
    const products = await Promise.all(times(12, () => aProduct(w)));
    const answers = await Promise.all(
      products.map(({ productId }, i) =>
        call('patch', `products/${productId}`, {
          collectionIds: i % 2 === 0 ? ids : ids.toReversed(),
        }),
      ),
    );
    expect(statuses(answers)).toEqual(products.map(() => 200));
    const { rows } = await w.app.database.db.execute(sql`
      SELECT array_agg(position ORDER BY position) AS positions FROM popbox.product_collections
      WHERE collection_id = ANY(${sql.param(ids)}::uuid[]) GROUP BY collection_id`);
    expect(rows).toEqual(ids.map(() => ({ positions: times(12, (i) => i) })));
  });

  it('reorder all collections while others are made: the order is one of those sent, without ties', async () => {
    const ids = (await call<Collection[]>('get', 'collections')).data.map(({ id }) => id);
    const orders = times(6, (i) => [...ids.slice(i), ...ids.slice(0, i)]);
    const answers = await Promise.all([
      ...orders.map((collectionIds) => call('patch', 'collections/reorder', { collectionIds })),
      ...times(3, (i) => call('post', 'collections', { name: `New ${String(i)}` })),
      ...ids.map((id) => call('patch', `collections/${id}`, { description: 'edited' })),
    ]);
    for (const { status, code } of answers) {
      expect([200, 201, 409]).toContain(status);
      if (status === 409) expect(code).toBe('COLLECTION_MEMBERSHIP_CHANGED');
    }
    const after = (await call<Collection[]>('get', 'collections')).data;
    expect(after).toHaveLength(ids.length + 3);
    expect(new Set(after.map(({ sortOrder }) => sortOrder)).size).toBe(after.length);
    const edited = after.filter(({ description }) => description === 'edited');
    expect(edited).toHaveLength(ids.length);
    const kept = after.map(({ id }) => id).filter((id) => ids.includes(id));
    expect([ids, ...orders]).toContainEqual(kept);
  });

  it('rename tags and collections while products get them: what the storefront shows has the new names', async () => {
    const tags = await Promise.all(
      times(3, (i) => createTag(w.app, { ...BY, name: `Tag ${String(i)}`, tagType: 'series' })),
    );
    const shelves = await Promise.all(
      times(3, (i) => createCollection(w.app, { ...BY, name: `Row ${String(i)}` })),
    );
    const products = await Promise.all(times(6, () => aProduct(w)));
    const deadlocks = await countDeadlocks(w);
    const answers = await Promise.all([
      ...products.map(({ productId }, i) =>
        call('patch', `products/${productId}`, {
          name: `Named anew ${String(i)}`,
          priceCents: 1_000 + i,
          tagIds: tags.slice(i % 3).map(({ id }) => id),
          collectionIds: shelves.slice(i % 2).map(({ id }) => id),
        }),
      ),
      // The form sends a blank slug with a new name: another key, which those who refer to the tag wait for.
      ...tags.map(({ id }, i) =>
        call('patch', `tags/${id}`, { name: `New tag ${String(i)}`, slug: '' }),
      ),
      ...shelves.map(({ id }, i) =>
        call('patch', `collections/${id}`, { name: `New row ${String(i)}`, slug: '' }),
      ),
      ...products.map(({ productId }) =>
        call('post', `products/${productId}/variants`, { name: 'Blue', priceCents: 2_000 }),
      ),
    ]);
    expect(Math.max(...statuses(answers))).toBeLessThan(300);
    expect((await countDeadlocks(w)) - deadlocks).toBe(0);
    for (const [i, { slug }] of products.entries()) {
      const shown = await showProduct(w.app, slug);
      const newNames = (all: readonly unknown[], from: number, what: string) =>
        all.slice(from).map((_one, at) => `New ${what} ${String(at + from)}`);
      expect(shown.tags.map(({ name }) => name)).toEqual(newNames(tags, i % 3, 'tag'));
      expect(shown.collections.map(({ name }) => name)).toEqual(newNames(shelves, i % 2, 'row'));
      expect(shown).toMatchObject({ name: `Named anew ${String(i)}`, variants: [{}, {}] });
    }
  });

  // Red if whoever renames a tag locks the other tags of its products, or reads names before the documents are locked.
  it('rename all tags of the same products at once, without deadlock', async () => {
    const tags = await Promise.all(
      times(6, (i) => createTag(w.app, { ...BY, name: `Mark ${String(i)}`, tagType: 'series' })),
    );
    const tagIds = tags.map(({ id }) => id);
    const products = await Promise.all(times(6, () => aProduct(w)));
    for (const { productId } of products) await call('patch', `products/${productId}`, { tagIds });
    const deadlocks = await countDeadlocks(w);
    for (const name of ['Once', 'Twice']) {
      const answers = await Promise.all(
        tagIds.map((id, i) => call('patch', `tags/${id}`, { name: `${name} ${String(i)}` })),
      );
      expect(statuses(answers)).toEqual(tagIds.map(() => 200));
    }
    expect((await countDeadlocks(w)) - deadlocks).toBe(0);
    const ids = products.map(({ productId }) => productId);
    const outdated = await inTx(w.app, 'refresh', (tx) => refreshSearch(tx, ids));
    expect(outdated).toBe(0);
  });

  // Red if the rows that are gathered are read before the lock: the later edit would undo the earlier one on the storefront.
  it('edit two variants of a product by hand, and the storefront has both edits', async () => {
    const { productId, variantId, slug } = await aProduct(w);
    const other = await aVariant(w, productId);
    const { pool } = w.app.database;
    let second: Promise<unknown> = Promise.resolve();
    await inTx(w.app, 'edit', async (tx) => {
      await tx.execute(sql`UPDATE popbox.variants SET name = 'Red' WHERE id = ${variantId}::uuid`);
      // As the commit does, which cannot be stopped halfway.
      await tx.execute(sql`SET CONSTRAINTS ALL IMMEDIATE`);
      second = pool.query(`UPDATE popbox.variants SET name = 'Blue' WHERE id = $1`, [
        other.variantId,
      ]);
      await untilBlocked(w, 1);
    });
    await second;
    const names = (await showProduct(w.app, slug)).variants.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['Blue', 'Red']);
  });

  // The rename cannot see the membership yet. Red if the commit does not wait for the tag's lock.
  it('put a product under a tag that is being renamed by hand, and it has the new name', async () => {
    const { productId, slug } = await aProduct(w);
    const tag = await createTag(w.app, { ...BY, name: 'Before', tagType: 'series' });
    let joining: Promise<unknown> = Promise.resolve();
    await inTx(w.app, 'rename', async (tx) => {
      await tx.execute(sql`UPDATE popbox.tags SET name = 'After' WHERE id = ${tag.id}::uuid`);
      joining = w.app.database.pool.query(
        'INSERT INTO popbox.product_tags (product_id, tag_id) VALUES ($1, $2)',
        [productId, tag.id],
      );
      await untilBlocked(w, 1);
    });
    await joining;
    await inTx(w.app, 'refreshSearch', (tx) => refreshSearch(tx, [productId]));
    expect((await showProduct(w.app, slug)).tags).toMatchObject([{ name: 'After' }]);
  });

  // Red if the job reads a product that it has not locked.
  it('rename a product by hand that the job is indexing, and it is found by its new name', async () => {
    const { productId } = await aProduct(w);
    await w.app.database.db.execute(
      sql`DELETE FROM popbox.product_search WHERE product_id = ${productId}::uuid`,
    );
    // Begun within the transaction, but not called from it: that is refused.
    const start = Promise.withResolvers<undefined>();
    const indexing = start.promise.then(() => indexProducts(w.app));
    await inTx(w.app, 'rename', async (tx) => {
      await tx.execute(
        sql`UPDATE popbox.products SET name = 'Found' WHERE id = ${productId}::uuid`,
      );
      await refreshSearch(tx, [productId]);
      start.resolve(undefined);
      await untilBlocked(w, 1);
    });
    await indexing;
    const outdated = await inTx(w.app, 'refresh', (tx) => refreshSearch(tx, [productId]));
    expect(outdated).toBe(0);
  });

  describe('arrange the featured products', () => {
    const order = async () => (await call<FeaturedOrder>('get', 'collections/featured/order')).data;
    const save = (membershipSignature: string, productIds: string[]) =>
      call<FeaturedOrder>('put', 'collections/featured/order', { membershipSignature, productIds });
    const join = (id: string, collectionIds: string[]) =>
      call('patch', `products/${id}`, { collectionIds });

    let featured: Collection;
    beforeAll(async () => {
      const request = { ...BY, name: 'Featured', slug: 'featured' };
      featured = await createCollection(w.app, request);
    });

    async function featuredProducts(count: number): Promise<string[]> {
      const products = await Promise.all(times(count, () => aProduct(w)));
      const ids = products.map(({ productId }) => productId);
      await Promise.all(ids.map((id) => join(id, [featured.id])));
      return ids;
    }

    it('while some leave and join: members and places stay whole', async () => {
      const [leaver = '', ...stayers] = await featuredProducts(4);
      const joiners = (await Promise.all(times(2, () => aProduct(w)))).map((one) => one.productId);
      const { items, membershipSignature } = await order();
      const ids = items.map(({ id }) => id);
      const answers = await Promise.all([
        ...times(4, (i) => save(membershipSignature, [...ids.slice(i), ...ids.slice(0, i)])),
        join(leaver, []),
        ...joiners.map((id) => join(id, [featured.id])),
      ]);
      for (const { status, code } of answers) {
        expect([200, 409]).toContain(status);
        if (status === 409) expect(code).toBe('FEATURED_MEMBERSHIP_CHANGED');
      }
      const after = await order();
      expect(new Set(after.items.map(({ id }) => id))).toEqual(new Set([...stayers, ...joiners]));
      const places = after.items.map(({ sortOrder }) => sortOrder);
      expect(new Set(places).size).toBe(places.length);
    });

    it('and are told of a member who left while they waited; leaving waits as well', async () => {
      const [leaver = '', other = ''] = await featuredProducts(2);
      const { items, membershipSignature } = await order();
      const ids = items.map(({ id }) => id);
      const answers = await inTx(w.app, 'leave', async (tx) => {
        await lockCollections(tx, [featured.id]);
        const saving = save(membershipSignature, ids.toReversed());
        await untilBlocked(w, 1);
        const leaving = join(other, []);
        await untilBlocked(w, 2);
        await tx.execute(sql`
          DELETE FROM popbox.product_collections WHERE product_id = ${leaver}::uuid`);
        return { saving, leaving };
      });
      expect((await answers.saving).code).toBe('FEATURED_MEMBERSHIP_CHANGED');
      expect((await answers.leaving).status).toBe(200);
      const left = ids.filter((id) => id !== leaver && id !== other);
      expect((await order()).items.map(({ id }) => id)).toEqual(left);
    });

    // Red if what the storefront shows of those who leave is locked in the order in which they leave: here their places, which
    // the index that the removal walks has.
    it('while a collection of those who leave is renamed, without deadlock', async () => {
      const { id: shelf } = await createCollection(w.app, { ...BY, name: 'Renamed' });
      const [first = '', second = ''] = (await featuredProducts(2)).sort().reverse();
      for (const id of [first, second]) await join(id, []);
      for (const id of [first, second]) await join(id, [featured.id, shelf]);
      const { membershipSignature } = await order();
      const deadlocks = await countDeadlocks(w);
      const answers = await inTx(w.app, 'hold', async (tx) => {
        await tx.execute(
          sql`SELECT FROM popbox.storefront_products WHERE product_id = ${second}::uuid FOR UPDATE`,
        );
        const renaming = call('patch', `collections/${shelf}`, { name: 'Renamed anew' });
        await untilBlocked(w, 1);
        const saving = save(membershipSignature, []);
        await untilBlocked(w, 2);
        return { renaming, saving };
      });
      expect(statuses([await answers.renaming, await answers.saving])).toEqual([200, 200]);
      expect((await countDeadlocks(w)) - deadlocks).toBe(0);
    });
  });
});

describe('an admin and shoppers at once', () => {
  it('set stock and buy: nothing is sold that is not there', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 10 });
    const item = { productId, productVariantId: variantId, quantity: 1 };
    const path = `products/${productId}/variants/${variantId}/inventory`;
    const answers = await Promise.all([
      ...times(8, () => checkout(w, checkoutBody([item]))),
      ...times(6, (i) => call('patch', path, { onHand: i, lowStockThreshold: 0 })),
    ]);
    for (const { status } of answers) expect([200, 201, 409]).toContain(status);
    const { inventory } = await show(productId);
    const bought = statuses(answers.slice(0, 8)).filter((status) => status === 201);
    expect(inventory?.reserved).toBe(bought.length);
    expect(inventory?.onHand).toBeGreaterThanOrEqual(bought.length);
  });

  it('remove a variant and buy it: either it is sold or it is gone', async () => {
    const { productId } = await aProduct(w);
    const variants = await Promise.all(times(5, () => aVariant(w, productId, { onHand: 1 })));
    await Promise.all(
      variants.map(async ({ variantId }) => {
        const item = { productId, productVariantId: variantId, quantity: 1 };
        const path = `products/${productId}/variants/${variantId}`;
        const [bought, removed] = await Promise.all([
          checkout(w, checkoutBody([item])),
          call<AdminVariant>('delete', path),
        ]);
        expect([bought.status, removed.status].toSorted()).toEqual(
          bought.status === 201 ? [201, 409] : [200, 409],
        );
      }),
    );
  });

  it('change the price of a kuji and buy: every ticket is sold at the price of its seal', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { productId } = await aKuji(w, { tickets: 4, priceCents: 1_000 });
      const answers = await Promise.all([
        checkout(w, checkoutBody([{ productId, quantity: 1 }])),
        call('patch', `products/${productId}`, { priceCents: 2_000 }),
        checkout(w, checkoutBody([{ productId, quantity: 1 }])),
      ]);
      expect(Math.max(...statuses(answers))).toBeLessThan(500);
      const { rows } = await w.app.database.db.execute(sql`
        SELECT line.id FROM popbox.order_lines line
        JOIN popbox.holds hold ON hold.order_line_id = line.id AND hold.state = 'live'
        JOIN popbox.kuji_sets s ON s.product_id = line.product_id
        JOIN popbox.kuji_seals seal ON seal.set_id = s.id AND seal.state = 'current'
        WHERE line.product_id = ${productId}::uuid
          AND line.unit_price_cents <> (seal.manifest::jsonb ->> 'ticketPriceCents')::int`);
      expect(rows).toEqual([]);
      const { priceCents } = await show(productId);
      expect(answers[1].status).toBe(priceCents === 2_000 ? 200 : 400);
    }
  });
});
